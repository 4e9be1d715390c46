import { useInfiniteQuery, useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { SESSION_ORDERS, sessionsQuery, type SessionOrder } from '@/api/conversations';
import type { SessionSummary } from '@/api/types';
import { onlyRow, usageKey } from '@/api/usage';
import { Button } from '@/components/Button';
import { downloadCsv } from '@/components/csv';
import { CsvButton } from '@/components/CsvButton';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded } from '@/components/States';
import { FigureStrip } from '@/features/figures/FigureStrip';
import { useFigures, useSeries } from '@/features/figures/questions';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useLiveRefresh } from '@/features/toolbar/useLiveRefresh';
import { useFormat } from '@/i18n/useFormat';
import { useChangeView, useView } from '@/view/useView';

import { SessionCharts } from './SessionCharts';
import { FIGURE_METRICS, IN_A_SESSION, SERIES_METRICS, sessionFigures } from './sessionFigures';
import { sessionsCsv } from './sessionsCsv';
import { SessionsTable } from './SessionsTable';

/** The order that the URL names; the newest first where it names none of these. */
const orderOf = (name: string | null): SessionOrder => SESSION_ORDERS.find((order) => order === name) ?? 'newest';

export function SessionList() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const figures = useFigures(FIGURE_METRICS, IN_A_SESSION);
  const series = useSeries(SERIES_METRICS, IN_A_SESSION);
  const fetching = useIsFetching({ queryKey: usageKey() });
  useLiveRefresh();
  const none = onlyRow(figures.now.data).sessions === 0;
  return (
    <div className={pageClasses.page} data-testid="sessions">
      <PageHeader
        title={t('nav.sessions')}
        onRefresh={() => void client.invalidateQueries({ queryKey: usageKey() })}
        refreshing={fetching > 0 && figures.now.isPlaceholderData}
        stale={figures.now.isRefetchError}
      />
      <FigureStrip figures={figures} series={series} make={sessionFigures} about={IN_A_SESSION} />
      {none ? (
        <Nothing />
      ) : (
        <>
          <h2 className="sr-only">{t('chart.heading')}</h2>
          <SessionCharts query={series} />
          <Conversations total={onlyRow(figures.now.data).sessions ?? null} />
        </>
      )}
    </div>
  );
}

function Conversations({ total }: { readonly total: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const change = useChangeView();
  const order = orderOf(view.orderBy);
  const query = useInfiniteQuery(sessionsQuery(view.range, view.filters, order));
  const rows = useMemo((): readonly SessionSummary[] => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  return (
    <Panel
      title={t('sessions.heading')}
      hint={t('sessions.hint')}
      aside={
        <>
          <span role="status" data-testid="sessions-count">
            {rows.length > 0 &&
              t(query.hasNextPage ? 'sessions.shown' : 'sessions.count', {
                count: rows.length,
                value: format.integer(rows.length),
                all: format.integer(total),
              })}
          </span>
          <CsvButton onClick={() => downloadCsv('sightglass-sessions.csv', sessionsCsv(rows))} disabled={rows.length === 0} testid="sessions-csv" />
        </>
      }
    >
      <Loaded query={query} height={320}>
        {() =>
          rows.length === 0 ? (
            <EmptyState compact title={t('sessions.empty')} />
          ) : (
            <>
              <SessionsTable rows={rows} order={order} onOrder={(orderBy) => change({ orderBy: orderBy === 'newest' ? null : orderBy }, { replace: true })} />
              {query.hasNextPage && (
                <div className={pageClasses.actions}>
                  <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()} data-testid="sessions-more">
                    {t(query.isFetchingNextPage ? 'app.loading' : 'breakdown.all')}
                  </Button>
                  {query.isFetchNextPageError && (
                    <span role="alert" className={pageClasses.bad}>
                      {t('state.errorTitle')}
                    </span>
                  )}
                </div>
              )}
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Nothing() {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const filtered = view.filters.length > 0;
  return (
    <EmptyState title={t('sessions.empty')} detail={t(filtered ? 'sessions.emptyFiltered' : 'sessions.emptyHow')}>
      {filtered ? (
        <Button onClick={() => change({ filters: [] })}>{t('state.clearFilters')}</Button>
      ) : (
        <Button onClick={() => change({ range: { from: '-30d', to: 'now' } })}>{t('state.widen')}</Button>
      )}
    </EmptyState>
  );
}
