// Figures that stand on several pages: what calls cost and how many failed.
import type { T } from '@/i18n';
import type { Format } from '@/i18n/format';
import { atLeast } from '@/view/filters';

import { FAILED, type Figure, type Figures } from './figure';

/** A figure that is counted and means neither good nor bad, but for what `more` says. */
export const plainFigure = (t: T, format: Format, metric: string, name: string, more: Partial<Figure>): Figure => ({
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

export const costFigure = (t: T, format: Format): Figure =>
  plainFigure(t, format, 'cost_usd', t('kpi.cost'), {
    write: format.usdCompact,
    meaning: 'moreIsWorse',
    tone: 'brass',
    hint: t('kpi.showPriced'),
    filters: [atLeast('cost_nano_usd', 0)],
  });

/** Needs `errors` among what was asked. */
export const errorRateFigure = (t: T, format: Format, now: Figures): Figure =>
  plainFigure(t, format, 'error_rate', t('kpi.errorRate'), {
    write: format.percent,
    meaning: 'moreIsWorse',
    tone: 'bad',
    hint: t('kpi.showErrors'),
    filters: FAILED,
    details: [t('kpi.errors', { count: now.errors ?? 0, value: format.compact(now.errors) })],
  });
