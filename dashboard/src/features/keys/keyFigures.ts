// The figures of keys.
import { FAILED, type Figure, type Figures } from '@/features/figures/figure';
import type { T } from '@/i18n';
import type { Format } from '@/i18n/format';
import { atLeast, is, known, type Filter } from '@/view/filters';

export const FIGURE_METRICS = ['keys', 'calls', 'cost_usd', 'users', 'errors', 'error_rate', 'rate_limited', 'total_tokens'] as const;

/** Calls whose key was not taken: by the provider, or by us. */
export const REFUSED: readonly Filter[] = [is('error_type', 'provider_auth'), is('error_type', 'policy_denied')];
export const LIMITED: readonly Filter[] = [is('error_type', 'provider_rate_limited'), is('error_type', 'policy_limited')];

function figures(t: T, format: Format, now: Figures, isOne: boolean): readonly Figure[] {
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
  const first = isOne
    ? one('total_tokens', t('kpi.tokens'), {})
    : one('keys', t('apiKeys.figure.keys'), { filters: [known('api_key')] });
  return [
    first,
    one('calls', t('kpi.requests'), {}),
    one('cost_usd', t('kpi.cost'), {
      write: format.usdCompact,
      meaning: 'moreIsWorse',
      tone: 'brass',
      hint: t('kpi.showPriced'),
      filters: [atLeast('cost_nano_usd', 0)],
    }),
    one('users', t('kpi.users'), { tone: 'brass', hint: t('kpi.showUsers'), filters: [known('user')] }),
    one('error_rate', t('kpi.errorRate'), {
      write: format.percent,
      meaning: 'moreIsWorse',
      tone: 'bad',
      hint: t('kpi.showErrors'),
      filters: FAILED,
      details: [t('kpi.errors', { count: now.errors ?? 0, value: format.compact(now.errors) })],
    }),
    one('rate_limited', t('apiKeys.figure.limited'), { meaning: 'moreIsWorse', tone: 'bad', hint: t('kpi.show'), filters: LIMITED }),
  ];
}

export const keyFigures = (t: T, format: Format, now: Figures): readonly Figure[] => figures(t, format, now, false);
/** The same of one key: that it is one needs no figure. */
export const oneKeyFigures = (t: T, format: Format, now: Figures): readonly Figure[] => figures(t, format, now, true);
