import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { UserReport } from '@/api/types';
import { userReportQuery } from '@/api/users';
import { DataTable } from '@/charts/DataTable';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, ErrorState, Loading, Skeleton } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { useView } from '@/view/useView';

import { ActiveUsersCard } from './ActiveUsersCard';
import { dayTime, retentionOf } from './days';
import { Segments } from './Segments';
import classes from './users.module.css';

/** What is said of all users together. */
export function UserReports() {
  const { t } = useTranslation();
  const view = useView();
  const query = useQuery(userReportQuery(view));
  if (query.isPending) {
    return (
      <Loading>
        <Skeleton height={320} />
      </Loading>
    );
  }
  if (query.data === undefined) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  return (
    <>
      <h2 className="sr-only">{t('chart.heading')}</h2>
      <div className={pageClasses.two}>
        <ActiveUsersCard query={query} />
        <Segments report={query.data} />
      </div>
      <div className={pageClasses.two}>
        <Retention report={query.data} />
        <ConcentrationPanel report={query.data} />
      </div>
    </>
  );
}

function Retention({ report }: { readonly report: UserReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const cohorts = report.cohorts.filter(({ users }) => users > 0).toReversed();
  const weeks = Math.max(0, ...cohorts.map(({ active }) => active.length));
  return (
    <Panel title={t('users.retention')} hint={t('users.retentionHint')} testid="user-retention">
      {cohorts.length === 0 ? (
        <EmptyState compact title={t('users.noCohorts')} />
      ) : (
        <div className={pageClasses.table}>
          <DataTable
            caption={t('users.retention')}
            head={[t('users.week'), t('users.column.users'), ...Array.from({ length: Math.max(0, weeks - 1) }, (_, i) => t('users.after', { count: i + 1 }))]}
            rows={cohorts.map((cohort) => ({
              key: cohort.week,
              cells: [
                t('users.weekOf', { day: format.day(dayTime(cohort.week)) }),
                format.integer(cohort.users),
                ...retentionOf(cohort.users, cohort.active)
                  .slice(1)
                  .map((share, i) => (
                    <span key={i} className={classes.cohort} style={{ '--share': share ?? 0 } as React.CSSProperties}>
                      {format.percent(share)}
                    </span>
                  )),
                ...Array.from({ length: weeks - cohort.active.length }, () => ''),
              ],
            }))}
          />
        </div>
      )}
    </Panel>
  );
}

function ConcentrationPanel({ report }: { readonly report: UserReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const shareAt = (spread: UserReport['calls'], users: number) => format.percent(spread.curve.find((point) => point.users === users)?.share);
  return (
    <Panel title={t('users.concentration')} hint={t('users.concentrationHint')} testid="user-concentration">
      <div className={pageClasses.table}>
        <DataTable
          caption={t('users.concentration')}
          head={[t('users.column.users'), t('users.ofCost'), t('users.ofCalls')]}
          rows={[
            ...[0.01, 0.05, 0.1, 0.2, 0.5].map((users) => ({
              key: String(users),
              cells: [t('users.share', { share: format.percent(users) }), shareAt(report.cost_usd, users), shareAt(report.calls, users)],
            })),
            { key: '80', cells: [t('users.fewHave80'), format.integer(report.cost_usd.users_of_80), format.integer(report.calls.users_of_80)] },
            { key: 'gini', cells: [t('users.gini'), format.percent(report.cost_usd.gini), format.percent(report.calls.gini)] },
          ]}
        />
      </div>
      {report.truncated && <p className={pageClasses.hint}>{t('users.truncated')}</p>}
    </Panel>
  );
}
