import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

import { liveFeed } from '@/api/live';
import type { LiveSummary } from '@/api/types';
import { useFormat } from '@/i18n/useFormat';

import classes from './Ticker.module.css';

const SECONDS = 60;
const RATE_SECONDS = 10;
const HEIGHT = 34;

/** Traffic of the last minute: one bar a second, errors at its foot. */
export function Ticker() {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, seconds } = useSyncExternalStore(liveFeed.watch, liveFeed.read);
  const recent = seconds.slice(-RATE_SECONDS);
  const rate = recent.length === 0 ? null : recent.reduce((sum, second) => sum + second.calls, 0) / recent.length;
  const calls = seconds.reduce((sum, second) => sum + second.calls, 0);
  const errors = seconds.reduce((sum, second) => sum + second.errors, 0);
  const inFlight = seconds.at(-1)?.in_flight ?? null;

  return (
    <section className={classes.ticker} aria-label={t('live.label')} data-state={state} data-testid="ticker">
      <div className={classes.figures}>
        <span className={classes.dot} />
        <span className={classes.rate} title={t('live.perSecondLabel')} data-testid="ticker-rate">
          {t('live.perSecond', { rate: format.rate(rate) })}
        </span>
        <span className={classes.flight} title={t('live.inFlightLabel')} data-testid="ticker-in-flight">
          {t('live.inFlight', { count: inFlight ?? 0 })}
        </span>
      </div>
      <Bars
        seconds={seconds}
        label={t('live.lastMinute', { calls: format.integer(calls), errors: format.integer(errors) })}
      />
      {state === 'lost' && <p className={classes.lost}>{t('live.lost')}</p>}
    </section>
  );
}

function Bars({ seconds, label }: { readonly seconds: readonly LiveSummary[]; readonly label: string }) {
  const most = Math.max(4, ...seconds.map((second) => second.calls));
  const y = (calls: number): number => (calls / most) * HEIGHT;
  return (
    <svg
      className={classes.bars}
      viewBox={`0 0 ${SECONDS * 3} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {seconds.map((second, index) => {
        const x = (SECONDS - seconds.length + index) * 3;
        return (
          <g key={second.at}>
            <rect className={classes.calls} x={x} width="2" y={HEIGHT - y(second.calls)} height={y(second.calls)} />
            {second.errors > 0 && (
              <rect
                className={classes.errors}
                x={x}
                width="2"
                y={HEIGHT - y(second.errors)}
                height={y(second.errors)}
              />
            )}
          </g>
        );
      })}
    </svg>
  );
}
