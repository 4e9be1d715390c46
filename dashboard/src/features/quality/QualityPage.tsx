import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { qualityQuery } from '@/api/quality';
import { EmptyState, ErrorState, Loading, Skeleton } from '@/components/States';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useView } from '@/view/useView';

import { Found } from './Found';
import { Kinds } from './Kinds';
import classes from './quality.module.css';
import { Sources } from './Sources';
import { Steps } from './Steps';

/** What was wrong with the calls of a time, what was done about it, and which calls those are. */
export function QualityPage() {
  const { t } = useTranslation();
  const view = useView();
  const query = useQuery(qualityQuery(view.range, view.filters));
  useEffect(() => {
    document.title = `${t('nav.quality')} – ${t('app.name')}`;
  }, [t]);
  const report = query.data;
  return (
    <div className={classes.page} data-testid="quality">
      <PageHeader
        title={t('nav.quality')}
        onRefresh={() => void query.refetch()}
        refreshing={query.isFetching}
        stale={query.isError && query.data !== undefined}
      />
      <p className={classes.hint}>{t('quality.hint')}</p>
      {query.isPending ? (
        <Loading>
          <Skeleton height={160} />
        </Loading>
      ) : report === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : report.sources.length === 0 ? (
        <EmptyState title={t('quality.none')} />
      ) : (
        <>
          <Sources report={report} />
          <Kinds report={report} />
          <Steps report={report} />
          <Found report={report} />
        </>
      )}
    </div>
  );
}
