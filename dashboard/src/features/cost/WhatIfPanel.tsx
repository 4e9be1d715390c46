import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { whatIfQuery } from '@/api/analysis';
import { DataTable } from '@/charts/DataTable';
import pageClasses from '@/components/Page.module.css';
import { Panel } from '@/components/Panel';
import { ErrorState, Loading, Skeleton } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { useView } from '@/view/useView';

import classes from './cost.module.css';

const SHARES = ['', '0.25', '0.5', '0.75', '0.9'] as const;

/** What the same calls would cost on another model, or with more of the input from the cache. */
export function WhatIfPanel() {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const [model, setModel] = useState('');
  const [share, setShare] = useState<string>('');
  const query = useQuery(whatIfQuery({ model: useDeferredValue(model.trim()), cachedShare: share === '' ? null : Number(share) }, view.range, view.filters));
  const { data } = query;
  return (
    <Panel title={t('cost.whatIf.title')} hint={t('cost.whatIf.hint')} testid="what-if">
      <div className={classes.suppose}>
        <label>
          <span>{t('cost.whatIf.model')}</span>
          <input value={model} placeholder="gpt-4o-mini" autoComplete="off" onChange={(event) => setModel(event.target.value)} data-testid="what-if-model" />
        </label>
        <label>
          <span>{t('cost.whatIf.cached')}</span>
          <select value={share} onChange={(event) => setShare(event.target.value)} data-testid="what-if-cached">
            {SHARES.map((value) => (
              <option key={value} value={value}>
                {value === '' ? t('cost.whatIf.asIs') : format.percent(Number(value))}
              </option>
            ))}
          </select>
        </label>
      </div>
      {query.isPending ? (
        <Loading>
          <Skeleton height={120} />
        </Loading>
      ) : data === undefined ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          <p role="status" data-testid="what-if-outcome">
            {t(data.difference_usd <= 0 ? 'cost.whatIf.less' : 'cost.whatIf.more', {
              was: format.usd(data.compared_cost_usd),
              would: format.usd(data.what_if_usd),
              difference: format.usd(Math.abs(data.difference_usd)),
            })}
            {data.unpriced_calls > 0 && ` ${t('cost.whatIf.leftOut', { value: format.integer(data.unpriced_calls) })}`}
          </p>
          <div className={pageClasses.table}>
            <DataTable
              cards
              caption={t('cost.whatIf.title')}
              head={[t('dim.model'), t('breakdown.requests'), t('cost.whatIf.was'), t('cost.whatIf.would')]}
              rows={data.items.map((item) => ({
                key: JSON.stringify([item.provider, item.model, item.service_tier]),
                cells: [
                  [item.model ?? t('state.unknown'), item.service_tier].filter(Boolean).join(' · '),
                  format.integer(item.calls),
                  format.usd(item.cost_usd),
                  item.what_if_usd === null && item.why_unpriced !== null ? t(`cost.whatIf.why.${item.why_unpriced}`) : format.usd(item.what_if_usd),
                ],
              }))}
            />
          </div>
        </>
      )}
    </Panel>
  );
}
