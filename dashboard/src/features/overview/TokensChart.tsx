import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { indexOfMax, seriesOf, sum } from '@/charts/buckets';
import type { Series } from '@/charts/plot';
import { MetricChart } from '@/features/figures/MetricChart';
import { useBuckets, useSeries } from '@/features/figures/questions';
import { useFormat } from '@/i18n/useFormat';

import { SERIES_METRICS } from './kpis';

export function TokensChart() {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useSeries(SERIES_METRICS);
  const { data } = query;
  const buckets = useBuckets(data);
  const series = useMemo((): Series[] => {
    if (data === undefined) {
      return [];
    }
    const input = seriesOf(data, buckets, 'input_tokens', 0);
    const cached = seriesOf(data, buckets, 'cached_input_tokens', 0);
    return [
      {
        key: 'input',
        name: t('chart.prompt'),
        color: 'series-3',
        values: input.map((value, i) => Math.max(0, (value ?? 0) - (cached[i] ?? 0))),
      },
      { key: 'cached', name: t('chart.cached'), color: 'series-6', values: cached },
      {
        key: 'output',
        name: t('chart.completion'),
        color: 'series-4',
        values: seriesOf(data, buckets, 'output_tokens', 0),
      },
    ];
  }, [data, buckets, t]);
  const totals = buckets.times.map((_, i) => sum(series.map((one) => one.values[i] ?? 0)));
  const top = indexOfMax(totals);
  const title = t('chart.tokens');
  const label = t('chart.summary', {
    title,
    total: format.compact(sum(totals)),
    max: format.compact(totals[top] ?? 0),
    time: format.dateTime(buckets.times[top] ?? null),
  });
  return (
    <MetricChart
      query={query}
      title={title}
      label={label}
      kind="bars"
      series={series}
      write={format.compact}
      leastStep={1}
      testid="chart-tokens"
    />
  );
}
