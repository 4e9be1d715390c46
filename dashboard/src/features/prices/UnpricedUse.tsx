import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { unpricedQuery } from '@/api/prices';
import type { Unpriced, UnpricedPage } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import { Icon } from '@/components/Icon';
import { Panel } from '@/components/Panel';
import { Loaded } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { groupFilter, is, type Filter } from '@/view/filters';
import { absolute } from '@/view/range';
import { onlyCallsSearch, useView } from '@/view/useView';

import classes from './prices.module.css';
import { RECALCULATION_ID } from './recalculationPlace';

/** What was used in the range and has no price, and how much of it. Each number leads to its calls. */
export function UnpricedUse() {
  const { t } = useTranslation();
  const view = useView();
  const query = useQuery(unpricedQuery(view.range));
  return (
    <Panel title={t('prices.unpriced')} hint={t('prices.unpricedHint')} testid="unpriced">
      <Loaded query={query} height={90}>
        {(data) =>
          data.items.length === 0 ? (
            <p role="status" className={classes.good}>
              <Icon name="check" size={16} /> {t('prices.allPriced')}
            </p>
          ) : (
            <UnpricedTable page={data} />
          )
        }
      </Loaded>
    </Panel>
  );
}

const filtersOf = (item: Unpriced): Filter[] => [
  is('cost_source', 'unpriced'),
  groupFilter('provider', item.provider),
  groupFilter('model', item.model_answered),
  groupFilter('model_requested', item.model_requested),
  groupFilter('service_tier', item.service_tier),
];

function UnpricedTable({ page }: { readonly page: UnpricedPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const head = ['model', 'provider', 'tier', 'why', 'calls', 'input', 'output'] as const;
  const range = absolute(Date.parse(page.from), Date.parse(page.to));
  const toCalls = (item: Unpriced, text: ReactNode) => (
    <Link to="/calls" search={onlyCallsSearch(range, filtersOf(item))} className={classes.number} data-testid="unpriced-calls">
      {text}
    </Link>
  );
  return (
    <div className={classes.table}>
      <DataTable
        cards
        caption={t('prices.unpriced')}
        texts={4}
        head={head.map((column) => t(`prices.column.${column}`))}
        rows={page.items.map((item) => ({
          key: [item.provider, item.model_answered, item.model_requested, item.service_tier, item.why].join('\n'),
          cells: [
            toCalls(item, item.model ?? t('calls.noModel')),
            item.provider ?? '–',
            item.service_tier ?? '–',
            item.why === 'priced_now' ? (
              <a href={`#${RECALCULATION_ID}`}>{t('prices.why.priced_now')}</a>
            ) : (
              t(`prices.why.${item.why}`)
            ),
            toCalls(item, format.integer(item.calls)),
            toCalls(item, format.integer(item.input_tokens)),
            toCalls(item, format.integer(item.output_tokens)),
          ],
        }))}
      />
    </div>
  );
}
