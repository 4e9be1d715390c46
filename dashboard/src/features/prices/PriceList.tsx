import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ownPricesQuery, pricesQuery } from '@/api/prices';
import type { ModelPrice, PriceRate } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import { Button } from '@/components/Button';
import { Panel } from '@/components/Panel';
import { EmptyState, Loaded } from '@/components/States';
import type { T } from '@/i18n';
import { useFormat } from '@/i18n/useFormat';

import classes from './prices.module.css';
import { parseRate, rateName, usualFirst } from './rateName';

type Entry = ModelPrice['prices'][number];

function whenText(entry: Entry, t: T): string {
  const parts = [
    entry.from === null ? '' : t('prices.from', { day: entry.from }),
    entry.until === null ? '' : t('prices.until', { day: entry.until }),
    entry.between === null ? '' : t('prices.between', { start: entry.between[0] ?? '', end: entry.between[1] ?? '' }),
  ].filter((part) => part !== '');
  return parts.length === 0 ? t('prices.always') : parts.join(' ');
}

/** A row a price: what holds when, and where it came from. */
function rowsOf(models: readonly ModelPrice[], t: T) {
  return models.flatMap((model, place) =>
    model.prices.map((entry, index) => ({
      key: `${String(place)}-${String(index)}`,
      cells: [
        <span key="model">
          <span className={classes.quiet}>{`${model.provider}/`}</span>
          {model.model}
        </span>,
        whenText(entry, t),
        <ul key="rates" className={classes.rates}>
          {usualFirst(entry.rates).map((rate) => (
            <Rate key={rate.price} rate={rate} />
          ))}
        </ul>,
        model.own ? <strong>{t('prices.mine')}</strong> : [model.source, model.version].filter(Boolean).join(' '),
      ],
    })),
  );
}

function Rate({ rate }: { readonly rate: PriceRate }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { unit } = parseRate(rate.price);
  return (
    <li className={classes.rate} title={rate.price}>
      <span className={classes.quiet}>{rateName(t, rate.price)}</span> <span>{format.usd(rate.usd)}</span>
      {unit !== null && unit !== 'perMillionTokens' && <span className={classes.quiet}> {t(`prices.per.${unit}`)}</span>}
      {rate.tiers.map((tier) => (
        <span key={tier.above_input_tokens} className={classes.quiet}>
          {' '}
          {t('prices.beyond', { price: format.usd(tier.usd), tokens: format.integer(tier.above_input_tokens) })}
        </span>
      ))}
    </li>
  );
}

/** The whole price list, searched by the server, a page after the other. */
export function PriceList() {
  const { t } = useTranslation();
  const format = useFormat();
  const [search, setSearch] = useState('');
  const query = useInfiniteQuery(pricesQuery(useDeferredValue(search)));
  const own = useQuery(ownPricesQuery);
  const models = query.data?.pages.flatMap((page) => page.items) ?? [];
  const count = query.data?.pages[0]?.count ?? 0;
  const head = ['model', 'when', 'rates', 'source'] as const;
  return (
    <Panel
      title={t('prices.list')}
      hint={t(own.data?.list === 'updated' ? 'prices.listUpdated' : 'prices.listBuiltIn')}
      aside={
        <>
          <span role="status" data-testid="price-count">
            {query.data !== undefined && t('prices.count', { count, value: format.integer(count) })}
          </span>
          <input
            type="search"
            className={classes.search}
            aria-label={t('prices.search')}
            placeholder={t('prices.search')}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            data-testid="price-search"
          />
        </>
      }
    >
      <Loaded query={query} height={240}>
        {() =>
          count === 0 ? (
            <EmptyState compact title={t('prices.none')}>
              <Button onClick={() => setSearch('')}>{t('prices.clearSearch')}</Button>
            </EmptyState>
          ) : (
            <>
              <div className={`${classes.table} ${classes.list}`} data-testid="price-list">
                <DataTable
                  cards
                  caption={t('prices.list')}
                  texts={head.length}
                  head={head.map((column) => t(`prices.column.${column}`))}
                  rows={rowsOf(models, t)}
                />
              </div>
              {query.hasNextPage && (
                <div className={classes.actions}>
                  <Button
                    disabled={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                    data-testid="price-more"
                  >
                    {t('prices.more')}
                  </Button>
                  <span className={classes.quiet} role="status">
                    {t('prices.shown', { value: format.integer(models.length), all: format.integer(count) })}
                  </span>
                  {query.isFetchNextPageError && (
                    <span role="alert" className={classes.error}>
                      {t('prices.moreFailed')}
                    </span>
                  )}
                </div>
              )}
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}
