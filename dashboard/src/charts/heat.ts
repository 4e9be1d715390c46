// A distribution over time as a grid of counts.
import type { Table } from '@/api/types';
import { asNumber, columnIndex } from '@/api/usage';

import { rowTime, type Buckets } from './buckets';

export interface HeatRow {
  readonly low: number;
  readonly high: number;
  readonly calls: number;
}

export interface HeatGrid {
  /** Fastest first. */
  readonly rows: readonly HeatRow[];
  /** Calls by row, then by time bucket. */
  readonly counts: readonly (readonly number[])[];
  readonly most: number;
  readonly calls: number;
}

/** The server's buckets: so many to one power of ten. */
const PER_DECADE = 8;
/** Fewer rows than this look like stripes. */
const FEWEST_ROWS = 12;

const place = (low: number): number => Math.round(Math.log10(low) * PER_DECADE);
const bound = (at: number): number => 10 ** (at / PER_DECADE);

export function heatGrid(table: Table, buckets: Buckets): HeatGrid {
  const lowColumn = columnIndex(table, 'bucket_low');
  const callsColumn = columnIndex(table, 'calls');
  const times = new Map(buckets.times.map((at, i) => [at, i]));
  const cells: { row: number; time: number; calls: number }[] = [];
  for (const row of table.rows) {
    const low = asNumber(row[lowColumn]);
    const time = times.get(rowTime(row));
    if (low !== null && low > 0 && time !== undefined) {
      cells.push({ row: place(low), time, calls: asNumber(row[callsColumn]) ?? 0 });
    }
  }
  if (cells.length === 0) {
    return { rows: [], counts: [], most: 0, calls: 0 };
  }
  const first = Math.min(...cells.map((cell) => cell.row));
  const last = Math.max(first + FEWEST_ROWS - 1, ...cells.map((cell) => cell.row));
  const counts = Array.from({ length: last - first + 1 }, () => buckets.times.map(() => 0));
  for (const { row, time, calls } of cells) {
    const line = counts[row - first];
    if (line !== undefined) {
      line[time] = (line[time] ?? 0) + calls;
    }
  }
  const rows = counts.map((line, i) => ({
    low: bound(first + i),
    high: bound(first + i + 1),
    calls: line.reduce((total, value) => total + value, 0),
  }));
  return { rows, counts, most: Math.max(...counts.flat()), calls: rows.reduce((total, row) => total + row.calls, 0) };
}

/** Whether a row gets a label: it starts at a power of ten. */
export const isDecade = (row: HeatRow): boolean => place(row.low) % PER_DECADE === 0;

/** How strong a cell is, 0 to 1. Logarithmic: single slow calls stay visible beside thousands of fast ones. */
export const strength = (calls: number, most: number): number =>
  calls <= 0 || most <= 0 ? 0 : 0.12 + 0.88 * (Math.log1p(calls) / Math.log1p(most));

type Rgb = readonly [number, number, number];

function parseHex(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** The colour at a place between 0 and 1 on a scale of at least two colours. */
export function colorAt(scale: readonly string[], at: number): string {
  const position = Math.min(1, Math.max(0, at)) * (scale.length - 1);
  const lower = Math.min(scale.length - 2, Math.floor(position));
  const from = parseHex(scale[lower] ?? '#000000');
  const to = parseHex(scale[lower + 1] ?? '#000000');
  const mixed = from.map((channel, i) => Math.round(channel + ((to[i] ?? channel) - channel) * (position - lower)));
  return `rgb(${mixed.join(', ')})`;
}
