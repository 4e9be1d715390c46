import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { onlyRow, statusQuery } from '@/api/usage';
import { seriesOf, wholeBuckets } from '@/charts/buckets';
import { ErrorState } from '@/components/States';
import { useFormat } from '@/i18n/useFormat';
import { atLeast, is, known } from '@/view/filters';
import { callsSearch, useView } from '@/view/useView';

import { KpiCard, type Kpi } from './KpiCard';
import classes from './Kpi.module.css';
import { useBuckets, useFigures, useSeries } from './useOverview';

/** How much of the period before may lie before the first call that is kept. */
const MOST_UNCOVERED = 0.1;

/** Nothing is no figure of these; of the others it is zero. */
const UNKNOWN_WITHOUT_CALLS: ReadonlySet<string> = new Set(['error_rate', 'latency_p95_ms']);

/** The six figures one looks at first. Each leads to the calls behind it. */
export function KpiStrip() {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const figures = useFigures();
  const series = useSeries();
  const status = useQuery(statusQuery);
  const oldest = Date.parse(status.data?.store.oldest ?? '') || 0;
  const buckets = useBuckets(series.data);
  const now = onlyRow(figures.now.data);
  // A period from before the first call is nothing to compare with.
  const comparable =
    figures.before.data !== undefined &&
    oldest <=
      Date.parse(figures.before.data.from) +
        MOST_UNCOVERED * (Date.parse(figures.before.data.to) - Date.parse(figures.before.data.from));
  const before = comparable ? onlyRow(figures.before.data) : {};

  if (figures.now.data === undefined && figures.now.error !== null) {
    return (
      <section className={classes.failed}>
        <ErrorState compact error={figures.now.error} onRetry={() => void figures.now.refetch()} />
      </section>
    );
  }
  const p95 = now.latency_p95_ms;
  const errors = [is('status', 'error'), is('status', 'interrupted')];
  const cards: readonly Kpi[] = [
    {
      metric: 'calls',
      name: t('kpi.requests'),
      write: format.compact,
      meaning: 'neutral',
      tone: 'fluid',
      hint: t('kpi.show'),
      details: [t('kpi.perMinute', { value: format.rate(now.calls_per_min) })],
      filters: [],
    },
    {
      metric: 'cost_usd',
      name: t('kpi.cost'),
      write: format.usdCompact,
      meaning: 'moreIsWorse',
      tone: 'brass',
      hint: t('kpi.showPriced'),
      details: [t('kpi.perCall', { value: format.usd(now.cost_per_call_usd) })],
      filters: [atLeast('cost_nano_usd', 0)],
    },
    {
      metric: 'total_tokens',
      name: t('kpi.tokens'),
      write: format.compact,
      meaning: 'neutral',
      tone: 'fluid',
      hint: t('kpi.show'),
      details: [
        t('kpi.prompt', { value: format.compact(now.input_tokens) }),
        t('kpi.completion', { value: format.compact(now.output_tokens) }),
      ],
      filters: [],
    },
    {
      metric: 'error_rate',
      name: t('kpi.errorRate'),
      write: format.percent,
      meaning: 'moreIsWorse',
      tone: 'bad',
      hint: t('kpi.showErrors'),
      details: [t('kpi.errors', { count: now.errors ?? 0, value: format.compact(now.errors) })],
      filters: errors,
    },
    {
      metric: 'latency_p95_ms',
      name: t('kpi.p95'),
      write: format.duration,
      meaning: 'moreIsWorse',
      tone: 'violet',
      hint: t('kpi.showSlow'),
      details: [t('kpi.p50', { value: format.duration(now.latency_p50_ms) })],
      filters: typeof p95 === 'number' ? [atLeast('latency_us', p95 * 1_000)] : [],
    },
    {
      metric: 'users',
      name: t('kpi.users'),
      write: format.compact,
      meaning: 'moreIsBetter',
      tone: 'brass',
      hint: t('kpi.showUsers'),
      details: [t('kpi.keys', { count: now.keys ?? 0, value: format.compact(now.keys) })],
      filters: [known('user')],
    },
  ];
  return (
    <section
      className={classes.strip}
      aria-label={t('kpi.heading')}
      data-stale={figures.now.isPlaceholderData || undefined}
    >
      {cards.map((kpi) => (
        <KpiCard
          key={kpi.metric}
          kpi={kpi}
          loading={figures.now.isPending}
          now={now[kpi.metric] ?? null}
          before={before[kpi.metric] ?? null}
          compared={figures.before.data !== undefined}
          trend={
            series.data === undefined
              ? []
              : wholeBuckets(
                  buckets,
                  Date.parse(series.data.from),
                  seriesOf(series.data, buckets, kpi.metric, UNKNOWN_WITHOUT_CALLS.has(kpi.metric) ? null : 0),
                )
          }
          search={callsSearch(view, kpi.filters)}
        />
      ))}
    </section>
  );
}
