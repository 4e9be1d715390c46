// When keys were first and last seen, by the day: from the calls of each day.
import type { Table } from '@/api/types';
import { asText } from '@/api/usage';

export interface Seen {
  readonly first: number;
  readonly last: number;
}

/** How far back it is looked, and how many rows the server gives at most. */
export const SEEN_RANGE = { from: '-90d', to: 'now' } as const;
export const SEEN_ROWS = 10_000;

/** By key; null where the answer was cut off: then nobody knows which day was the last. */
export function seenByKey(table: Table): ReadonlyMap<string | null, Seen> | null {
  if (table.rows.length >= SEEN_ROWS) {
    return null;
  }
  const seen = new Map<string | null, Seen>();
  for (const row of table.rows) {
    const day = Date.parse(asText(row[0]) ?? '');
    const key = asText(row[1]);
    const known = seen.get(key);
    seen.set(key, { first: Math.min(day, known?.first ?? day), last: Math.max(day, known?.last ?? day) });
  }
  return seen;
}
