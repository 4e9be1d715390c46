import { describe, expect, it } from 'vitest';

import { frameOf, PLOT, runsOf, slopes, type Point, type TimePlot } from './plot';

const chart = (values: readonly (readonly (number | null)[])[], kind: TimePlot['kind'] = 'bars'): TimePlot => ({
  buckets: { times: (values[0] ?? []).map((_, i) => i * 60_000), intervalMs: 60_000, until: 3_600_000 },
  series: values.map((one, i) => ({ key: String(i), name: '', color: 'series-1', values: one })),
  kind,
  write: String,
  leastStep: 0,
  highlight: null,
});

const WIDTH = 400 + PLOT.left + PLOT.right;
const HEIGHT = 200 + PLOT.top + PLOT.bottom;

describe('a plot', () => {
  it('has room for bars on each other, and for the highest of the lines', () => {
    const values = [
      [1, 4],
      [3, 5],
    ];
    expect(frameOf(chart(values), WIDTH, HEIGHT).max).toBeGreaterThanOrEqual(9);
    expect(frameOf(chart(values, 'lines'), WIDTH, HEIGHT).max).toBeLessThan(9);
  });

  it('puts zero at its foot, the highest value at its top, and each bucket in the middle of its slot', () => {
    const frame = frameOf(chart([[0, 8, 8, 8]]), WIDTH, HEIGHT);
    expect(frame.level(0)).toBe(HEIGHT - PLOT.bottom);
    expect(frame.level(frame.max)).toBe(PLOT.top);
    expect([0, 3].map(frame.centre)).toEqual([PLOT.left + 50, PLOT.left + 350]);
  });

  it('is not asked for more than it has: nothing at all', () => {
    const frame = frameOf(chart([[]]), 0, 0);
    expect([frame.max, frame.slot]).toEqual([1, 0]);
  });

  it('has no line over what is unknown', () => {
    const frame = frameOf(chart([[null, 1, 2, null, null, 3]], 'lines'), WIDTH, HEIGHT);
    expect(runsOf([null, 1, 2, null, null, 3], frame).map((run) => run.length)).toEqual([2, 1]);
    expect(runsOf([null], frame)).toEqual([]);
  });

  it('has lines that never go beyond their values', () => {
    const levels = [5, 5, 90, 2, 2, 70, 71, 0, 0, 100];
    const points: Point[] = levels.map((y, i) => ({ x: i * 7, y }));
    const steep = slopes(points);
    for (const [i, end] of points.entries()) {
      const start = points[i - 1];
      if (start === undefined) {
        continue;
      }
      const third = (end.x - start.x) / 3;
      const [p1, p2] = [start.y + third * (steep[i - 1] ?? 0), end.y - third * (steep[i] ?? 0)];
      for (let at = 0; at <= 1; at += 0.05) {
        const rest = 1 - at;
        const y = rest ** 3 * start.y + 3 * rest ** 2 * at * p1 + 3 * rest * at ** 2 * p2 + at ** 3 * end.y;
        expect(y).toBeGreaterThanOrEqual(Math.min(start.y, end.y) - 1e-9);
        expect(y).toBeLessThanOrEqual(Math.max(start.y, end.y) + 1e-9);
      }
    }
  });
});
