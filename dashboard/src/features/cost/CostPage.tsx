import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { onlyRow, usageKey } from '@/api/usage';
import pageClasses from '@/components/Page.module.css';
import { FigureStrip } from '@/features/figures/FigureStrip';
import { GroupButton } from '@/features/figures/GroupTabs';
import { GroupedChart } from '@/features/figures/GroupedChart';
import { NothingHere } from '@/features/figures/NothingHere';
import { useFigures, useGroupedSeries, useSeries, useTopGroups } from '@/features/figures/questions';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useLiveRefresh } from '@/features/toolbar/useLiveRefresh';

import { Budgets } from './Budgets';
import { costFigures, FIGURE_METRICS } from './costFigures';
import { CostTable } from './CostTable';
import { ForecastPanel } from './ForecastPanel';
import { SharesCard } from './SharesCard';
import { UnitCosts } from './UnitCosts';
import { WhatIfPanel } from './WhatIfPanel';

/** What calls cost: over time, by who and what, against the time before and against budgets. */
export function CostPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const figures = useFigures(FIGURE_METRICS);
  const series = useSeries(FIGURE_METRICS);
  const fetching = useIsFetching({ queryKey: usageKey() });
  useLiveRefresh();
  useEffect(() => {
    document.title = `${t('nav.cost')} – ${t('app.name')}`;
  }, [t]);
  const refresh = () => {
    void client.invalidateQueries({ queryKey: usageKey() });
    void client.invalidateQueries({ queryKey: ['ranking'] });
  };
  return (
    <div className={pageClasses.page} data-testid="cost">
      <PageHeader
        title={t('nav.cost')}
        onRefresh={refresh}
        refreshing={fetching > 0 && figures.now.isPlaceholderData}
        stale={figures.now.isRefetchError}
      >
        <GroupButton />
      </PageHeader>
      <FigureStrip figures={figures} series={series} make={costFigures} />
      {onlyRow(figures.now.data).calls === 0 ? <NothingHere /> : <Parts series={series} />}
      <Budgets />
    </div>
  );
}

function Parts({ series }: { readonly series: ReturnType<typeof useSeries> }) {
  const { t } = useTranslation();
  const ranking = useTopGroups();
  const grouped = useGroupedSeries(ranking.cost_usd, ['cost_usd']);
  return (
    <>
      <h2 className="sr-only">{t('chart.heading')}</h2>
      <div className={pageClasses.two}>
        <GroupedChart metric="cost_usd" groups={ranking.cost_usd} grouped={grouped.data} total={series} />
        <SharesCard groups={ranking.cost_usd} />
      </div>
      <CostTable groups={ranking.cost_usd} />
      <UnitCosts />
      <ForecastPanel />
      <WhatIfPanel />
    </>
  );
}
