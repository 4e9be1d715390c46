// A chart over time as an ECharts option.
import type { EChartsCoreOption } from 'echarts/core';

import type { Format } from '@/i18n/format';

import type { Buckets } from './buckets';
import type { Colors, ColorToken } from './colors';
import { niceScale, tickIndexes, tickLabel } from './ticks';

export interface Series {
  readonly key: string;
  readonly name: string;
  readonly color: ColorToken;
  readonly values: readonly (number | null)[];
  readonly dashed?: boolean;
}

/** Room around the plot, in pixels; the pointer layer uses the same. */
export const PLOT = { left: 52, right: 10, top: 10, bottom: 26 } as const;

export interface TimeOption {
  readonly buckets: Buckets;
  readonly series: readonly Series[];
  readonly kind: 'bars' | 'lines';
  readonly write: (value: number) => string;
  readonly leastStep: number;
  readonly highlight: string | null;
}

const FAINT = 0.18;
const INCOMPLETE = 0.5;
const PIXELS_PER_TICK = 84;

function largest(series: readonly Series[], stacked: boolean, count: number): number {
  let most = 0;
  for (let i = 0; i < count; i += 1) {
    const values = series.map((one) => one.values[i] ?? 0);
    most = Math.max(most, stacked ? values.reduce((total, value) => total + value, 0) : Math.max(0, ...values));
  }
  return most;
}

/** A value with nothing on either side: no line leads to it. */
function isLone(values: readonly (number | null)[], at: number): boolean {
  const known = (value: number | null | undefined): boolean => value !== null && value !== undefined;
  return known(values[at]) && !known(values[at - 1]) && !known(values[at + 1]);
}

export function timeOption(chart: TimeOption, colors: Colors, format: Format, width: number): EChartsCoreOption {
  const { buckets, series, kind, write, highlight } = chart;
  const count = buckets.times.length;
  const { max, step } = niceScale(largest(series, kind === 'bars', count), chart.leastStep);
  const ticks = new Set(
    tickIndexes(buckets.times, Math.max(2, Math.floor((width - PLOT.left - PLOT.right) / PIXELS_PER_TICK))),
  );
  const last = count - 1;
  const lastIsIncomplete = (buckets.times[last] ?? 0) + buckets.intervalMs > buckets.until;
  const label = { color: colors.muted, fontFamily: 'Instrument Sans Variable, sans-serif', fontSize: 11.5 };
  const reduced = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

  return {
    animation: !reduced,
    animationDuration: 350,
    animationDurationUpdate: 250,
    animationEasing: 'cubicOut',
    grid: { ...PLOT },
    xAxis: {
      type: 'category',
      data: buckets.times.map(String),
      boundaryGap: true,
      axisLine: { lineStyle: { color: colors.line } },
      axisTick: { show: false },
      axisLabel: {
        ...label,
        margin: 9,
        hideOverlap: true,
        interval: (index: number) => ticks.has(index),
        formatter: (at: string) => tickLabel(format, Number(at), buckets.intervalMs),
      },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max,
      interval: step,
      axisLabel: { ...label, formatter: write },
      splitLine: { lineStyle: { color: colors.line, type: [2, 4] } },
    },
    series: series.map((one, place) => {
      const opacity = highlight === null || highlight === one.key ? 1 : FAINT;
      const color = colors[one.color];
      return kind === 'bars'
        ? {
            id: one.key,
            name: one.name,
            type: 'bar',
            stack: 'all',
            barCategoryGap: count > 70 ? '12%' : '20%',
            itemStyle: { color, opacity, borderRadius: place === series.length - 1 ? [2, 2, 0, 0] : 0 },
            data: one.values.map((value, i) =>
              i === last && lastIsIncomplete ? { value, itemStyle: { opacity: opacity * INCOMPLETE } } : value,
            ),
          }
        : {
            id: one.key,
            name: one.name,
            type: 'line',
            smooth: 0.25,
            smoothMonotone: 'x',
            showSymbol: true,
            symbolSize: (_: unknown, point: { readonly dataIndex: number }) =>
              isLone(one.values, point.dataIndex) ? 5 : 0,
            connectNulls: false,
            lineStyle: { color, opacity, width: 2, type: one.dashed === true ? [5, 4] : 'solid' },
            itemStyle: { color },
            areaStyle: place === 0 ? { color, opacity: 0.12 * opacity } : undefined,
            data: [...one.values],
          };
    }),
  };
}
