// The figures of users.
import { costFigure, errorRateFigure, plainFigure } from '@/features/figures/callFigures';
import type { Figure, Figures } from '@/features/figures/figure';
import type { T } from '@/i18n';
import { en } from '@/i18n/en';
import type { Format } from '@/i18n/format';
import { known } from '@/view/filters';

export const FIGURE_METRICS = ['users', 'calls', 'sessions', 'cost_usd', 'errors', 'error_rate', 'feedback_count', 'satisfaction_rate', 'total_tokens'] as const;

function figures(t: T, format: Format, now: Figures, isOne: boolean): readonly Figure[] {
  const one = (metric: string, name: string, more: Partial<Figure>): Figure => plainFigure(t, format, metric, name, more);
  return [
    isOne ? one('total_tokens', t('kpi.tokens'), {}) : one('users', t('kpi.users'), { hint: t('kpi.showUsers') }),
    one('calls', t('kpi.requests'), {}),
    one('sessions', t('users.figure.sessions'), { filters: [known('session_id')] }),
    costFigure(t, format),
    errorRateFigure(t, format, now),
    one('satisfaction_rate', t('users.figure.satisfaction'), {
      write: format.percent,
      meaning: 'moreIsBetter',
      tone: 'violet',
      details: [t('users.figure.feedback', { value: format.compact(now.feedback_count) })],
    }),
  ];
}

export const userFigures = (t: T, format: Format, now: Figures): readonly Figure[] => figures(t, format, now, false);
export const oneUserFigures = (t: T, format: Format, now: Figures): readonly Figure[] => figures(t, format, now, true);

const hasName = (segment: string): segment is keyof typeof en.users.segment => Object.hasOwn(en.users.segment, segment);

/** Segments of one's own keep the name that they were given. */
export const segmentName = (t: T, segment: string | null): string =>
  segment === null ? t('users.segment.none') : hasName(segment) ? t(`users.segment.${segment}`) : segment;
