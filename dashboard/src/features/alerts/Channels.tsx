import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { channelsQuery, useChangeChannel, useRemoveChannel, useTestChannel } from '@/api/alerts';
import type { Channel } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import { Button } from '@/components/Button';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { Refusal } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { useView } from '@/view/useView';

import { NewChannel } from './NewChannel';
import { Part } from './Part';

/** Where notices go, whether they get there, and a button to find out. */
export function Channels() {
  const { t } = useTranslation();
  const format = useFormat();
  const { live } = useView();
  const query = useQuery(channelsQuery(live));
  const [adding, setAdding] = useState(false);
  const head = ['name', 'sort', 'state', 'waiting', 'dead', 'test', 'actions'] as const;
  return (
    <Panel title={t('alerts.tab.channels')} hint={t('alerts.channelsHint')} testid="channels"
      aside={
        <Button icon="plus" pressed={adding} onClick={() => setAdding(!adding)} data-testid="new-channel">
          {t('alerts.newChannel')}
        </Button>
      }
    >
      {adding && <NewChannel onClose={() => setAdding(false)} />}
      <Part query={query} isEmpty={({ items }) => items.length === 0} empty={t('alerts.noChannels')} emptyHow={t('alerts.noChannelsHow')}>
        {({ items }) => (
          <div className={pageClasses.table}>
            <DataTable
              cards
              caption={t('alerts.tab.channels')}
              texts={3}
              head={head.map((column) => t(`alerts.column.${column}`))}
              rows={items.map((channel) => ({
                key: channel.id,
                cells: [
                  channel.name,
                  channel.kind,
                  channel.trouble !== null ? (
                    <span key="state" className={pageClasses.bad}>
                      {channel.trouble}
                    </span>
                  ) : (
                    t(channel.enabled ? 'alerts.on' : 'alerts.off')
                  ),
                  format.integer(channel.pending),
                  format.integer(channel.dead),
                  <Test key="test" channel={channel} />,
                  <Actions key="actions" channel={channel} />,
                ],
              }))}
            />
          </div>
        )}
      </Part>
    </Panel>
  );
}

/** What the settings file says is changed there. */
function Actions({ channel }: { readonly channel: Channel }) {
  const { t } = useTranslation();
  const save = useChangeChannel();
  const remove = useRemoveChannel();
  const failed = save.error ?? remove.error;
  if (channel.origin !== 'api') {
    return <span className={pageClasses.quiet}>{t('alerts.inSettings')}</span>;
  }
  return (
    <span className={pageClasses.actions}>
      <Button
        look="quiet"
        pressed={channel.enabled}
        aria-label={`${t(channel.enabled ? 'alerts.on' : 'alerts.off')}: ${channel.name}`}
        disabled={save.isPending}
        onClick={() => save.mutate({ id: channel.id, channel: { enabled: !channel.enabled } })}
        data-testid="channel-on"
      >
        {t(channel.enabled ? 'alerts.on' : 'alerts.off')}
      </Button>
      <Button look="quiet" aria-label={`${t('alerts.remove')}: ${channel.name}`} disabled={remove.isPending} onClick={() => remove.mutate(channel.id)} data-testid="remove-channel">
        {t('alerts.remove')}
      </Button>
      <Refusal error={failed} />
    </span>
  );
}

function Test({ channel }: { readonly channel: Channel }) {
  const { t } = useTranslation();
  const test = useTestChannel();
  const outcome = test.data;
  return (
    <span className={pageClasses.actions}>
      <Button look="quiet" disabled={test.isPending} aria-label={`${t('alerts.test')}: ${channel.name}`} onClick={() => test.mutate(channel.id)} data-testid="test-channel">
        {t('alerts.test')}
      </Button>
      <span role="status" data-testid="test-outcome">
        {test.error !== null
          ? test.error.message
          : outcome === undefined
            ? ''
            : outcome.delivered
              ? t('alerts.delivered')
              : t('alerts.notDelivered', { why: outcome.error ?? String(outcome.status ?? '–') })}
      </span>
    </span>
  );
}
