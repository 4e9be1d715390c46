// Which groups get a colour of their own.
import type { Table } from '@/api/types';
import { asNumber, asText } from '@/api/usage';

export interface TopGroup {
  readonly value: string;
  readonly label: string | null;
}

/**
 * The groups that matter most, by their share of the calls and of the cost together: what is called most is often cheap, and
 * one colour a group has to serve both charts. The last two columns are calls and cost.
 */
export function topGroups(table: Table, most: number): TopGroup[] {
  const groups = table.rows.flatMap((row) => {
    const value = asText(row[0]);
    return value === null
      ? []
      : [
          {
            value,
            label: row.length > 3 ? asText(row[1]) : null,
            calls: asNumber(row.at(-2)) ?? 0,
            cost: asNumber(row.at(-1)) ?? 0,
          },
        ];
  });
  const calls = groups.reduce((sum, group) => sum + group.calls, 0) || 1;
  const cost = groups.reduce((sum, group) => sum + group.cost, 0) || 1;
  const weight = (group: (typeof groups)[number]): number => group.calls / calls + group.cost / cost;
  return groups
    .toSorted((a, b) => weight(b) - weight(a))
    .slice(0, most)
    .toSorted((a, b) => b.calls - a.calls)
    .map(({ value, label }) => ({ value, label }));
}
