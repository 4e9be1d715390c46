import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { seriesOf } from '@/charts/buckets';
import type { Series } from '@/charts/plot';
import { MetricChart } from '@/features/figures/MetricChart';
import { useBuckets, useSeries } from '@/features/figures/questions';
import { useFormat } from '@/i18n/useFormat';

import { SERIES_METRICS } from './kpis';

export function LatencyChart() {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useSeries(SERIES_METRICS);
  const { data } = query;
  const buckets = useBuckets(data);
  const series = useMemo((): Series[] => {
    if (data === undefined) {
      return [];
    }
    return [
      { key: 'p50', name: t('chart.p50'), color: 'series-1', values: seriesOf(data, buckets, 'latency_p50_ms', null) },
      { key: 'p95', name: t('chart.p95'), color: 'series-2', values: seriesOf(data, buckets, 'latency_p95_ms', null) },
      {
        key: 'ttft',
        name: t('chart.ttft'),
        color: 'series-5',
        values: seriesOf(data, buckets, 'ttft_p50_ms', null),
        dashed: true,
      },
    ];
  }, [data, buckets, t]);
  const medians = (series[0]?.values ?? []).filter((value) => value !== null);
  const title = t('chart.latency');
  const label = t('chart.summaryLatency', {
    title,
    min: format.duration(medians.length > 0 ? Math.min(...medians) : null),
    max: format.duration(medians.length > 0 ? Math.max(...medians) : null),
  });
  return (
    <MetricChart
      query={query}
      title={title}
      note={t('chart.latencyNote')}
      label={label}
      kind="lines"
      series={series}
      write={format.duration}
      leastStep={0}
      testid="chart-latency"
    />
  );
}
