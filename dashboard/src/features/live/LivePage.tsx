import { useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

import { liveFeed } from '@/api/live';
import { Button } from '@/components/Button';
import pageClasses from '@/components/Page.module.css';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useChangeView, useView } from '@/view/useView';

import { LiveCharts } from './LiveCharts';
import { LiveTail } from './LiveTail';
import { PulseStrip } from './PulseStrip';
import { useSeconds } from './useLive';

/** What happens now: the last five minutes second by second, and calls as they end. */
export function LivePage() {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const held = !view.live;
  const seconds = useSeconds(held);
  const { state } = useSyncExternalStore(liveFeed.watch, liveFeed.read);
  useEffect(() => {
    document.title = `${t('nav.live')} – ${t('app.name')}`;
  }, [t]);
  return (
    <div className={pageClasses.page} data-testid="live" data-state={state}>
      <PageHeader
        title={t('nav.live')}
        onRefresh={() => liveFeed.reconnect()}
        refreshing={state === 'connecting'}
        stale={state === 'lost'}
        live={false}
        ranged={false}
      >
        <Button
          icon={held ? 'play' : 'pause'}
          pressed={held}
          onClick={() => change({ live: held }, { replace: true })}
          data-testid="live-pause"
        >
          {t(held ? 'livePage.goOn' : 'livePage.hold')}
        </Button>
      </PageHeader>
      <PulseStrip seconds={seconds} />
      <LiveCharts seconds={seconds} />
      <LiveTail held={held} />
    </div>
  );
}
