// Days as charts need them: every one, also those on which nothing was.
import type { Buckets } from '@/charts/buckets';

export const DAY_MS = 86_400_000;

export const dayTime = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** `count` days of which the last is `last`. */
export function dayBuckets(last: number, count: number): Buckets {
  const times = Array.from({ length: count }, (_, i) => last - (count - 1 - i) * DAY_MS);
  return { times, intervalMs: DAY_MS, until: last + DAY_MS };
}

/** A value for each bucket; nothing where no day says so is zero: then there was none. */
export function byDay<Row extends { readonly day: string }>(rows: readonly Row[], buckets: Buckets, valueOf: (row: Row) => number): number[] {
  const values = new Map(rows.map((row) => [dayTime(row.day), valueOf(row)]));
  return buckets.times.map((at) => values.get(at) ?? 0);
}

/** Shares of the first week's users, week by week. */
export const retentionOf = (users: number, active: readonly number[]): readonly (number | null)[] =>
  active.map((count) => (users === 0 ? null : count / users));
