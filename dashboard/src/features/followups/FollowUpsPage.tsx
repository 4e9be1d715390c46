import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { followUpsKey } from '@/api/followUps';
import pageClasses from '@/components/Page.module.css';
import { PartTabs } from '@/components/PartTabs';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useChangeView, useView } from '@/view/useView';

import { FollowUpDetail } from './FollowUpDetail';
import { FollowUpReportPart } from './FollowUpReportPart';
import { FollowUpSettingsPart } from './FollowUpSettingsPart';
import { Queue } from './Queue';

const TABS = ['queue', 'closed', 'report', 'settings'] as const;
const PARTS = {
  queue: () => <Queue state="unclosed" />,
  closed: () => <Queue state="closed" />,
  report: FollowUpReportPart,
  settings: FollowUpSettingsPart,
} as const;

/** Whom to hear from again, what was done, and whether it helped. */
export function FollowUpsPage() {
  const { t } = useTranslation();
  const { key } = useView();
  useEffect(() => {
    document.title = `${t('nav.followups')} – ${t('app.name')}`;
  }, [t]);
  return key === null ? <AllFollowUps /> : <FollowUpDetail key={key} id={key} />;
}

function AllFollowUps() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const view = useView();
  const change = useChangeView();
  const fetching = useIsFetching({ queryKey: followUpsKey });
  const tab = TABS.find((name) => name === view.tab) ?? 'queue';
  const Part = PARTS[tab];
  return (
    <div className={pageClasses.page} data-testid="followups">
      <PageHeader
        title={t('nav.followups')}
        onRefresh={() => void client.invalidateQueries({ queryKey: followUpsKey })}
        refreshing={fetching > 0}
        stale={false}
        filters={false}
        ranged={tab === 'report'}
      />
      <PartTabs
        label={t('followUps.parts')}
        values={TABS}
        current={tab}
        nameOf={(name) => t(`followUps.tab.${name}`)}
        onChoose={(name) => change({ tab: name === 'queue' ? null : name })}
        testid="followups"
      />
      <Part />
    </div>
  );
}
