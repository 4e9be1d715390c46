// What a chart over time shows, and where on it.
import type { Buckets } from './buckets';
import type { ColorToken } from './colors';
import { niceScale } from './ticks';

export interface Series {
  readonly key: string;
  readonly name: string;
  readonly color: ColorToken;
  readonly values: readonly (number | null)[];
  readonly dashed?: boolean;
}

/** Room around the plot, in pixels; the pointer layer uses the same. */
export const PLOT = { left: 52, right: 10, top: 10, bottom: 26 } as const;

export interface TimePlot {
  readonly buckets: Buckets;
  readonly series: readonly Series[];
  readonly kind: 'bars' | 'lines';
  readonly write: (value: number) => string;
  readonly leastStep: number;
  readonly highlight: string | null;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

function largest({ series, kind, buckets }: TimePlot): number {
  let most = 0;
  for (let i = 0; i < buckets.times.length; i += 1) {
    const values = series.map((one) => one.values[i] ?? 0);
    most = Math.max(most, kind === 'bars' ? values.reduce((total, value) => total + value, 0) : Math.max(0, ...values));
  }
  return most;
}

/** Turns buckets and values into pixels. */
export function frameOf(chart: TimePlot, width: number, height: number) {
  const { max, step } = niceScale(largest(chart), chart.leastStep);
  const slot = Math.max(0, width - PLOT.left - PLOT.right) / Math.max(1, chart.buckets.times.length);
  const depth = Math.max(0, height - PLOT.top - PLOT.bottom);
  return {
    max,
    step,
    slot,
    foot: height - PLOT.bottom,
    centre: (index: number): number => PLOT.left + (index + 0.5) * slot,
    level: (value: number): number => height - PLOT.bottom - (value / max) * depth,
  };
}
export type Frame = ReturnType<typeof frameOf>;

/** The known values of a series as points, in runs without a gap. */
export function runsOf(values: readonly (number | null)[], frame: Frame): Point[][] {
  const runs: Point[][] = [];
  let run: Point[] = [];
  for (const [index, value] of values.entries()) {
    if (value !== null) {
      run.push({ x: frame.centre(index), y: frame.level(value) });
    } else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  return run.length > 0 ? [...runs, run] : runs;
}

/**
 * How steep a smooth line through the points is at each of them, so that it never goes beyond its points: what is drawn
 * between two values lies between them (Steffen, 1990).
 */
export function slopes(points: readonly Point[]): number[] {
  const rise = points.slice(1).map((point, i) => {
    const before = points[i] ?? point;
    return { over: point.x - before.x, slope: (point.y - before.y) / (point.x - before.x) };
  });
  return points.map((_, i) => {
    const left = rise[i - 1];
    const right = rise[i];
    if (left === undefined || right === undefined) {
      return (left ?? right)?.slope ?? 0;
    }
    const mean = (left.slope * right.over + right.slope * left.over) / (left.over + right.over);
    const least = Math.min(Math.abs(left.slope), Math.abs(right.slope), Math.abs(mean) / 2);
    return (Math.sign(left.slope) + Math.sign(right.slope)) * least;
  });
}
