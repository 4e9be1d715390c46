import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { historyQuery } from '@/api/alerts';
import { DataTable } from '@/charts/DataTable';
import { Button } from '@/components/Button';
import { downloadCsv } from '@/components/csv';
import { CsvButton } from '@/components/CsvButton';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { onlyCallsSearch, useView } from '@/view/useView';

import { callsOf, groupText, timeOfEvent } from './alertCalls';
import { SeverityBadge } from './SeverityBadge';
import { useMonitorName } from './useMonitorName';

const COLUMNS = ['at', 'what', 'monitor_name', 'severity', 'value_text', 'threshold_text', 'message', 'began_at', 'by', 'comment'] as const;

/** What alerts began and ended in the range, newest first. */
export function History() {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const nameOf = useMonitorName();
  const query = useInfiniteQuery(historyQuery(view.range));
  const events = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const head = ['at', 'what', 'name', 'group', 'severity', 'value', 'message'] as const;
  return (
    <Panel
      title={t('alerts.tab.history')}
      testid="alert-history"
      aside={
        <CsvButton onClick={() => downloadCsv('sightglass-alerts.csv', [COLUMNS, ...events.map((event) => COLUMNS.map((column) => event[column]))])} disabled={events.length === 0} testid="history-csv" />
      }
    >
      <Loaded query={query} height={180}>
        {() =>
          events.length === 0 ? (
            <EmptyState compact title={t('alerts.noHistory')} />
          ) : (
            <>
              <div className={pageClasses.table}>
                <DataTable
                  cards
                  caption={t('alerts.tab.history')}
                  texts={head.length}
                  head={head.map((column) => t(`alerts.column.${column}`))}
                  rows={events.map((event) => ({
                    key: String(event.id),
                    cells: [
                      <Link key="at" to="/" search={onlyCallsSearch(timeOfEvent(event), callsOf(event))} title={t('alerts.chartThen')}>
                        {format.dateTime(Date.parse(event.at))}
                      </Link>,
                      t(`alerts.what.${event.what}`),
                      nameOf(event.monitor_id, event.monitor_name),
                      groupText(event.group, t('state.unknown')) || '–',
                      <SeverityBadge key="severity" severity={event.severity} />,
                      <Link key="value" to="/calls" search={onlyCallsSearch(timeOfEvent(event), callsOf(event))} className={pageClasses.number}>
                        {`${event.value_text ?? '–'} / ${event.threshold_text}`}
                      </Link>,
                      [event.message, event.by, event.comment].filter(Boolean).join(' · '),
                    ],
                  }))}
                />
              </div>
              {query.hasNextPage && (
                <div className={pageClasses.actions}>
                  <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {t('breakdown.all')}
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}
