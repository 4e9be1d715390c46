import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { onlyRow, usageKey } from '@/api/usage';
import pageClasses from '@/components/Page.module.css';
import { FigureStrip } from '@/features/figures/FigureStrip';
import { GroupLines } from '@/features/figures/GroupLines';
import { GroupButton } from '@/features/figures/GroupTabs';
import { HeatCard } from '@/features/figures/HeatCard';
import { NothingHere } from '@/features/figures/NothingHere';
import { useFigures, useSeries, useTopGroups } from '@/features/figures/questions';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useLiveRefresh } from '@/features/toolbar/useLiveRefresh';
import { useFormat } from '@/i18n/useFormat';
import { useView } from '@/view/useView';

import { measureOf, SPECS } from './measures';
import { MeasureChart, MeasureTabs } from './MeasureChart';
import { FIGURE_METRICS, performanceFigures } from './performanceFigures';
import { SlowCallsPanel } from './SlowCallsPanel';
import { SlowestTable } from './SlowestTable';

/** How fast answers come and how often none does: over time, and by who and what. */
export function PerformancePage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const figures = useFigures(FIGURE_METRICS);
  const series = useSeries(FIGURE_METRICS);
  const fetching = useIsFetching({ queryKey: usageKey() });
  useLiveRefresh();
  useEffect(() => {
    document.title = `${t('nav.performance')} – ${t('app.name')}`;
  }, [t]);
  const refresh = () => {
    void client.invalidateQueries({ queryKey: usageKey() });
    void client.invalidateQueries({ queryKey: ['ranking'] });
  };
  return (
    <div className={pageClasses.page} data-testid="performance">
      <PageHeader
        title={t('nav.performance')}
        onRefresh={refresh}
        refreshing={fetching > 0 && figures.now.isPlaceholderData}
        stale={figures.now.isRefetchError}
      >
        <GroupButton />
      </PageHeader>
      <FigureStrip figures={figures} series={series} make={performanceFigures} />
      {onlyRow(figures.now.data).calls === 0 ? <NothingHere /> : <Charts />}
    </div>
  );
}

function Charts() {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const ranking = useTopGroups();
  const measure = measureOf(view.metric);
  const spec = SPECS[measure];
  return (
    <>
      <h2 className="sr-only">{t('chart.heading')}</h2>
      <MeasureTabs />
      <div className={pageClasses.two}>
        <MeasureChart measure={measure} />
        <GroupLines
          title={t(`performance.grouped.${measure}`)}
          metric={spec.grouped}
          groups={ranking.calls}
          write={spec.write(format)}
          testid="chart-by-group"
        />
      </div>
      <HeatCard metric={measure === 'ttft' ? 'ttft_ms' : 'latency_ms'} />
      <SlowestTable groups={ranking.calls} />
      {(measure === 'latency' || measure === 'ttft' || measure === 'tpot') && <SlowCallsPanel measure={measure} />}
    </>
  );
}
