import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { onlyRow, usageKey } from '@/api/usage';
import pageClasses from '@/components/Page.module.css';
import { EmptyState } from '@/components/States';
import { FigureStrip } from '@/features/figures/FigureStrip';
import { NothingHere } from '@/features/figures/NothingHere';
import { useFigures, useSeries } from '@/features/figures/questions';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useLiveRefresh } from '@/features/toolbar/useLiveRefresh';
import { known } from '@/view/filters';
import { useView } from '@/view/useView';

import { UserDetail } from './UserDetail';
import { FIGURE_METRICS, userFigures } from './userFigures';
import { UserList } from './UserList';
import { UserReports } from './UserReports';

const WITH_USER = [known('user')] as const;

/** Who uses models: how many, how often, what for what money, and whether they stay. */
export function UsersPage() {
  const { t } = useTranslation();
  const { key } = useView();
  useEffect(() => {
    document.title = `${t('nav.users')} – ${t('app.name')}`;
  }, [t]);
  return key === null ? <AllUsers /> : <UserDetail key={key} id={key} />;
}

function AllUsers() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const figures = useFigures(FIGURE_METRICS, WITH_USER);
  const series = useSeries(FIGURE_METRICS, WITH_USER);
  const all = useFigures(['calls']);
  const fetching = useIsFetching({ queryKey: usageKey() });
  useLiveRefresh();
  const nobody = onlyRow(figures.now.data).calls === 0;
  return (
    <div className={pageClasses.page} data-testid="users">
      <PageHeader
        title={t('nav.users')}
        onRefresh={() => void client.invalidateQueries({ queryKey: usageKey() })}
        refreshing={fetching > 0 && figures.now.isPlaceholderData}
        stale={figures.now.isRefetchError}
      />
      <FigureStrip figures={figures} series={series} make={userFigures} about={WITH_USER} />
      {nobody && onlyRow(all.now.data).calls === 0 ? (
        <NothingHere />
      ) : nobody ? (
        <EmptyState title={t('users.none')} detail={t('users.noneHow')} />
      ) : (
        <>
          <UserReports />
          <UserList />
        </>
      )}
    </div>
  );
}
