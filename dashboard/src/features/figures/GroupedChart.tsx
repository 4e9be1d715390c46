import type { UseQueryResult } from '@tanstack/react-query';
import { useNavigate, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Table } from '@/api/types';
import { indexOfMax, sum } from '@/charts/buckets';
import { ChartCard } from '@/charts/ChartCard';
import { Legend, type LegendItem } from '@/charts/Legend';
import { TimeChart } from '@/charts/TimeChart';
import type { Series } from '@/charts/plot';
import { dimensionName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { addFilter, is } from '@/view/filters';
import { absolute } from '@/view/range';
import { callsSearch, useChangeView, useView } from '@/view/useView';

import { intervalName } from './intervalName';
import { useBuckets } from './questions';
import { OTHERS, useGroupSeries, type Grouping } from './useGroupSeries';
import { useMarks } from './useMarks';

interface Props extends Grouping {
  readonly total: UseQueryResult<Table>;
  readonly className?: string;
}

/** Requests or cost over time, stacked by the chosen dimension; what is not among the largest is one group. */
export function GroupedChart({ metric, groups, grouped, total, className = '' }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const change = useChangeView();
  const navigate = useNavigate();
  const marks = useMarks();
  const [highlight, setHighlight] = useState<string | null>(null);
  const buckets = useBuckets(total.data);
  const write = metric === 'calls' ? format.compact : format.usd;
  const axis = metric === 'calls' ? format.compact : format.usdCompact;

  const series = useGroupSeries(total.data, buckets, { metric, groups, grouped });
  const totals = buckets.times.map((_, i) => sum(series.map((one) => one.values[i] ?? 0)));
  const top = indexOfMax(totals);
  const title = t(metric === 'calls' ? 'chart.requestsBy' : 'chart.costBy', {
    dimension: dimensionName(t, view.groupBy).toLocaleLowerCase(format.locale),
  });
  const label = t('chart.summary', {
    title,
    total: write(sum(totals)),
    max: write(totals[top] ?? 0),
    time: format.dateTime(buckets.times[top] ?? null),
  });
  const legendItem = ({ key, name, color, values }: Series): LegendItem => {
    const item = { key, name, color, value: write(sum(values)) };
    const onPick = () => change({ filters: addFilter(view.filters, is(view.groupBy, key)) });
    return key === OTHERS ? item : { ...item, hint: t('breakdown.filterBy', { value: name }), onPick };
  };
  const toCalls = (from: number, to: number) => callsSearch(view, [], absolute(from, to));

  return (
    <ChartCard
      title={title}
      note={
        buckets.intervalMs > 0 ? t('chart.each', { interval: intervalName(format.locale, buckets.intervalMs) }) : ''
      }
      query={total}
      className={className}
      empty={sum(totals) === 0}
      testid={`chart-${metric}`}
      legend={<Legend onHighlight={setHighlight} items={series.map(legendItem)} />}
      rows={() => ({
        head: [t('chart.time'), t('chart.total'), ...series.map((one) => one.name)],
        rows: buckets.times.map((at, i) => {
          const until = at + buckets.intervalMs;
          const link = <Link to="/calls" search={toCalls(at, until)} children={format.span(at, until)} />;
          return {
            key: String(at),
            cells: [link, write(totals[i] ?? 0), ...series.map((one) => write(one.values[i] ?? 0))],
          };
        }),
      })}
    >
      <TimeChart
        label={label}
        totalName={t('chart.total')}
        buckets={buckets}
        series={series}
        kind="bars"
        write={axis}
        leastStep={metric === 'calls' ? 1 : 0}
        highlight={highlight}
        marks={marks}
        onPick={(from, to) => void navigate({ to: '/calls', search: toCalls(from, to) })}
        onZoom={(from, to) => change({ range: absolute(from, to) })}
      />
    </ChartCard>
  );
}
