import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { caseQuery, reportAddress, type Case, type CaseFinding } from '@/api/cases';
import { DataTable } from '@/charts/DataTable';
import { Icon } from '@/components/Icon';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded } from '@/components/States';
import { dimensionName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { parseFilter } from '@/view/filters';
import { absolute } from '@/view/range';
import { onlyCallsSearch, sharedSearch, useView } from '@/view/useView';

import { CaseChart } from './CaseChart';
import classes from './cases.module.css';
import { writeChange, writeFigure } from './findingText';

/** The case of one annotation: what was found before it, what changed, and what is different since. */
export function CaseView({ id }: { readonly id: string }) {
  const { t, i18n } = useTranslation();
  const view = useView();
  const query = useQuery(caseQuery(id, view.filters));
  return (
    <>
      <div className={pageClasses.actions}>
        <Link to="/cases" search={sharedSearch(view)} data-testid="all-cases">
          {t('cases.back')}
        </Link>
        <a href={reportAddress(id, view.filters, i18n.language)} download data-testid="case-report">
          <Icon name="download" size={16} /> {t('cases.download')}
        </a>
      </div>
      <Loaded query={query} height={420} page>
        {(data) => (
          <>
            <Found found={data} />
            <Changed found={data} />
            <Since found={data} />
            <div className={pageClasses.two}>
              {(['latency_p95_ms', 'satisfaction_rate', 'error_rate', 'cost_per_call_usd'] as const).map((metric) => (
                <CaseChart key={metric} metric={metric} query={query} />
              ))}
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

interface PartProps {
  readonly found: Case;
}

function Found({ found }: PartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { slow } = found;
  const range = absolute(Date.parse(found.before_from), Date.parse(found.after_to));
  const own = found.filters.map(parseFilter).filter((filter) => filter !== null);
  return (
    <Panel title={`1. ${t('cases.found')}`} testid="case-found">
      {slow.threshold_ms === null ? (
        <EmptyState compact title={t('cases.nothingFound')} />
      ) : (
        <div className={classes.lines}>
          <p>
            {t('cases.slowShares', { limit: format.duration(slow.threshold_ms), before: format.percent(slow.share_before), after: format.percent(slow.share_after) })}
          </p>
          {slow.satisfaction_slow !== null && slow.satisfaction_fast !== null && (
            <p>{t('cases.waiting', { slow: format.percent(slow.satisfaction_slow), fast: format.percent(slow.satisfaction_fast) })}</p>
          )}
          {slow.groups.length > 0 && (
            <>
              <p>{t('cases.slowGroups')}</p>
              <ul className={classes.list}>
                {slow.groups.map(({ key, filter, slow_share }) => (
                  <li key={filter.join()}>
                    <Link to="/calls" search={onlyCallsSearch(range, [...own, ...filter.map(parseFilter).filter((one) => one !== null)])}>
                      {key.map(({ dimension, value }) => `${dimensionName(t, dimension)}: ${value ?? '–'}`).join(', ')}
                    </Link>{' '}
                    {t('cases.ofThem', { share: format.percent(slow_share) })}
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      )}
    </Panel>
  );
}

function Changed({ found }: PartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const { annotation, others } = found;
  return (
    <Panel title={`2. ${t('cases.changed')}`} testid="case-changed">
      <div className={classes.lines}>
        <p>
          <strong>{annotation.name}</strong>
        </p>
        <p className={pageClasses.quiet}>
          {t(`cases.kind.${annotation.kind}`)}, {format.dateTime(Date.parse(annotation.at))} · {t('cases.field.filters')}:{' '}
          {found.filters.length === 0 ? t('cases.allCalls') : found.filters.join(', ')}
        </p>
        {annotation.text !== null && <p className={classes.text}>{annotation.text}</p>}
        {others.length > 0 && (
          <>
            <p>{t('cases.others')}</p>
            <ul className={classes.list}>
              {others.map((other) => (
                <li key={other.id}>
                  <Link to="/cases" search={{ ...sharedSearch(view), key: other.id }}>
                    {other.name}
                  </Link>
                  , {format.dateTime(Date.parse(other.at))}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Panel>
  );
}

function Since({ found }: PartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const points = (value: string) => t('cases.points', { value });
  const row = (finding: CaseFinding) => ({
    key: finding.metric,
    cells: [
      t(`cases.metric.${finding.metric as Measured}`),
      writeFigure(format, finding.unit, finding.before),
      writeFigure(format, finding.unit, finding.after),
      writeChange(format, finding, finding.change, points),
      finding.change === null ? '–' : `${writeChange(format, finding, finding.change_low, points)} … ${writeChange(format, finding, finding.change_high, points)}`,
      <span key="verdict" className={classes.verdict} data-verdict={finding.verdict} data-testid={`verdict-${finding.metric}`}>
        {t(`cases.verdict.${finding.verdict}`)}
      </span>,
    ],
  });
  return (
    <Panel
      title={`3. ${t('cases.since')}`}
      testid="case-since"
      hint={found.days_compared === 0 ? undefined : t('cases.compared', { count: found.days_compared, weeks: String(found.weeks_apart) })}
    >
      {found.days_compared === 0 ? (
        <EmptyState compact title={t('cases.tooEarly')} />
      ) : (
        <>
          <DataTable
            cards
            caption={t('cases.since')}
            head={[t('cases.column.figure'), t('cases.column.before'), t('cases.column.after'), t('cases.column.change'), t('cases.column.interval'), t('cases.column.verdict')]}
            rows={found.findings.map(row)}
          />
          <p className={pageClasses.hint}>{t('cases.level', { level: format.percent(found.level) })}</p>
        </>
      )}
    </Panel>
  );
}

export type Measured =
  | 'latency_p50_ms'
  | 'latency_p95_ms'
  | 'ttft_p50_ms'
  | 'ttft_p95_ms'
  | 'error_rate'
  | 'cost_per_call_usd'
  | 'satisfaction_rate'
  | 'session_length_avg_s'
  | 'session_turns_avg';
