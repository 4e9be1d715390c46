import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api } from '@/api/client';
import { onlyRow, usageQuery } from '@/api/usage';
import { Button } from '@/components/Button';
import { downloadCsv } from '@/components/csv';
import { CsvButton } from '@/components/CsvButton';
import { EmptyState, ErrorState, Loading, Skeleton } from '@/components/States';
import { GroupTabs } from '@/features/figures/GroupTabs';
import { groupColumns, useFigures, type SeriesToken } from '@/features/figures/questions';
import type { Ranking } from '@/features/figures/ranking';
import { formatFilter } from '@/view/filters';
import { useView } from '@/view/useView';

import classes from './Breakdown.module.css';
import { BreakdownTable } from './BreakdownTable';
import { breakdownRows, DEFAULT_ORDER, METRICS } from './breakdownRows';
import { KPI_METRICS } from './kpis';

const SHOWN = 10;
const SHOWN_MORE = 200;
const ALL = 10_000;

/** Of the two charts, the one whose colours a table in that order has. */
const rankedBy = (orderBy: string) => (orderBy.endsWith('cost_usd') ? 'cost_usd' : 'calls');

/** Who or what makes up the figures: one row a group, each cell a way to its calls. */
export function Breakdown({ ranking }: { readonly ranking: Ranking<SeriesToken> }) {
  const { t } = useTranslation();
  const view = useView();
  const orderBy = view.orderBy ?? DEFAULT_ORDER;
  const [all, setAll] = useState(false);
  const question = {
    metrics: METRICS,
    range: view.range,
    filters: view.filters,
    groupBy: groupColumns(view.groupBy),
    orderBy,
  };
  const query = useQuery(usageQuery('slow', { ...question, limit: (all ? SHOWN_MORE : SHOWN) + 1 }));
  const total = onlyRow(useFigures(KPI_METRICS).now.data).calls ?? null;
  const rows = query.data === undefined ? [] : breakdownRows(query.data);
  const shown = all ? SHOWN_MORE : SHOWN;

  const download = async () => {
    const table = await api.query({
      metrics: METRICS.join(','),
      group_by: question.groupBy.join(','),
      from: view.range.from,
      to: view.range.to,
      filter: view.filters.map(formatFilter),
      order_by: orderBy,
      limit: ALL,
    });
    downloadCsv(`sightglass-${view.groupBy.replace(/[^a-z0-9]+/gi, '-')}.csv`, [
      table.columns.map((column) => column.name),
      ...table.rows,
    ]);
  };

  return (
    <div className={classes.card} data-testid="breakdown">
      <div className={classes.head}>
        <GroupTabs />
        <CsvButton onClick={() => void download()} testid="breakdown-csv" />
      </div>
      {query.data === undefined && query.error !== null ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <div className={classes.loading}>
          <Loading>
            {Array.from({ length: 6 }, (_, i) => (
              <Skeleton key={i} height={28} />
            ))}
          </Loading>
        </div>
      ) : rows.length === 0 ? (
        <EmptyState compact title={t('state.noData')} />
      ) : (
        <div data-stale={query.isPlaceholderData || undefined} className={classes.body}>
          <BreakdownTable rows={rows.slice(0, shown)} groups={ranking[rankedBy(orderBy)]} total={total} />
        </div>
      )}
      {rows.length > shown && !all && (
        <Button look="quiet" iconRight="chevronDown" className={classes.more} onClick={() => setAll(true)}>
          {t('breakdown.all')}
        </Button>
      )}
    </div>
  );
}
