import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { LiveSummary } from '@/api/types';
import { FAILED, ratio } from '@/features/figures/figure';
import { useFormat } from '@/i18n/useFormat';
import type { Filter } from '@/view/filters';
import { absolute } from '@/view/range';
import { onlyCallsSearch } from '@/view/useView';

import classes from './live.module.css';
import { pulseOf } from './seconds';

const MINUTE_MS = 60_000;
const NO_FILTERS: readonly Filter[] = [];

/** How much there is to do now. Sums are of the last minute. */
export function PulseStrip({ seconds }: { readonly seconds: readonly LiveSummary[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const pulse = pulseOf(seconds);
  const end = Date.parse(seconds.at(-1)?.at ?? '') + 1_000 || Date.now();
  const minute = absolute(end - MINUTE_MS, end);
  const cards = [
    { id: 'rate', name: t('livePage.rate'), value: t('live.perSecond', { rate: format.rate(pulse.callsPerSecond) }), detail: t('livePage.tenSeconds'), filters: NO_FILTERS },
    { id: 'in-flight', name: t('livePage.inFlight'), value: format.integer(pulse.inFlight), detail: t('livePage.now'), filters: null },
    {
      id: 'errors',
      name: t('kpi.errorRate'),
      value: format.percent(ratio(pulse.errors, pulse.calls)),
      detail: t('livePage.errorsOf', { errors: format.integer(pulse.errors), calls: format.integer(pulse.calls) }),
      filters: FAILED,
    },
    { id: 'p50', name: t('performance.figure.latency'), value: format.duration(pulse.p50), detail: t('livePage.p95', { value: format.duration(pulse.p95) }), filters: NO_FILTERS },
    { id: 'tokens', name: t('kpi.tokens'), value: format.compact(pulse.tokens), detail: t('livePage.lastMinute'), filters: NO_FILTERS },
    { id: 'cost', name: t('kpi.cost'), value: format.usd(pulse.costUsd), detail: t('livePage.lastMinute'), filters: NO_FILTERS },
  ];
  return (
    <section className={classes.pulse} aria-label={t('livePage.pulse')}>
      {cards.map(({ id, name, value, detail, filters }) => {
        const content = (
          <>
            <span className={classes.name}>{name}</span>
            <span className={classes.value} data-testid={`pulse-${id}`}>
              {value}
            </span>
            <span className={classes.name}>{detail}</span>
          </>
        );
        return filters === null ? (
          <div key={id} className={classes.card}>
            {content}
          </div>
        ) : (
          <Link key={id} to="/calls" search={onlyCallsSearch(minute, filters)} className={classes.card}>
            {content}
          </Link>
        );
      })}
    </section>
  );
}
