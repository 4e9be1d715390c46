import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { onlyRow, usageQuery } from '@/api/usage';
import { deltaOf, MANIFOLD } from '@/features/figures/delta';
import { ratio } from '@/features/figures/figure';
import { useBefore } from '@/features/figures/FigureStrip';
import { byRow, groupRows, rowKey, type GroupRow } from '@/features/figures/groupRows';
import { GroupTable } from '@/features/figures/GroupTable';
import { groupColumns, useFigures, type ColoredGroup } from '@/features/figures/questions';
import { useFormat } from '@/i18n/useFormat';
import { atLeast, is } from '@/view/filters';
import { previous } from '@/view/range';
import { useView } from '@/view/useView';

import classes from './cost.module.css';
import { FIGURE_METRICS } from './costFigures';

const ALL = 10_000;
/** The metrics that an invoice names beside those of the table. */
const INVOICED = ['total_tokens'] as const;

/** What each group of the chosen dimension cost, and how that changed; as a file, what an invoice is written from. */
export function CostTable({ groups }: { readonly groups: readonly ColoredGroup[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const before = useCostsBefore();
  const total = onlyRow(useFigures(FIGURE_METRICS).now.data).cost_usd ?? null;
  const priced = () => [atLeast('cost_nano_usd', 0)];
  return (
    <GroupTable
      title={t('cost.table')}
      hint={t('cost.tableHint')}
      defaultOrder="-cost_usd"
      groups={groups}
      also={INVOICED}
      fileName="sightglass-cost"
      testid="cost-by"
      columns={[
        {
          metric: 'cost_usd',
          name: t('breakdown.cost'),
          write: format.usd,
          filters: priced,
          extra: (row) => (
            <>
              <Share share={ratio(row.figures.cost_usd, total)} />
              {before !== null && <Change row={row} before={before} />}
            </>
          ),
        },
        { metric: 'calls', name: t('breakdown.requests'), write: format.integer },
        { metric: 'cost_per_call_usd', name: t('cost.column.perCall'), write: format.usd, filters: priced },
        { metric: 'input_tokens', name: t('cost.column.input'), write: format.compact },
        {
          metric: 'cached_input_tokens',
          name: t('cost.column.cached'),
          write: format.compact,
          filters: () => [atLeast('cached_input_tokens', 1)],
        },
        { metric: 'output_tokens', name: t('cost.column.output'), write: format.compact },
        { metric: 'reasoning_tokens', name: t('cost.column.reasoning'), write: format.compact, filters: () => [atLeast('reasoning_tokens', 1)] },
        {
          metric: 'unpriced_rate',
          name: t('cost.column.unpriced'),
          write: format.percent,
          filters: () => [is('cost_source', 'unpriced')],
        },
      ]}
    />
  );
}

/** What the groups cost in the time before; null where that is not known. */
function useCostsBefore(): ReadonlyMap<string, number> | null {
  const { range, filters, groupBy } = useView();
  const dimensions = groupColumns(groupBy);
  const [opened] = useState(Date.now);
  const earlier = useMemo(() => previous(range, opened), [range, opened]);
  const { data, isPlaceholderData } = useQuery(
    usageQuery('calm', { metrics: ['cost_usd'], range: earlier, filters, groupBy: dimensions, orderBy: '-cost_usd', limit: ALL }),
  );
  const table = useBefore(data);
  return useMemo(() => (table === undefined || isPlaceholderData ? null : byRow(groupRows(table, dimensions.length), 'cost_usd')), [table, isPlaceholderData, dimensions.length]);
}

function Share({ share }: { readonly share: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <span className={classes.share} title={`${t('breakdown.share')}: ${format.percent(share)}`}>
      <span style={{ width: `${Math.min(1, share ?? 0) * 100}%` }} />
    </span>
  );
}

function Change({ row, before }: { readonly row: GroupRow; readonly before: ReadonlyMap<string, number> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const cost = row.figures.cost_usd ?? null;
  const earlier = before.get(rowKey(row)) ?? 0;
  const { ratio: change, direction, verdict } = deltaOf(cost, earlier, 'moreIsWorse');
  const text =
    cost === null || (change === null && earlier > 0)
      ? '–'
      : change === null
        ? t('cost.new')
        : change >= MANIFOLD
          ? t('cost.times', { factor: format.rate(change + 1) })
          : `${direction === 'up' ? '+' : direction === 'down' ? '−' : ''}${format.percent(Number(Math.abs(change).toPrecision(2)))}`;
  return (
    <span className={classes.change} data-verdict={verdict} title={t('kpi.before', { value: format.usd(earlier) })} data-testid="cost-change">
      {text}
    </span>
  );
}
