import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { indexOfMax, seriesOf, sum } from '@/charts/buckets';
import type { Series } from '@/charts/plot';
import { useFormat } from '@/i18n/useFormat';

import { PlainChart } from './PlainChart';
import { useBuckets, useSeries } from './useOverview';

export function TokensChart() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useSeries();
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
    <PlainChart
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
