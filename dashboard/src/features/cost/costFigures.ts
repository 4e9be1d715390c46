// The figures of what calls cost.
import { ratio, type Figure, type Figures } from '@/features/figures/figure';
import type { T } from '@/i18n';
import type { Format } from '@/i18n/format';
import { atLeast, is } from '@/view/filters';

export const FIGURE_METRICS = [
  'calls',
  'cost_usd',
  'cost_per_call_usd',
  'total_tokens',
  'input_tokens',
  'cached_input_tokens',
  'cache_hit_rate',
  'unpriced_rate',
] as const;

const THOUSAND = 1_000;

export function costFigures(t: T, format: Format, now: Figures): readonly Figure[] {
  const one = (metric: string, name: string, more: Partial<Figure>): Figure => ({
    metric,
    name,
    write: format.usd,
    meaning: 'moreIsWorse',
    tone: 'brass',
    hint: t('kpi.showPriced'),
    details: [],
    filters: [atLeast('cost_nano_usd', 0)],
    ...more,
  });
  return [
    one('cost_usd', t('kpi.cost'), { write: format.usdCompact }),
    one('calls', t('kpi.requests'), {
      write: format.compact,
      meaning: 'neutral',
      tone: 'fluid',
      hint: t('kpi.show'),
      filters: [],
    }),
    one('cost_per_call_usd', t('cost.figure.perCall'), {}),
    one('cost_per_1k_tokens_usd', t('cost.figure.perTokens'), {
      of: (figures) => {
        const each = ratio(figures.cost_usd, figures.total_tokens);
        return each === null ? null : each * THOUSAND;
      },
      details: [t('cost.figure.tokens', { value: format.compact(now.total_tokens) })],
    }),
    one('cache_hit_rate', t('cost.figure.cached'), {
      write: format.percent,
      meaning: 'moreIsBetter',
      tone: 'fluid',
      hint: t('cost.figure.showCached'),
      filters: [atLeast('cached_input_tokens', 1)],
      details: [t('cost.figure.tokens', { value: format.compact(now.cached_input_tokens) })],
    }),
    one('unpriced_rate', t('cost.figure.unpriced'), {
      write: format.percent,
      tone: 'bad',
      hint: t('cost.figure.showUnpriced'),
      filters: [is('cost_source', 'unpriced')],
    }),
  ];
}
