import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { tracesQuery } from '@/api/traces';
import { Button } from '@/components/Button';
import { EmptyState, ErrorState, Loading, Skeleton } from '@/components/States';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useLiveRefresh } from '@/features/toolbar/useLiveRefresh';
import { useChangeView, useView } from '@/view/useView';

import classes from './traces.module.css';
import { TracesTable } from './TracesTable';

const SKELETON_ROWS = 12;

export function TraceList() {
  const { t } = useTranslation();
  const view = useView();
  const query = useInfiniteQuery(tracesQuery(view.range, view.filters));
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  useLiveRefresh();
  return (
    <div className={classes.page}>
      <PageHeader
        title={t('nav.traces')}
        onRefresh={() => void query.refetch()}
        refreshing={query.isRefetching && !query.isFetchingNextPage}
        stale={query.isRefetchError}
      />
      {query.isPending ? (
        <Loading>
          <div className={classes.skeleton}>
            {Array.from({ length: SKELETON_ROWS }, (_, i) => (
              <Skeleton key={i} height={26} />
            ))}
          </div>
        </Loading>
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : rows.length === 0 ? (
        <Nothing />
      ) : (
        <TracesTable rows={rows} query={query} />
      )}
    </div>
  );
}

function Nothing() {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const filtered = view.filters.length > 0;
  return (
    <EmptyState title={t('traces.empty')} detail={t(filtered ? 'traces.emptyFiltered' : 'traces.emptyHow')}>
      {filtered ? (
        <Button onClick={() => change({ filters: [] })}>{t('state.clearFilters')}</Button>
      ) : (
        <Button onClick={() => change({ range: { from: '-30d', to: 'now' } })}>{t('state.widen')}</Button>
      )}
    </EmptyState>
  );
}
