// The figures of how fast and how sure answers are.
import { FAILED, type Figure, type Figures } from '@/features/figures/figure';
import type { T } from '@/i18n';
import type { Format } from '@/i18n/format';
import { atLeast, known, type Filter } from '@/view/filters';

export const FIGURE_METRICS = [
  'calls',
  'errors',
  'error_rate',
  'rate_limited',
  'latency_p50_ms',
  'latency_p95_ms',
  'latency_p99_ms',
  'ttft_p50_ms',
  'ttft_p95_ms',
  'tpot_p50_ms',
  'tpot_p95_ms',
  'output_tokens_per_s',
] as const;

/** From a quantile on: the calls behind it. */
export const slower = (field: string, ms: number | null | undefined): readonly Filter[] =>
  typeof ms === 'number' ? [atLeast(field, ms * 1_000)] : [];

export function performanceFigures(t: T, format: Format, now: Figures): readonly Figure[] {
  const one = (metric: string, name: string, more: Partial<Figure>): Figure => ({
    metric,
    name,
    write: format.duration,
    meaning: 'moreIsWorse',
    tone: 'violet',
    hint: t('kpi.showSlow'),
    details: [],
    filters: [],
    ...more,
  });
  return [
    one('latency_p50_ms', t('performance.figure.latency'), { filters: slower('latency_us', now.latency_p50_ms) }),
    one('latency_p95_ms', t('kpi.p95'), {
      filters: slower('latency_us', now.latency_p95_ms),
      details: [t('performance.figure.p99', { value: format.duration(now.latency_p99_ms) })],
    }),
    one('ttft_p95_ms', t('performance.figure.ttft'), {
      tone: 'fluid',
      filters: slower('ttft_us', now.ttft_p95_ms),
      details: [t('kpi.p50', { value: format.duration(now.ttft_p50_ms) })],
    }),
    one('tpot_p50_ms', t('performance.figure.tpot'), {
      tone: 'fluid',
      filters: slower('tpot_us', now.tpot_p50_ms),
      details: [t('performance.figure.p95', { value: format.duration(now.tpot_p95_ms) })],
    }),
    one('output_tokens_per_s', t('performance.figure.speed'), {
      tone: 'brass',
      meaning: 'moreIsBetter',
      write: format.rate,
      hint: t('performance.figure.showStreamed'),
      filters: [known('tpot_us')],
    }),
    one('error_rate', t('kpi.errorRate'), {
      tone: 'bad',
      write: format.percent,
      hint: t('kpi.showErrors'),
      filters: FAILED,
      details: [
        t('kpi.errors', { count: now.errors ?? 0, value: format.compact(now.errors) }),
        t('performance.figure.limited', { value: format.compact(now.rate_limited) }),
      ],
    }),
  ];
}
