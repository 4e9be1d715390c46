import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { unpricedQuery } from '@/api/prices';
import type { UnpricedPage } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import { ErrorState, Loading, Skeleton } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { useView } from '@/view/useView';

import classes from './prices.module.css';

/** What was used in the range and has no price, and how much of it. */
export function UnpricedUse() {
  const { t } = useTranslation();
  const view = useView();
  const query = useQuery(unpricedQuery(view.range));
  return (
    <section className={classes.section} aria-label={t('prices.unpriced')} data-testid="unpriced">
      <h2 className={classes.heading}>{t('prices.unpriced')}</h2>
      <p className={classes.hint}>{t('prices.unpricedHint')}</p>
      {query.isPending ? (
        <Loading>
          <Skeleton height={60} />
        </Loading>
      ) : query.data === undefined ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.items.length === 0 ? (
        <p role="status">{t('prices.allPriced')}</p>
      ) : (
        <UnpricedTable page={query.data} />
      )}
    </section>
  );
}

function UnpricedTable({ page }: { readonly page: UnpricedPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const head = ['model', 'provider', 'tier', 'why', 'calls', 'input', 'output'] as const;
  return (
    <div className={`${classes.table} ${classes.uses}`}>
      <DataTable
        caption={t('prices.unpriced')}
        head={head.map((column) => t(`prices.column.${column}`))}
        rows={page.items.map((item) => ({
          key: [item.provider, item.model, item.service_tier, item.why].join('\n'),
          cells: [
            item.model ?? '–',
            item.provider ?? '–',
            item.service_tier ?? '–',
            t(`prices.why.${item.why}`),
            format.integer(item.calls),
            format.integer(item.input_tokens),
            format.integer(item.output_tokens),
          ],
        }))}
      />
    </div>
  );
}
