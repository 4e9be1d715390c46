import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asNumber, usageQuery } from '@/api/usage';
import { Button } from '@/components/Button';
import { EmptyState, ErrorState, Loading, Skeleton } from '@/components/States';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useLiveRefresh } from '@/features/toolbar/useLiveRefresh';
import { useChangeView, useView } from '@/view/useView';

import { CallDetail } from './CallDetail';
import classes from './CallsPage.module.css';
import { CallsTable, type CallsTableProps } from './CallsTable';
import { CallsToolbar } from './CallsToolbar';
import { isColumn } from './columnLayout';
import { TailNotice } from './TailNotice';
import { useCallRows } from './useCallRows';
import { useSelectedCall } from './useSelectedCall';

const SKELETON_ROWS = 12;

export function CallsPage() {
  const { t } = useTranslation();
  const view = useView();
  const [busy, setBusy] = useState({ scrolled: false, hovered: false });
  const paused = busy.scrolled || busy.hovered;
  const { query, rows, live, held, leftOut, release, reload } = useCallRows(paused);
  const count = useQuery({
    ...usageQuery('fast', { metrics: ['calls'], range: view.range, filters: view.filters }),
    enabled: view.q === '',
  });
  const total = view.q === '' ? asNumber(count.data?.rows[0]?.[0]) : null;
  useLiveRefresh();
  useEffect(() => {
    document.title = `${t('nav.calls')} – ${t('app.name')}`;
  }, [t]);

  const columns = useMemo(() => view.columns?.filter(isColumn) ?? null, [view.columns]);
  const { selected, open, close, step } = useSelectedCall(rows);
  const onBusy = useCallback(
    (part: { scrolled?: boolean; hovered?: boolean }) =>
      setBusy((current) =>
        Object.entries(part).every(([name, value]) => current[name as keyof typeof current] === value)
          ? current
          : { ...current, ...part },
      ),
    [],
  );
  const refresh = () => {
    void reload().catch(() => query.refetch());
    void count.refetch();
  };
  const showNew = () => {
    release();
    document.querySelector('[data-testid="calls-scroller"]')?.scrollTo({ top: 0 });
  };

  return (
    <div className={classes.page}>
      <PageHeader
        title={t('nav.calls')}
        onRefresh={refresh}
        refreshing={query.isRefetching && !query.isFetchingNextPage}
        stale={query.isRefetchError || count.isRefetchError}
      />
      <CallsToolbar total={total} loaded={rows.length} rows={rows} paused={live && paused} live={live} />
      <div className={classes.main} data-detail={selected !== null || undefined}>
        <div className={classes.list}>
          {live && (
            <TailNotice
              held={held}
              leftOut={leftOut}
              onShow={showNew}
              onReload={() => void reload().catch(() => undefined)}
            />
          )}
          <List
            query={query}
            rows={rows}
            columns={columns}
            total={total}
            selected={selected}
            onOpen={open}
            onBusy={onBusy}
          />
        </div>
        {selected !== null && (
          <CallDetail
            id={selected}
            known={rows.find((call) => call.call_id === selected) ?? null}
            onClose={close}
            onStep={step}
          />
        )}
      </div>
    </div>
  );
}

interface ListProps extends Omit<CallsTableProps, 'onEnd' | 'foot'> {
  readonly query: ReturnType<typeof useCallRows>['query'];
}

function List({ query, ...table }: ListProps) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) {
      void fetchNextPage();
    }
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  if (query.isPending) {
    return (
      <Loading>
        <div className={classes.skeleton}>
          {Array.from({ length: SKELETON_ROWS }, (_, i) => (
            <Skeleton key={i} height={22} />
          ))}
        </div>
      </Loading>
    );
  }
  if (query.data === undefined) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (table.rows.length === 0) {
    return <Nothing />;
  }
  const foot = (
    <Foot
      loading={isFetchingNextPage}
      failed={isFetchNextPageError}
      more={hasNextPage}
      onRetry={() => void fetchNextPage()}
    />
  );
  return <CallsTable {...table} onEnd={onEnd} foot={foot} />;
}

function Foot({
  loading,
  failed,
  more,
  onRetry,
}: {
  readonly loading: boolean;
  readonly failed: boolean;
  readonly more: boolean;
  readonly onRetry: () => void;
}) {
  const { t } = useTranslation();
  return (
    <p className={classes.foot} role="status">
      {failed ? (
        <>
          {t('calls.moreFailed')} <Button onClick={onRetry}>{t('state.retry')}</Button>
        </>
      ) : loading ? (
        t('calls.loadingMore')
      ) : more ? (
        ''
      ) : (
        t('calls.end')
      )}
    </p>
  );
}

function Nothing() {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const filtered = view.filters.length > 0 || view.q !== '';
  return (
    <EmptyState title={t('state.emptyTitle')} detail={t(filtered ? 'state.emptyDetail' : 'state.emptyRange')}>
      {filtered ? (
        <Button onClick={() => change({ filters: [], q: '' })}>{t('state.clearFilters')}</Button>
      ) : (
        <Button onClick={() => change({ range: { from: '-30d', to: 'now' } })}>{t('state.widen')}</Button>
      )}
    </EmptyState>
  );
}
