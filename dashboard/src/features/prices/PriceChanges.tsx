import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Recalculation as Report } from '@/api/types';
import { DataTable } from '@/charts/DataTable';
import { useFormat } from '@/i18n/useFormat';
import { groupFilter } from '@/view/filters';
import { absolute } from '@/view/range';
import { onlyCallsSearch } from '@/view/useView';

import classes from './prices.module.css';

const NANO = 1e9;

/** What a pricing again changes or would change, by model and cause, the largest difference first. */
export function PriceChanges({ report }: { readonly report: Report }) {
  const { t } = useTranslation();
  const format = useFormat();
  const difference = (nano: number): string => `${nano > 0 ? '+' : nano < 0 ? '−' : ''}${format.usd(Math.abs(nano) / NANO)}`;
  const sum = (pick: (item: Report['items'][number]) => number): number =>
    report.items.reduce((total, item) => total + pick(item), 0);
  const before = sum((item) => item.before_nano_usd);
  const after = sum((item) => item.after_nano_usd);
  const head = ['model', 'cause', 'calls', 'before', 'after', 'difference'] as const;
  return (
    <div className={classes.table} data-testid="price-changes">
      <DataTable
        cards
        caption={t('prices.again.title')}
        texts={2}
        head={head.map((column) => t(`prices.column.${column}`))}
        rows={report.items.map((item) => ({
          key: [item.provider, item.model, item.cause].join('\n'),
          cells: [
            <ModelCalls key="model" report={report} item={item} />,
            t(`prices.again.cause.${item.cause}`),
            format.integer(item.calls),
            format.usd(item.before_nano_usd / NANO),
            format.usd(item.after_nano_usd / NANO),
            difference(item.after_nano_usd - item.before_nano_usd),
          ],
        }))}
        foot={[
          t('chart.total'),
          '',
          format.integer(sum((item) => item.calls)),
          format.usd(before / NANO),
          format.usd(after / NANO),
          difference(after - before),
        ]}
      />
    </div>
  );
}

function ModelCalls({ report, item }: { readonly report: Report; readonly item: Report['items'][number] }) {
  const { t } = useTranslation();
  const name = [item.provider ?? '–', item.model ?? t('calls.noModel')].join('/');
  if (report.from === null || report.to === null) {
    return <>{name}</>;
  }
  const range = absolute(Date.parse(report.from), Date.parse(report.to));
  const filters = [groupFilter('provider', item.provider), groupFilter('model', item.model)];
  return (
    <Link to="/calls" search={onlyCallsSearch(range, filters)} className={classes.number} title={t('chart.showCalls', { what: name })}>
      {name}
    </Link>
  );
}
