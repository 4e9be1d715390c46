import { useTranslation } from 'react-i18next';

import type { CallSummary } from '@/api/types';
import { cssColor, type ColorToken } from '@/charts/colors';
import type { T } from '@/i18n';
import { useFormat } from '@/i18n/useFormat';

import classes from './detail.module.css';
import { Parts, Section, type Part } from './Section';

type TokenPart = Omit<Part, 'text'>;

const tokenPart = (key: string, name: string, value: number | null, color: ColorToken, always = false): TokenPart[] =>
  value === null || (value === 0 && !always) ? [] : [{ key, name, value, color: cssColor(color) }];

/** Parts that are known; those of zero are left out, but for the two that every call has. */
function tokenParts(call: CallSummary, t: T): TokenPart[] {
  const reasoning = call.reasoning_tokens ?? 0;
  const write = (lifetime: string, value: number | null) =>
    tokenPart(`write-${lifetime}`, `${t('detail.input')}, ${t('detail.cacheWrite', { lifetime })}`, value, 'series-5');
  return [
    ...tokenPart('fresh', `${t('detail.input')}, ${t('detail.inputFresh')}`, call.fresh_input_tokens, 'series-3', true),
    ...tokenPart('cached', `${t('detail.input')}, ${t('detail.inputCached')}`, call.cached_input_tokens, 'series-6'),
    ...write('5m', call.cache_write_5m_tokens),
    ...write('30m', call.cache_write_30m_tokens),
    ...write('1h', call.cache_write_1h_tokens),
    ...write('12h', call.cache_write_12h_tokens),
    ...tokenPart('reasoning', `${t('detail.output')}, ${t('detail.reasoning')}`, call.reasoning_tokens, 'series-2'),
    ...tokenPart(
      'output',
      reasoning > 0 ? `${t('detail.output')}, ${t('detail.outputVisible')}` : t('detail.output'),
      call.output_tokens === null ? null : Math.max(0, call.output_tokens - reasoning),
      'series-4',
      true,
    ),
  ];
}

export function TokensSection({ call }: { readonly call: CallSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const parts = tokenParts(call, t);
  const media = [
    ['audioInput', call.audio_input_tokens],
    ['audioOutput', call.audio_output_tokens],
    ['imageInput', call.image_input_tokens],
    ['imageOutput', call.image_output_tokens],
  ] as const;
  const spoken = media.flatMap(([name, value]) =>
    value === null || value === 0 ? [] : [`${format.integer(value)} ${t(`detail.${name}`)}`],
  );
  return (
    <Section title={t('detail.tokens')} testid="detail-tokens">
      {parts.length === 0 ? (
        <p className={classes.note}>{t('detail.noTokens')}</p>
      ) : (
        <>
          <Parts parts={parts.map((part) => ({ ...part, text: format.integer(part.value) }))} />
          <p className={classes.sum}>
            {t('detail.total')} <strong>{format.integer(call.total_tokens)}</strong>
          </p>
          {spoken.length > 0 && <p className={classes.note}>{format.list(spoken)}</p>}
          {call.token_source !== null && (
            <p className={classes.note}>{t('detail.source', { source: t(`tokenSource.${call.token_source}`) })}</p>
          )}
        </>
      )}
    </Section>
  );
}
