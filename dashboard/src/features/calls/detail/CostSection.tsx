import { useTranslation } from 'react-i18next';

import type { CallSummary } from '@/api/types';
import { cssColor, type ColorToken } from '@/charts/colors';
import { useFormat } from '@/i18n/useFormat';

import classes from './detail.module.css';
import { Parts, Section } from './Section';

const NANO = 1e9;

/** A price is of no use where the tokens are unknown: that is said first. */
function whyNoCost(call: CallSummary): 'noTokensForCost' | 'unpriced' | 'noCost' {
  if (call.input_tokens === null && call.output_tokens === null) {
    return call.status === 'ok' ? 'noTokensForCost' : 'noCost';
  }
  return call.cost_source === 'unpriced' ? 'unpriced' : 'noCost';
}

export function CostSection({ call }: { readonly call: CallSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const parts = (
    [
      ['costInput', call.input_cost_nano_usd, 'series-3'],
      ['costCached', call.cached_cost_nano_usd, 'series-6'],
      ['costCacheWrite', call.cache_write_cost_nano_usd, 'series-5'],
      ['costOutput', call.output_cost_nano_usd, 'series-4'],
      ['costOther', call.other_cost_nano_usd, 'series-other'],
    ] as const satisfies readonly (readonly [string, number | null, ColorToken])[]
  ).flatMap(([name, value, color]) =>
    value === null || value === 0
      ? []
      : [{ key: name, name: t(`detail.${name}`), value, color: cssColor(color), text: format.usd(value / NANO) }],
  );

  return (
    <Section title={t('detail.cost')} testid="detail-cost">
      {call.cost_nano_usd === null ? (
        <p className={classes.note}>{t(`detail.${whyNoCost(call)}`)}</p>
      ) : (
        <>
          {parts.length > 0 && <Parts parts={parts} />}
          <p className={classes.sum}>
            {t('detail.total')} <strong>{format.usd(call.cost_nano_usd / NANO)}</strong>
          </p>
          {call.cost_source !== null && (
            <p className={classes.note}>{t('detail.costSource', { source: t(`costSource.${call.cost_source}`) })}</p>
          )}
          {call.price_id !== null && (
            <p className={classes.note}>
              {t('detail.price')} <code>{call.price_id}</code>
            </p>
          )}
        </>
      )}
    </Section>
  );
}
