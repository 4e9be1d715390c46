import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import pageClasses from '@/components/Page.module.css';
import { PartTabs } from '@/components/PartTabs';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useChangeView, useView } from '@/view/useView';

import { Channels } from './Channels';
import { Firing } from './Firing';
import { History } from './History';
import { Monitors } from './Monitors';
import { Silences } from './Silences';

const TABS = ['now', 'monitors', 'history', 'silences', 'channels'] as const;
const PARTS = { now: Firing, monitors: Monitors, history: History, silences: Silences, channels: Channels } as const;

/** What is alarming, what is watched, what was, and who is told. */
export function AlertsPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const view = useView();
  const change = useChangeView();
  const fetching = useIsFetching({ queryKey: ['alerts'] });
  useEffect(() => {
    document.title = `${t('nav.alerts')} – ${t('app.name')}`;
  }, [t]);
  const tab = TABS.find((name) => name === view.tab) ?? 'now';
  const Part = PARTS[tab];
  return (
    <div className={pageClasses.page} data-testid="alerts">
      <PageHeader
        title={t('nav.alerts')}
        onRefresh={() => void client.invalidateQueries({ queryKey: ['alerts'] })}
        refreshing={fetching > 0}
        stale={false}
        filters={false}
        ranged={tab === 'history' || tab === 'monitors'}
      />
      <PartTabs
        label={t('alerts.parts')}
        values={TABS}
        current={tab}
        nameOf={(name) => t(`alerts.tab.${name}`)}
        onChoose={(name) => change({ tab: name === 'now' ? null : name, key: null })}
        testid="alerts"
      />
      <Part />
    </div>
  );
}
