import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { Monitor } from '@/api/alertTypes';
import { monitorsQuery, useRemoveMonitor, useSaveMonitor } from '@/api/alerts';
import { DataTable } from '@/charts/DataTable';
import { Button } from '@/components/Button';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { Refusal } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { useChangeView, useView } from '@/view/useView';

import classes from './alerts.module.css';
import { MonitorEditor } from './MonitorEditor';
import { Part } from './Part';
import { SeverityBadge } from './SeverityBadge';
import { useMonitorName } from './useMonitorName';

const NEW_KEY = 'new';

/** What is watched, and how each monitor stands; made and changed here. */
export function Monitors() {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const query = useQuery(monitorsQuery(view.live));
  const edited = query.data?.items.find(({ id }) => id === view.key) ?? null;
  const isOpen = view.key === NEW_KEY || edited !== null;
  return (
    <>
      {isOpen && <MonitorEditor key={view.key} monitor={edited} onClose={() => change({ key: null }, { replace: true })} />}
      <Panel
        title={t('alerts.tab.monitors')}
        hint={t('alerts.monitorsHint')}
        testid="monitors"
        aside={
          <Button icon="plus" onClick={() => change({ key: NEW_KEY }, { replace: true })} data-testid="new-monitor">
            {t('alerts.newMonitor')}
          </Button>
        }
      >
        <Part query={query} isEmpty={({ items }) => items.length === 0} empty={t('alerts.noMonitors')}>
          {({ items }) => <Table monitors={items} onEdit={(id) => change({ key: id }, { replace: true })} />}
        </Part>
      </Panel>
    </>
  );
}

function Table({ monitors, onEdit }: { readonly monitors: readonly Monitor[]; readonly onEdit: (id: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const save = useSaveMonitor();
  const nameOf = useMonitorName();
  const remove = useRemoveMonitor();
  const failed = save.error ?? remove.error;
  const head = ['name', 'state', 'severity', 'condition', 'group', 'on', 'actions'] as const;
  return (
    <>
      <Refusal error={failed} />
      <div className={pageClasses.table}>
        <DataTable
          cards
          caption={t('alerts.tab.monitors')}
          texts={head.length}
          head={head.map((column) => t(`alerts.column.${column}`))}
          rows={monitors.map((monitor) => ({
            key: monitor.id,
            cells: [
              <span key="name">
                {nameOf(monitor.id, monitor.name)} {monitor.recommended && <span className={pageClasses.quiet}>{t('alerts.recommended')}</span>}
              </span>,
              <span key="state" className={classes.state} data-state={monitor.state.status} title={monitor.state.trouble ?? undefined}>
                {t(`alerts.state.${monitor.state.status}`)}
                {monitor.state.firing > 0 && ` (${format.integer(monitor.state.firing)} / ${format.integer(monitor.state.groups)})`}
              </span>,
              <SeverityBadge key="severity" severity={monitor.severity} />,
              `${t(`alerts.kind.${monitor.kind}`)}: ${monitor.metric} ${monitor.condition.op ?? ''} ${String(monitor.condition.value ?? '')} / ${monitor.window}`,
              monitor.group_by.join(', ') || '–',
              <Button
                key="on"
                look="quiet"
                pressed={monitor.enabled}
                aria-label={`${t(monitor.enabled ? 'alerts.on' : 'alerts.off')}: ${nameOf(monitor.id, monitor.name)}`}
                disabled={save.isPending}
                onClick={() => save.mutate({ id: monitor.id, monitor: { enabled: !monitor.enabled } })}
                data-testid="monitor-on"
              >
                {t(monitor.enabled ? 'alerts.on' : 'alerts.off')}
              </Button>,
              <span key="actions" className={pageClasses.actions}>
                <Button look="quiet" aria-label={`${t('alerts.edit')}: ${nameOf(monitor.id, monitor.name)}`} onClick={() => onEdit(monitor.id)} data-testid="edit-monitor">
                  {t('alerts.edit')}
                </Button>
                {(!monitor.recommended || monitor.state.changed) && (
                  <Button look="quiet" aria-label={`${t('alerts.remove')}: ${nameOf(monitor.id, monitor.name)}`} disabled={remove.isPending} onClick={() => remove.mutate(monitor.id)} data-testid="remove-monitor">
                    {t(monitor.recommended ? 'alerts.putBack' : 'alerts.remove')}
                  </Button>
                )}
              </span>,
            ],
          }))}
        />
      </div>
    </>
  );
}
