import { useIsFetching, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { liveFeed } from '@/api/live';
import { onlyRow, statusQuery, usageKey } from '@/api/usage';
import { FigureStrip } from '@/features/figures/FigureStrip';
import { GroupButton } from '@/features/figures/GroupTabs';
import { GroupedChart } from '@/features/figures/GroupedChart';
import { HeatCard } from '@/features/figures/HeatCard';
import { useFigures, useGroupedSeries, useSeries, useTopGroups } from '@/features/figures/questions';
import { NothingHere } from '@/features/figures/NothingHere';
import { RANKED_METRICS } from '@/features/figures/ranking';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useLiveRefresh } from '@/features/toolbar/useLiveRefresh';

import { Breakdown } from './Breakdown';
import { ErrorsCard } from './ErrorsCard';
import { KPI_METRICS, kpis, SERIES_METRICS } from './kpis';
import { LatencyChart } from './LatencyChart';
import classes from './OverviewPage.module.css';
import { TokensChart } from './TokensChart';
import { Welcome } from './Welcome';

export function OverviewPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const fetching = useIsFetching({ queryKey: usageKey() });
  const status = useQuery(statusQuery);
  const figures = useFigures(KPI_METRICS);
  useLiveRefresh();
  useEffect(() => {
    document.title = `${t('nav.overview')} – ${t('app.name')}`;
    liveFeed.setFilters([]);
  }, [t]);

  const calls = onlyRow(figures.now.data).calls;
  const isNew = status.data?.store.calls === 0 && calls === 0;
  const refresh = () => {
    void client.invalidateQueries({ queryKey: usageKey() });
    void client.invalidateQueries({ queryKey: ['ranking'] });
  };
  return (
    <div className={classes.page}>
      <PageHeader
        title={t('nav.overview')}
        onRefresh={refresh}
        refreshing={fetching > 0 && figures.now.isPlaceholderData}
        stale={figures.now.isRefetchError}
      >
        <GroupButton />
      </PageHeader>
      {isNew ? <Welcome /> : <Figures empty={calls === 0} />}
    </div>
  );
}

function Figures({ empty }: { readonly empty: boolean }) {
  const { t } = useTranslation();
  const ranking = useTopGroups();
  const figures = useFigures(KPI_METRICS);
  const series = useSeries(SERIES_METRICS);
  const grouped = useGroupedSeries([...ranking.calls, ...ranking.cost_usd], RANKED_METRICS);
  return (
    <>
      <FigureStrip figures={figures} series={series} make={kpis} />
      {empty && <NothingHere />}
      <h2 className="sr-only">{t('chart.heading')}</h2>
      <div className={classes.charts}>
        <GroupedChart metric="calls" groups={ranking.calls} grouped={grouped.data} total={series} />
        <GroupedChart metric="cost_usd" groups={ranking.cost_usd} grouped={grouped.data} total={series} />
        <div className={classes.full}>
          <Breakdown ranking={ranking} />
        </div>
        <TokensChart />
        <LatencyChart />
      </div>
      <div className={classes.spread}>
        <HeatCard />
        <ErrorsCard />
      </div>
    </>
  );
}
