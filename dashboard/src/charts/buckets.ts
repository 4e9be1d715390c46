// Answers leave out time buckets without calls; charts need every one.
import { parseDuration } from '@/view/range';
import { asNumber, asText, columnIndex } from '@/api/usage';
import type { Table } from '@/api/types';

export interface Buckets {
  /** Start of each bucket, ms. */
  readonly times: readonly number[];
  readonly intervalMs: number;
  /** End of the range: the last bucket may not be complete. */
  readonly until: number;
}

/** More would draw nothing that could be seen, whatever the server answers. */
const MOST = 5_000;

export function bucketsOf(table: Table): Buckets {
  const intervalMs = parseDuration(table.interval ?? '') ?? 0;
  const from = Date.parse(table.from);
  const until = Date.parse(table.to);
  if (intervalMs <= 0 || !(until > from) || (until - from) / intervalMs > MOST) {
    return { times: [], intervalMs: 0, until };
  }
  // Weeks and other zones than UTC may start elsewhere than at a multiple of the interval: the first row tells.
  const first = asText(table.rows[0]?.[0]);
  const offset = first === null ? 0 : Date.parse(first) % intervalMs;
  const times: number[] = [];
  for (let at = Math.floor((from - offset) / intervalMs) * intervalMs + offset; at < until; at += intervalMs) {
    times.push(at);
  }
  return { times, intervalMs, until };
}

/** Start of the bucket that a row is for. */
export const rowTime = (row: Table['rows'][number]): number => Date.parse(asText(row[0]) ?? '');

/** One metric over all buckets. `missing` is what a bucket without calls has: 0 for counts and sums, null for the rest. */
export function seriesOf(table: Table, buckets: Buckets, metric: string, missing: 0 | null): (number | null)[] {
  const column = columnIndex(table, metric);
  const index = new Map(buckets.times.map((at, i) => [at, i]));
  const values: (number | null)[] = buckets.times.map(() => missing);
  for (const row of table.rows) {
    const i = index.get(rowTime(row));
    if (i !== undefined && column >= 0) {
      values[i] = asNumber(row[column]) ?? missing;
    }
  }
  return values;
}

/** The same for each value of the dimension in the second column; null is the group without a value. */
export function groupedSeries(table: Table, buckets: Buckets, metric: string): Map<string | null, number[]> {
  const column = columnIndex(table, metric);
  const index = new Map(buckets.times.map((at, i) => [at, i]));
  const groups = new Map<string | null, number[]>();
  for (const row of table.rows) {
    const group = asText(row[1]);
    const i = index.get(rowTime(row));
    if (i === undefined || column < 0) {
      continue;
    }
    let values = groups.get(group);
    if (values === undefined) {
      values = buckets.times.map(() => 0);
      groups.set(group, values);
    }
    values[i] = (values[i] ?? 0) + (asNumber(row[column]) ?? 0);
  }
  return groups;
}

/** What the shown groups leave of the total. Never negative: total and groups are asked for one after the other. */
export function remainder(
  total: readonly (number | null)[],
  groups: readonly (readonly (number | null)[])[],
): number[] {
  return total.map((value, i) => {
    const left = (value ?? 0) - groups.reduce((sum, group) => sum + (group[i] ?? 0), 0);
    return left > 1e-9 ? left : 0;
  });
}

/** Without the buckets at either end that the range covers only in part: they look like a drop that is none. */
export function wholeBuckets<V>(buckets: Buckets, from: number, values: readonly V[]): readonly V[] {
  const first = (buckets.times[0] ?? from) < from ? 1 : 0;
  const last = (buckets.times.at(-1) ?? 0) + buckets.intervalMs > buckets.until ? 1 : 0;
  return values.length > first + last + 1 ? values.slice(first, values.length - last) : values;
}

export const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** Index of the largest value; -1 where there is none. */
export function indexOfMax(values: readonly (number | null)[]): number {
  let best = -1;
  values.forEach((value, i) => {
    if (value !== null && (best < 0 || value > (values[best] ?? -Infinity))) {
      best = i;
    }
  });
  return best;
}
