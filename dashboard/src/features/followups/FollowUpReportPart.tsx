import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { followUpReportQuery } from '@/api/followUps';
import type { FollowUp, FollowUpReport } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { useView } from '@/view/useView';

type Counts = FollowUpReport['all'];

/** How far they came, how fast, with what outcome, and what was different after. */
export function FollowUpReportPart() {
  const { t } = useTranslation();
  const { range } = useView();
  const query = useQuery(followUpReportQuery(range));
  return (
    <Panel title={t('followUps.report.title')} hint={t('followUps.report.hint')} testid="followup-report">
      <Loaded query={query} height={240}>
        {(data) =>
          data.all.opened === 0 ? (
            <EmptyState compact title={t('followUps.report.none')} />
          ) : (
            <Tables report={data} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Tables({ report }: { readonly report: FollowUpReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const counts = (key: string, name: string, { opened, contacted, answered, closed }: Counts) => ({
    key,
    cells: [name, ...[opened, contacted, answered, closed].map((count) => format.integer(count))],
  });
  const both = (key: string, name: string, before: string, after: string) => ({ key, cells: [name, before, after] });
  const { before, after } = report;
  return (
    <div className={pageClasses.two}>
      <DataTable
        caption={t('followUps.report.counts')}
        head={[t('followUps.report.rule'), ...(['opened', 'contacted', 'answered', 'closed'] as const).map((column) => t(`followUps.column.${column}`))]}
        rows={[
          ...Object.entries(report.by_rule).map(([rule, each]) => counts(rule, t(`followUps.rule.${rule as FollowUp['rule']}`), each)),
          counts('all', t('followUps.report.all'), report.all),
        ]}
      />
      <DataTable
        caption={t('followUps.report.outcomes')}
        head={[t('followUps.column.outcome'), t('followUps.report.count')]}
        rows={Object.entries(report.by_outcome).map(([outcome, count]) => ({
          key: outcome,
          cells: [t(`followUps.outcome.${outcome as NonNullable<FollowUp['outcome']>}`), format.integer(count)],
        }))}
      />
      <DataTable
        caption={t('followUps.report.times')}
        head={[t('followUps.report.times'), t('followUps.report.all')]}
        rows={[
          { key: 'contact', cells: [t('followUps.report.toContact'), format.rate(report.median_hours_to_contact)] },
          { key: 'close', cells: [t('followUps.report.toClose'), format.rate(report.median_hours_to_close)] },
          { key: 'overdue', cells: [t('followUps.report.overdue'), format.integer(report.overdue)] },
          { key: 'satisfaction', cells: [t('followUps.report.satisfaction'), format.rate(report.satisfaction_after_average)] },
        ]}
      />
      <DataTable
        caption={t('followUps.report.beforeAfter')}
        head={[t('followUps.report.beforeAfter'), t('followUps.report.before'), t('followUps.report.after')]}
        rows={[
          both('calls', t('followUps.report.callsPerDay'), format.rate(before.calls_per_day), format.rate(after.calls_per_day)),
          both('errors', t('followUps.report.errorRate'), format.percent(before.error_rate), format.percent(after.error_rate)),
          both('satisfaction', t('followUps.report.satisfactionRate'), format.percent(before.satisfaction_rate), format.percent(after.satisfaction_rate)),
          both('rated', t('followUps.report.rated'), format.integer(before.rated), format.integer(after.rated)),
        ]}
      />
      <p className={`${pageClasses.hint} ${pageClasses.full}`}>{t('followUps.report.compared', { count: report.compared })}</p>
    </div>
  );
}
