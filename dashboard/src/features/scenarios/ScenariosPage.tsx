import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { usageKey } from '@/api/usage';
import pageClasses from '@/components/Page.module.css';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useLiveRefresh } from '@/features/toolbar/useLiveRefresh';

import { MixChart } from './MixChart';
import { OwnScenarios } from './OwnScenarios';
import { ScenarioTable } from './ScenarioTable';
import { TeamTable } from './TeamTable';

/** What calls are for: over time, by team, and what each use costs and brings. */
export function ScenariosPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const fetching = useIsFetching({ queryKey: usageKey() });
  useLiveRefresh();
  useEffect(() => {
    document.title = `${t('nav.scenarios')} – ${t('app.name')}`;
  }, [t]);
  return (
    <div className={pageClasses.page} data-testid="scenarios">
      <PageHeader
        title={t('nav.scenarios')}
        onRefresh={() => void client.invalidateQueries({ queryKey: usageKey() })}
        refreshing={fetching > 0}
        stale={false}
      />
      <p className={pageClasses.hint}>{t('scenarios.hint')}</p>
      <h2 className="sr-only">{t('chart.heading')}</h2>
      <MixChart />
      <ScenarioTable />
      <TeamTable />
      <OwnScenarios />
    </div>
  );
}
