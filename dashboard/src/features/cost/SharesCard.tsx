import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { onlyRow, usageQuery } from '@/api/usage';
import { ChartCard } from '@/charts/ChartCard';
import { TreeMap, type TreePart } from '@/charts/TreeMap';
import { ratio } from '@/features/figures/figure';
import { groupRows, rowKey } from '@/features/figures/groupRows';
import { groupColumns, useFigures, type ColoredGroup } from '@/features/figures/questions';
import { dimensionName, valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { groupFilter } from '@/view/filters';
import { callsSearch, useView } from '@/view/useView';

import { FIGURE_METRICS } from './costFigures';

/** More tiles could not be told apart. */
const TILES = 40;
const OTHERS = '\0others';
/** What is left of a sum of floating-point dollars. */
const DUST_USD = 1e-9;

/** Who and what the cost is made of, as a map of tiles. */
export function SharesCard({ groups }: { readonly groups: readonly ColoredGroup[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const dimensions = groupColumns(view.groupBy);
  const query = useQuery(
    usageQuery('slow', {
      metrics: ['cost_usd'],
      range: view.range,
      filters: view.filters,
      groupBy: dimensions,
      orderBy: '-cost_usd',
      limit: TILES,
    }),
  );
  const total = onlyRow(useFigures(FIGURE_METRICS).now.data).cost_usd ?? null;
  const rows = query.data === undefined ? [] : groupRows(query.data, dimensions.length);
  const shareOf = (value: number): string => format.percent(ratio(value, total));
  const parts = rows.flatMap((row): TreePart[] => {
    const value = row.figures.cost_usd ?? 0;
    return value <= 0
      ? []
      : [
          {
            key: rowKey(row),
            name: row.label ?? valueName(t, view.groupBy, row.value),
            value,
            text: format.usd(value),
            share: shareOf(value),
            color: groups.find((group) => group.value === row.value)?.color ?? 'series-other',
            search: callsSearch(view, [groupFilter(view.groupBy, row.value)]),
          },
        ];
  });
  const rest = rows.length < TILES || total === null ? 0 : total - parts.reduce((sum, { value }) => sum + value, 0);
  const all: readonly TreePart[] =
    rest > DUST_USD
      ? [...parts, { key: OTHERS, name: t('state.others'), value: rest, text: format.usd(rest), share: shareOf(rest), color: 'series-other', search: null }]
      : parts;
  const title = t('cost.shares', { dimension: dimensionName(t, view.groupBy).toLocaleLowerCase(format.locale) });
  return (
    <ChartCard
      title={title}
      note={total === null ? '' : t('cost.sharesNote', { value: format.usd(total) })}
      query={query}
      empty={all.length === 0}
      testid="chart-shares"
      rows={() => ({
        head: [dimensionName(t, view.groupBy), t('breakdown.cost'), t('breakdown.share')],
        rows: all.map(({ key, name, text, share, search }) => ({
          key,
          cells: [
            name,
            search === null ? (
              text
            ) : (
              <Link key="cost" to="/calls" search={search}>
                {text}
              </Link>
            ),
            share,
          ],
        })),
      })}
    >
      <TreeMap label={title} parts={all} />
    </ChartCard>
  );
}
