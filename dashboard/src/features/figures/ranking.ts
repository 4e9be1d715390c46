// Which groups get a colour of their own.
import type { Table } from '@/api/types';
import { asNumber, asText } from '@/api/usage';

/** What a chart of groups shows, and what its groups are ranked by. */
export const RANKED_METRICS = ['calls', 'cost_usd'] as const;
export type RankedMetric = (typeof RANKED_METRICS)[number];

export interface TopGroup<Color extends string = string> {
  readonly value: string;
  readonly label: string | null;
  readonly color: Color;
}

/** The largest groups of each metric, the largest first. */
export type Ranking<Color extends string = string> = Readonly<Record<RankedMetric, readonly TopGroup<Color>[]>>;

type Ranked = Omit<TopGroup, 'color'>;

/** The largest groups of an answer whose first column names the group (and whose second may say what it is called). */
function largest(table: Table, metric: RankedMetric, most: number): Ranked[] {
  const column = table.columns.findIndex(({ name }) => name === metric);
  const labelled = table.columns[1]?.name.endsWith('_label') === true;
  return table.rows
    .map((row) => ({ value: asText(row[0]), label: labelled ? asText(row[1]) : null, size: asNumber(row[column]) ?? 0 }))
    .filter((group): group is Ranked & { size: number } => group.value !== null && group.size > 0)
    .toSorted((a, b) => b.size - a.size)
    .slice(0, most)
    .map(({ value, label }) => ({ value, label }));
}

/**
 * Each chart shows the groups that are largest by what it shows. A group that is in both has one colour; what is in one
 * alone takes a colour that is free there. `byMetric` is an answer for each metric, with its largest groups at least.
 */
export function rankGroups<Color extends string>(
  byMetric: Readonly<Record<RankedMetric, Table>>,
  colors: readonly Color[],
): Ranking<Color> {
  const calls = largest(byMetric.calls, 'calls', colors.length);
  const cost = largest(byMetric.cost_usd, 'cost_usd', colors.length);
  const inBoth = new Set(calls.map(({ value }) => value).filter((value) => cost.some((group) => group.value === value)));
  const fixed = new Map([...inBoth].map((value) => [value, colors[calls.findIndex((group) => group.value === value)]]));
  const painted = (groups: readonly Ranked[]): TopGroup<Color>[] => {
    const free = colors.filter((color) => ![...fixed.values()].includes(color));
    return groups.map((group) => ({ ...group, color: (fixed.get(group.value) ?? free.shift()) as Color }));
  };
  return { calls: painted(calls), cost_usd: painted(cost) };
}
