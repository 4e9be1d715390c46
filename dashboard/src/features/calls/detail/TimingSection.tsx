import { useTranslation } from 'react-i18next';

import type { CallSummary } from '@/api/types';
import { cssColor } from '@/charts/colors';
import { useFormat } from '@/i18n/useFormat';

import { speedOf, timingOf } from '../timing';
import classes from './detail.module.css';
import { Parts, Section, type Part } from './Section';

const at = (time: string | null): number | null => (time === null ? null : Date.parse(time));

export function TimingSection({ call }: { readonly call: CallSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { total, waiting, generating, gateway, provider } = timingOf(call);
  if (total === null) {
    return null;
  }
  const added = Math.min(gateway ?? 0, waiting ?? total);
  const part = (key: string, name: string, value: number, color: string): Part => ({
    key,
    name,
    value,
    color,
    text: format.micros(value),
  });
  const parts = [
    ...(gateway === null ? [] : [part('gateway', t('detail.gateway'), gateway, cssColor('violet'))]),
    part(
      'waiting',
      t(waiting === null ? 'detail.waitingWhole' : 'detail.waiting'),
      (waiting ?? total) - added,
      cssColor('brass'),
    ),
    ...(generating === null ? [] : [part('generating', t('detail.generating'), generating, cssColor('fluid'))]),
  ];
  const speed = speedOf(call);
  return (
    <Section title={t('detail.timing')} testid="detail-timing">
      <Parts parts={parts} whole={total} />
      {provider !== null && (
        <div className={classes.provider}>
          <span
            className={classes.bracket}
            style={{ width: `${Math.min(1, provider / Math.max(1, total)) * 100}%` }}
            aria-hidden="true"
          />
          <p>
            {t('detail.provider')} <strong>{format.micros(provider)}</strong>
          </p>
        </div>
      )}
      <dl className={classes.facts}>
        <Fact name={t('detail.started')} value={format.timeExact(at(call.started_at))} />
        {call.first_token_at !== null && (
          <Fact name={t('detail.firstToken')} value={format.timeExact(at(call.first_token_at))} />
        )}
        <Fact name={t('detail.ended')} value={format.timeExact(at(call.ended_at))} />
        {call.tpot_us !== null && <Fact name={t('detail.perToken')} value={format.micros(call.tpot_us)} />}
        {speed !== null && (
          <Fact name={t('detail.speed')} value={t('detail.tokensPerSecond', { value: format.rate(speed) })} />
        )}
      </dl>
    </Section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
