import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { PRICES_KEY } from '@/api/prices';
import { PageHeader } from '@/features/toolbar/PageHeader';

import { OwnPrices } from './OwnPrices';
import { PriceList } from './PriceList';
import classes from './prices.module.css';
import { Recalculation } from './Recalculation';
import { UnpricedUse } from './UnpricedUse';

/** What has no price, prices of one's own, pricing again, and the list. */
export function PricesPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const fetching = useIsFetching({ queryKey: PRICES_KEY });
  useEffect(() => {
    document.title = `${t('nav.prices')} – ${t('app.name')}`;
  }, [t]);
  return (
    <div className={classes.page}>
      <PageHeader
        title={t('nav.prices')}
        onRefresh={() => void client.invalidateQueries({ queryKey: PRICES_KEY })}
        refreshing={fetching > 0}
        stale={false}
        live={false}
        filters={false}
      />
      <div className={classes.pair}>
        <UnpricedUse />
        <Recalculation />
      </div>
      <OwnPrices />
      <PriceList />
    </div>
  );
}
