// The rows of an answer that is grouped by one dimension.
import type { Table } from '@/api/types';
import { asNumber, asText } from '@/api/usage';

import type { Figures } from './figure';

export interface GroupRow {
  /** Null is the group whose value is unknown. */
  readonly value: string | null;
  /** What an API key is called. */
  readonly label: string | null;
  readonly figures: Figures;
}

/** `dimensions`: how many of the first columns name the group; a second one says what it is called. */
export const groupRows = (table: Table, dimensions: number): GroupRow[] =>
  table.rows.map((row) => ({
    value: asText(row[0]),
    label: dimensions > 1 ? asText(row[1]) : null,
    figures: Object.fromEntries(table.columns.slice(dimensions).map(({ name }, i) => [name, asNumber(row[dimensions + i])])),
  }));

/** One metric by group. A key may have had several names: then the first, which is the largest, counts all. */
export function byGroup(table: Table, metric: string): ReadonlyMap<string | null, number> {
  const column = table.columns.findIndex(({ name }) => name === metric);
  const values = new Map<string | null, number>();
  for (const row of table.rows) {
    const value = asNumber(row[column]);
    if (value !== null) {
      values.set(asText(row[0]), value);
    }
  }
  return values;
}
