import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Alert } from '@/api/alertTypes';
import { alertsQuery, useAcknowledge, useSilence } from '@/api/alerts';
import { Button } from '@/components/Button';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { Refusal } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { onlyCallsSearch, useView } from '@/view/useView';

import { callsOf, groupText, timeOf } from './alertCalls';
import classes from './alerts.module.css';
import { Part } from './Part';
import { SeverityBadge } from './SeverityBadge';
import { useMonitorName } from './useMonitorName';

const SILENCE_FOR = '2h';

/** What is alarming now, the gravest first. */
export function Firing() {
  const { t } = useTranslation();
  const format = useFormat();
  const { live } = useView();
  const query = useQuery(alertsQuery(live));
  return (
    <Panel
      title={t('alerts.tab.now')}
      testid="alerts-firing"
      aside={
        query.data !== undefined && (
          <span role="status">
            {t('alerts.counts', { firing: format.integer(query.data.firing), pending: format.integer(query.data.pending) })}
          </span>
        )
      }
    >
      <Part query={query} isEmpty={({ items }) => items.length === 0} empty={t('alerts.quiet')} emptyHow={t('alerts.quietHow')}>
        {({ items }) => (
          <ul className={classes.list}>
            {items.map((alert) => (
              <AlertCard key={alert.key} alert={alert} />
            ))}
          </ul>
        )}
      </Part>
    </Panel>
  );
}

function AlertCard({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation();
  const format = useFormat();
  const acknowledge = useAcknowledge();
  const silence = useSilence();
  const nameOf = useMonitorName();
  const failed = acknowledge.error ?? silence.error;
  const isAcknowledged = alert.acknowledged_by !== null;
  const marks = [
    alert.flapping ? t('alerts.flapping') : null,
    alert.without_data ? t('alerts.withoutData') : null,
    isAcknowledged ? t('alerts.acknowledgedBy', { name: alert.acknowledged_by }) : null,
    alert.silenced_by === null ? null : t('alerts.silenced'),
  ].filter((mark) => mark !== null);
  return (
    <li className={classes.alert} data-severity={alert.severity} data-status={alert.status} data-testid="alert">
      <div className={classes.alertHead}>
        <SeverityBadge severity={alert.severity} />
        <strong>{nameOf(alert.monitor_id, alert.monitor_name)}</strong>
        {alert.group.length > 0 && <span>{groupText(alert.group, t('state.unknown'))}</span>}
        <span className={pageClasses.quiet}>{t(`alerts.status.${alert.status}`, { time: format.dateTime(Date.parse(alert.since)) })}</span>
      </div>
      <p>{alert.message}</p>
      <p className={pageClasses.quiet}>
        <Link to="/calls" search={onlyCallsSearch(timeOf(alert), callsOf(alert))} data-testid="alert-calls">
          {t('alerts.value', { value: alert.value_text ?? '–', threshold: alert.threshold_text })}
        </Link>
        {alert.why !== null && ` · ${alert.why}`}
        {alert.confidence !== null && ` · ${t('alerts.sure', { value: format.percent(alert.confidence) })}`}
      </p>
      {marks.length > 0 && <p className={classes.marks}>{marks.join(' · ')}</p>}
      <div className={pageClasses.actions}>
        {alert.status === 'firing' && (
          <Button disabled={acknowledge.isPending} onClick={() => acknowledge.mutate({ key: alert.key, on: !isAcknowledged })} data-testid="acknowledge">
            {t(isAcknowledged ? 'alerts.unacknowledge' : 'alerts.acknowledge')}
          </Button>
        )}
        {alert.silenced_by === null && (
          <Button
            disabled={silence.isPending}
            onClick={() =>
              silence.mutate({ matchers: [{ name: 'monitor', value: alert.monitor_id }, ...alert.group.filter(({ value }) => value !== '')], duration: SILENCE_FOR })
            }
            data-testid="silence"
          >
            {t('alerts.silenceFor', { time: SILENCE_FOR })}
          </Button>
        )}
        <Refusal error={failed} />
      </div>
    </li>
  );
}
