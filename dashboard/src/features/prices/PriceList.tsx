import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ownPricesQuery, PRICES_SHOWN, pricesQuery } from '@/api/prices';
import type { ModelPrice } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import { ErrorState, Loading, Skeleton } from '@/components/States';
import type { T } from '@/i18n';
import { useFormat } from '@/i18n/useFormat';
import type { Format } from '@/i18n/format';

import classes from './prices.module.css';

type Entry = ModelPrice['prices'][number];

function whenText(entry: Entry, t: T): string {
  const parts = [
    entry.from === null ? '' : t('prices.from', { day: entry.from }),
    entry.until === null ? '' : t('prices.until', { day: entry.until }),
    entry.between === null ? '' : t('prices.between', { start: entry.between[0] ?? '', end: entry.between[1] ?? '' }),
  ].filter((part) => part !== '');
  return parts.length === 0 ? t('prices.always') : parts.join(' ');
}

function rateText(rate: Entry['rates'][number], t: T, format: Format): string {
  const beyond = rate.tiers.map((tier) =>
    t('prices.beyond', { price: format.usd(tier.usd), tokens: format.integer(tier.above_input_tokens) }),
  );
  return [`${rate.price} ${format.usd(rate.usd)}`, ...beyond].join(', ');
}

/** A row a price: what holds when, and where it came from. */
function rowsOf(models: readonly ModelPrice[], t: T, format: Format) {
  return models.flatMap((model, place) =>
    model.prices.map((entry, index) => ({
      key: `${String(place)}-${String(index)}`,
      cells: [
        `${model.provider}/${model.model}`,
        whenText(entry, t),
        <ul key="rates" className={classes.rates}>
          {entry.rates.map((rate) => (
            <li key={rate.price}>{rateText(rate, t, format)}</li>
          ))}
        </ul>,
        model.own ? t('prices.mine') : [model.source, model.version].filter(Boolean).join(' '),
      ],
    })),
  );
}

export function PriceList() {
  const { t } = useTranslation();
  const format = useFormat();
  const [search, setSearch] = useState('');
  const query = useQuery(pricesQuery(useDeferredValue(search)));
  const own = useQuery(ownPricesQuery);
  const count = query.data?.count ?? 0;
  const head = ['model', 'when', 'rates', 'source'] as const;
  return (
    <section className={classes.section} aria-label={t('prices.list')}>
      <h2 className={classes.heading}>{t('prices.list')}</h2>
      <p className={classes.hint}>{t(own.data?.list === 'updated' ? 'prices.listUpdated' : 'prices.listBuiltIn')}</p>
      <div className={classes.actions}>
        <input
          type="search"
          className={classes.search}
          aria-label={t('prices.search')}
          placeholder={t('prices.search')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          data-testid="price-search"
        />
        <span role="status" data-testid="price-count">
          {query.data !== undefined && t('prices.count', { count, value: format.integer(count) })}{' '}
          {count > PRICES_SHOWN && t('prices.shown', { value: format.integer(PRICES_SHOWN) })}
        </span>
      </div>
      {query.isPending ? (
        <Loading>
          <Skeleton height={200} />
        </Loading>
      ) : query.data === undefined ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : count === 0 ? (
        <p>{t('prices.none')}</p>
      ) : (
        <div className={`${classes.table} ${classes.texts}`} data-testid="price-list">
          <DataTable
            caption={t('prices.list')}
            head={head.map((column) => t(`prices.column.${column}`))}
            rows={rowsOf(query.data.items, t, format)}
          />
        </div>
      )}
    </section>
  );
}
