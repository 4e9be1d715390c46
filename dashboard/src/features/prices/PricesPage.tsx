import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { RangePicker } from '@/features/toolbar/RangePicker';

import { OwnPrices } from './OwnPrices';
import { PriceList } from './PriceList';
import classes from './prices.module.css';
import { UnpricedUse } from './UnpricedUse';

/** What has no price, prices of one's own, and the list. */
export function PricesPage() {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${t('nav.prices')} – ${t('app.name')}`;
  }, [t]);
  return (
    <div className={classes.page}>
      <div className={classes.header}>
        <h1 className={classes.title}>{t('nav.prices')}</h1>
        <RangePicker />
      </div>
      <UnpricedUse />
      <OwnPrices />
      <PriceList />
    </div>
  );
}
