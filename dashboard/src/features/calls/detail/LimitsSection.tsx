import { useTranslation } from 'react-i18next';

import type { CallSummary } from '@/api/types';
import { useFormat } from '@/i18n/useFormat';

import classes from './detail.module.css';
import { Section } from './Section';

export function LimitsSection({ call }: { readonly call: CallSummary }) {
  const { t } = useTranslation();
  const limits = [
    {
      name: t('detail.limitRequests'),
      limit: call.limit_requests,
      remaining: call.remaining_requests,
      reset: call.reset_requests_us,
    },
    {
      name: t('detail.limitTokens'),
      limit: call.limit_tokens,
      remaining: call.remaining_tokens,
      reset: call.reset_tokens_us,
    },
  ].filter(({ limit, remaining }) => limit !== null && remaining !== null);
  if (limits.length === 0) {
    return null;
  }
  return (
    <Section title={t('detail.limits')}>
      {limits.map((limit) => (
        <Limit key={limit.name} {...limit} />
      ))}
    </Section>
  );
}

const SCARCE = 0.1;

function Limit({
  name,
  limit,
  remaining,
  reset,
}: {
  readonly name: string;
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly reset: number | null;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = limit === null || remaining === null || limit === 0 ? 0 : Math.min(1, remaining / limit);
  const text = t('detail.limitOf', { remaining: format.integer(remaining), limit: format.integer(limit) });
  return (
    <div className={classes.limit}>
      <span>{name}</span>
      <span className={classes.limitText}>
        {text}
        {reset !== null && (
          <span className={classes.note}> · {t('detail.limitReset', { time: format.micros(reset) })}</span>
        )}
      </span>
      <div
        className={classes.meter}
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={1}
        aria-valuenow={share}
        aria-valuetext={text}
      >
        <span style={{ width: `${share * 100}%` }} data-scarce={share < SCARCE || undefined} />
      </div>
    </div>
  );
}
