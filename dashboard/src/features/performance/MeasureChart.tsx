import { useTranslation } from 'react-i18next';

import { seriesOf } from '@/charts/buckets';
import type { ColorToken } from '@/charts/colors';
import type { Series } from '@/charts/plot';
import { PartTabs } from '@/components/PartTabs';
import { MetricChart } from '@/features/figures/MetricChart';
import { useBuckets, useSeries } from '@/features/figures/questions';
import { useFormat } from '@/i18n/useFormat';
import { useChangeView, useView } from '@/view/useView';

import { MEASURES, measureOf, SPECS, type Measure } from './measures';

const COLORS: readonly ColorToken[] = ['series-1', 'series-3', 'series-2', 'series-4'];

/** Which measure the charts show. */
export function MeasureTabs() {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const current = measureOf(view.metric);
  return (
    <PartTabs
      label={t('performance.measure')}
      values={MEASURES}
      current={current}
      nameOf={(measure) => t(`performance.of.${measure}`)}
      onChoose={(measure) => change({ metric: measure === 'latency' ? null : measure })}
      testid="measure"
    />
  );
}

/** The chosen measure over time: of durations, how fast the fast ones, most, and the slow ones were. */
export function MeasureChart({ measure }: { readonly measure: Measure }) {
  const { t } = useTranslation();
  const format = useFormat();
  const spec = SPECS[measure];
  const query = useSeries(spec.lines.map(({ metric }) => metric));
  const { data } = query;
  const buckets = useBuckets(data);
  const write = spec.write(format);
  const series = spec.lines.map(
    ({ metric, quantile }, index): Series => ({
      key: metric,
      name: quantile === null ? t(`performance.of.${measure}`) : quantile === 'p50' ? t('chart.p50') : quantile,
      color: COLORS[index] ?? 'series-other',
      values: data === undefined ? [] : seriesOf(data, buckets, metric, null),
    }),
  );
  const known = (series[0]?.values ?? []).filter((value) => value !== null);
  const title = t(`performance.of.${measure}`);
  return (
    <MetricChart
      title={title}
      label={t('sessions.spread', {
        title,
        min: write(known.length === 0 ? null : Math.min(...known)),
        max: write(known.length === 0 ? null : Math.max(...known)),
      })}
      kind="lines"
      series={series}
      write={write}
      leastStep={0}
      testid="chart-measure"
      query={query}
    />
  );
}
