import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { limitsQuery } from '@/api/limits';
import type { Limit } from '@/api/types';
import { Panel } from '@/components/Panel';
import { EmptyState, ErrorState, Loading, Skeleton } from '@/components/States';
import { PageHeader } from '@/features/toolbar/PageHeader';
import { useFormat } from '@/i18n/useFormat';
import { useView } from '@/view/useView';

import { firstToEnd, ownLimits, providerLimits, shareOf } from './limitLines';
import classes from './limits.module.css';
import { OwnLimits } from './OwnLimits';
import { ProviderLimits } from './ProviderLimits';

/** How much is left of the limits of providers and of our own, now. */
export function LimitsPage() {
  const { t } = useTranslation();
  const { live } = useView();
  const query = useQuery(limitsQuery(live));
  useEffect(() => {
    document.title = `${t('nav.limits')} – ${t('app.name')}`;
  }, [t]);
  return (
    <div className={classes.page}>
      <PageHeader
        title={t('nav.limits')}
        onRefresh={() => void query.refetch()}
        refreshing={query.isRefetching}
        stale={query.isRefetchError}
        filters={false}
        ranged={false}
      />
      {query.isPending ? (
        <Loading>
          <Skeleton height={90} />
          <Skeleton height={320} />
        </Loading>
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Lines limits={query.data.items} />
      )}
    </div>
  );
}

function Lines({ limits }: { readonly limits: readonly Limit[] }) {
  const { t } = useTranslation();
  const provider = providerLimits(limits);
  const own = ownLimits(limits);
  return (
    <>
      <Outlook limits={limits} />
      <Panel title={t('limits.provider')} hint={t('limits.providerHint')} testid="provider-limits">
        {provider.length === 0 ? (
          <EmptyState compact title={t('limits.noProvider')} detail={t('limits.noProviderHint')} />
        ) : (
          <ProviderLimits lines={provider} />
        )}
      </Panel>
      <Panel title={t('limits.own')} hint={t('limits.ownHint')} testid="own-limits">
        {own.length === 0 ? <EmptyState compact title={t('limits.noOwn')} /> : <OwnLimits limits={own} />}
      </Panel>
    </>
  );
}

/** What one wants to know first: is anything about to end? */
function Outlook({ limits }: { readonly limits: readonly Limit[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const first = firstToEnd(limits);
  const most = limits.reduce<Limit | null>(
    (top, one) => (shareOf(one) > (top === null ? -1 : shareOf(top)) ? one : top),
    null,
  );
  const refused = limits.reduce((sum, one) => sum + (one.mode === 'enforce' ? (one.refused ?? 0) : 0), 0);
  const cards = [
    {
      name: t('limits.firstToEnd'),
      value: first === null ? t('limits.none') : format.duration((first.minutes_to_429 ?? 0) * 60_000),
      detail: first === null ? t('limits.noneHint') : nameOf(first),
    },
    {
      name: t('limits.mostUsed'),
      value: most === null ? '–' : format.percent(Number(shareOf(most).toPrecision(2))),
      detail: most === null ? '' : nameOf(most),
    },
    { name: t('limits.refused'), value: format.integer(refused), detail: t('limits.refusedHint') },
  ];
  return (
    <section className={classes.outlook} aria-label={t('limits.outlook')} data-testid="limits-outlook">
      {cards.map(({ name, value, detail }) => (
        <div key={name} className={classes.card}>
          <p className={classes.cardName}>{name}</p>
          <p className={classes.cardValue}>{value}</p>
          <p className={classes.cardDetail}>{detail}</p>
        </div>
      ))}
    </section>
  );
}

const nameOf = (limit: Limit): string =>
  limit.kind === 'own'
    ? [limit.name, limit.subject].filter(Boolean).join(' · ')
    : [limit.model, limit.organization].filter(Boolean).join(' · ');
