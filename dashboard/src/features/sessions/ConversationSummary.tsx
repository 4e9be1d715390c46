import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { SessionDetail } from '@/api/types';
import { CopyButton } from '@/components/CopyButton';
import { FAILED } from '@/features/figures/figure';
import { useFormat } from '@/i18n/useFormat';
import type { Filter } from '@/view/filters';
import { onlyCallsSearch } from '@/view/useView';

import { Outcome } from './Outcome';
import classes from './sessions.module.css';
import { ofSession, rangeOf } from './turns';

/** Whose conversation it is and what it took. Every number leads to the calls behind it. */
export function ConversationSummary({ session }: { readonly session: SessionDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const own = ofSession(session.session_id);
  const calls = (text: string, testid: string, filters: readonly Filter[] = []) => (
    <Link to="/calls" search={onlyCallsSearch(rangeOf(session), [...own, ...filters])} className={classes.number} data-testid={testid}>
      {text}
    </Link>
  );
  const figures: readonly (readonly [string, ReactNode])[] = [
    [t('sessions.column.started'), <time key="t" dateTime={session.started_at} children={format.dateTime(Date.parse(session.started_at))} />],
    [t('sessions.column.length'), format.micros(session.duration_us)],
    [t('sessions.waiting'), format.micros(session.idle_us)],
    [t('sessions.column.turns'), format.integer(session.turns)],
    [t('sessions.column.calls'), calls(format.integer(session.calls), 'session-calls')],
    ...(session.repeats > 0 ? [[t('sessions.repeats'), format.integer(session.repeats)] as const] : []),
    ...(session.errors > 0
      ? [[t('sessions.column.errors'), <span key="e" className={classes.bad} children={calls(format.integer(session.errors), 'session-errors', FAILED)} />] as const]
      : []),
    [t('chart.prompt'), calls(format.integer(session.input_tokens), 'session-input')],
    [t('chart.completion'), calls(format.integer(session.output_tokens), 'session-output')],
    [t('sessions.column.cost'), calls(format.usd(session.cost_usd), 'session-cost')],
    ...(session.service === null ? [] : [[t('dim.service'), session.service] as const]),
    ...(session.api_key_label === null ? [] : [[t('dim.api_key'), session.api_key_label] as const]),
    ...(session.models.length === 0 ? [] : [[t('traces.models'), format.list(session.models)] as const]),
  ];
  return (
    <section className={classes.summary} aria-label={t('sessions.summary')} data-testid="session-summary">
      <div className={classes.title}>
        <h1>{session.user ?? t('sessions.somebody')}</h1>
        <Outcome session={session} />
        <span className={classes.id} title={session.found ? t('sessions.foundHint') : undefined}>
          <code>{session.session_id}</code>
          <CopyButton text={session.session_id} what={t('dim.session_id')} />
          {session.found && <span>{t('sessions.found')}</span>}
        </span>
      </div>
      <dl className={classes.figures}>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
