// The figures of keys.
import { costFigure, errorRateFigure, plainFigure } from '@/features/figures/callFigures';
import type { Figure, Figures } from '@/features/figures/figure';
import type { T } from '@/i18n';
import type { Format } from '@/i18n/format';
import { is, known, type Filter } from '@/view/filters';

export const FIGURE_METRICS = ['keys', 'calls', 'cost_usd', 'users', 'errors', 'error_rate', 'rate_limited', 'total_tokens'] as const;

/** Calls whose key was not taken: by the provider, or by us. */
export const REFUSED: readonly Filter[] = [is('error_type', 'provider_auth'), is('error_type', 'policy_denied')];
export const LIMITED: readonly Filter[] = [is('error_type', 'provider_rate_limited'), is('error_type', 'policy_limited')];

function figures(t: T, format: Format, now: Figures, isOne: boolean): readonly Figure[] {
  const one = (metric: string, name: string, more: Partial<Figure>): Figure => plainFigure(t, format, metric, name, more);
  const first = isOne
    ? one('total_tokens', t('kpi.tokens'), {})
    : one('keys', t('apiKeys.figure.keys'), { filters: [known('api_key')] });
  return [
    first,
    one('calls', t('kpi.requests'), {}),
    costFigure(t, format),
    one('users', t('kpi.users'), { tone: 'brass', hint: t('kpi.showUsers'), filters: [known('user')] }),
    errorRateFigure(t, format, now),
    one('rate_limited', t('apiKeys.figure.limited'), { meaning: 'moreIsWorse', tone: 'bad', hint: t('kpi.show'), filters: LIMITED }),
  ];
}

export const keyFigures = (t: T, format: Format, now: Figures): readonly Figure[] => figures(t, format, now, false);
/** The same of one key: that it is one needs no figure. */
export const oneKeyFigures = (t: T, format: Format, now: Figures): readonly Figure[] => figures(t, format, now, true);
