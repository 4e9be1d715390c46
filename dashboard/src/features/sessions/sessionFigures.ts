// The figures of conversations.
import type { Figure, Figures } from '@/features/figures/figure';
import type { T } from '@/i18n';
import type { Format } from '@/i18n/format';
import { known, type Filter } from '@/view/filters';

/** The page is about calls that belong to a conversation. */
export const IN_A_SESSION: readonly Filter[] = [known('session_id')];

export const FIGURE_METRICS = [
  'sessions',
  'calls',
  'users',
  'cost_usd',
  'session_length_avg_s',
  'session_length_p50_s',
  'session_length_p95_s',
  'session_turns_avg',
  'session_turns_p50',
  'session_turns_p95',
  'feedback_count',
  'satisfaction_rate',
] as const;

export const SERIES_METRICS = [
  'sessions',
  'session_length_p50_s',
  'session_length_p95_s',
  'session_turns_avg',
  'session_turns_p50',
  'session_turns_p95',
  'satisfaction_rate',
  'cost_usd',
] as const;

const MS = 1_000;

export function sessionFigures(t: T, format: Format, now: Figures): readonly Figure[] {
  const seconds = (value: number | null | undefined) => format.duration(value == null ? null : value * MS);
  const one = (metric: string, name: string, more: Partial<Figure>): Figure => ({
    metric,
    name,
    write: format.compact,
    meaning: 'neutral',
    tone: 'fluid',
    hint: t('kpi.show'),
    details: [],
    filters: [],
    ...more,
  });
  return [
    one('sessions', t('sessions.figure.sessions'), {
      details: [t('sessions.figure.calls', { value: format.compact(now.calls) })],
    }),
    one('session_length_p50_s', t('sessions.figure.length'), {
      write: seconds,
      tone: 'violet',
      details: [t('sessions.figure.average', { value: seconds(now.session_length_avg_s) })],
    }),
    one('session_length_p95_s', t('sessions.figure.longest'), { write: seconds, tone: 'violet' }),
    one('session_turns_avg', t('sessions.figure.turns'), {
      write: format.rate,
      details: [
        t('sessions.figure.quantiles', {
          p50: format.rate(now.session_turns_p50),
          p95: format.rate(now.session_turns_p95),
        }),
      ],
    }),
    one('cost_usd', t('kpi.cost'), { write: format.usdCompact, meaning: 'moreIsWorse', tone: 'brass' }),
    one('satisfaction_rate', t('sessions.figure.satisfaction'), {
      write: format.percent,
      meaning: 'moreIsBetter',
      tone: 'brass',
      details: [t('sessions.figure.feedback', { value: format.compact(now.feedback_count) })],
    }),
  ];
}
