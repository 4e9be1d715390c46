// The six figures, what each says besides, and which calls are behind it.
import { FAILED, type Figure, type Figures } from '@/features/figures/figure';
import type { T } from '@/i18n';
import type { Format } from '@/i18n/format';
import { atLeast, known, type Filter } from '@/view/filters';

const slowest = (p95: number | null | undefined): readonly Filter[] =>
  typeof p95 === 'number' ? [atLeast('latency_us', p95 * 1_000)] : [];

export const KPI_METRICS = [
  'calls',
  'calls_per_min',
  'errors',
  'error_rate',
  'cost_usd',
  'cost_per_call_usd',
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'latency_p50_ms',
  'latency_p95_ms',
  'users',
  'keys',
] as const;

/** What the page shows over time. */
export const SERIES_METRICS = [
  'calls',
  'error_rate',
  'cost_usd',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'total_tokens',
  'latency_p50_ms',
  'latency_p95_ms',
  'ttft_p50_ms',
  'users',
] as const;

export function kpis(t: T, format: Format, now: Figures): readonly Figure[] {
  return [
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
      filters: FAILED,
    },
    {
      metric: 'latency_p95_ms',
      name: t('kpi.p95'),
      write: format.duration,
      meaning: 'moreIsWorse',
      tone: 'violet',
      hint: t('kpi.showSlow'),
      details: [t('kpi.p50', { value: format.duration(now.latency_p50_ms) })],
      filters: slowest(now.latency_p95_ms),
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
}
