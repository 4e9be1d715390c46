import { useIsFetching, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { keysQuery } from '@/api/keys';
import { onlyRow, usageKey } from '@/api/usage';
import pageClasses from '@/components/Page.module.css';
import { FigureStrip } from '@/features/figures/FigureStrip';
import { NothingHere } from '@/features/figures/NothingHere';
import { useFigures, useSeries } from '@/features/figures/questions';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useLiveRefresh } from '@/features/toolbar/useLiveRefresh';
import { useView } from '@/view/useView';

import { IssuedKeys } from './IssuedKeys';
import { KeyDetail } from './KeyDetail';
import { FIGURE_METRICS, keyFigures } from './keyFigures';
import { MisusedKeys } from './MisusedKeys';
import { UsedKeys } from './UsedKeys';

/** Which keys are used, by whom and for what; and the keys that Sightglass gives out. */
export function KeysPage() {
  const { t } = useTranslation();
  const { key } = useView();
  useEffect(() => {
    document.title = `${t('nav.keys')} – ${t('app.name')}`;
  }, [t]);
  return key === null ? <AllKeys /> : <KeyDetail key={key} fingerprint={key} />;
}

function AllKeys() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const figures = useFigures(FIGURE_METRICS);
  const series = useSeries(FIGURE_METRICS);
  const fetching = useIsFetching({ queryKey: usageKey() });
  const issued = useQuery(keysQuery);
  useLiveRefresh();
  const refresh = () => {
    void client.invalidateQueries({ queryKey: usageKey() });
    void issued.refetch();
  };
  return (
    <div className={pageClasses.page} data-testid="keys">
      <PageHeader
        title={t('nav.keys')}
        onRefresh={refresh}
        refreshing={fetching > 0 && figures.now.isPlaceholderData}
        stale={figures.now.isRefetchError}
      />
      <FigureStrip figures={figures} series={series} make={keyFigures} />
      <MisusedKeys />
      {onlyRow(figures.now.data).calls === 0 ? <NothingHere /> : <UsedKeys issued={issued.data ?? []} />}
      <IssuedKeys query={issued} />
    </div>
  );
}
