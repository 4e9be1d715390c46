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

/** What tells a row from the others: a key that had several names has a row for each. */
export const rowKey = ({ value, label }: Pick<GroupRow, 'value' | 'label'>): string => JSON.stringify([value, label]);

/** One metric by row. */
export const byRow = (rows: readonly GroupRow[], metric: string): ReadonlyMap<string, number> =>
  new Map(
    rows.flatMap((row) => {
      const value = row.figures[metric] ?? null;
      return value === null ? [] : [[rowKey(row), value] as const];
    }),
  );
