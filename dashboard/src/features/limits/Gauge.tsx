import { useTranslation } from 'react-i18next';

import type { Limit } from '@/api/types';
import { useFormat } from '@/i18n/useFormat';

import { shareOf, strainOf } from './limitLines';
import classes from './limits.module.css';

/** How an amount of a limit is written: dollars or a count. */
export function useAmount() {
  const format = useFormat();
  return (limit: Limit, amount: number | null): string =>
    limit.of.startsWith('usd') ? format.usd(amount) : format.compact(amount);
}

/** Used of a limit, as a bar with its numbers. */
export function Gauge({ limit, name }: { readonly limit: Limit | null; readonly name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const amount = useAmount();
  if (limit === null) {
    return <span className={classes.quiet}>–</span>;
  }
  const share = shareOf(limit);
  const used = limit.kind === 'provider' ? limit.per_minute : limit.used;
  return (
    <span className={classes.gauge} data-strain={strainOf(share)}>
      <span className={classes.gaugeNumbers}>
        <strong>{format.percent(Number(share.toPrecision(2)))}</strong>
        <span className={classes.quiet}>
          {t('limits.usedOf', { used: amount(limit, used), limit: amount(limit, limit.limit) })}
        </span>
      </span>
      <span
        className={classes.track}
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, Math.round(share * 100))}
      >
        <span style={{ width: `${Math.min(1, share) * 100}%` }} />
      </span>
    </span>
  );
}
