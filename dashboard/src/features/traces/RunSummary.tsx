import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { TraceDetail } from '@/api/types';
import { CopyButton } from '@/components/CopyButton';
import { useFormat } from '@/i18n/useFormat';

import { CallsLink, FAILED, KindBadge } from './parts';
import classes from './traces.module.css';
import { rangeOf } from './waterfall';

/** What a run is and what it used. Every number leads to the calls behind it. */
export function RunSummary({ trace }: { readonly trace: TraceDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const range = rangeOf(trace);
  const tokens =
    trace.input_tokens === null && trace.output_tokens === null
      ? null
      : (trace.input_tokens ?? 0) + (trace.output_tokens ?? 0);
  const link = (text: string, label: string, testid: string, failed = false) => (
    <CallsLink
      trace={trace.trace_id}
      range={range}
      label={label}
      testid={testid}
      {...(failed ? { filters: FAILED } : {})}
    >
      {text}
    </CallsLink>
  );
  return (
    <section className={classes.summary} aria-label={t('traces.summary')} data-testid="trace-summary">
      <div className={classes.runTitle}>
        <h1>{trace.name ?? t('traces.unnamed')}</h1>
        <KindBadge kind={trace.kind} />
        <span className={classes.runId}>
          <code>{trace.trace_id}</code>
          <CopyButton text={trace.trace_id} what={t('detail.id.trace_id')} />
        </span>
      </div>
      <dl className={classes.figures}>
        <Figure name={t('traces.column.start')}>
          <time dateTime={trace.started_at ?? ''}>
            {format.dateTime(trace.started_at === null ? null : Date.parse(trace.started_at))}
          </time>
        </Figure>
        <Figure name={t('traces.column.duration')}>{format.micros(trace.duration_us)}</Figure>
        <Figure name={t('traces.column.calls')}>
          {link(format.integer(trace.calls), t('traces.showCalls', { count: trace.calls }), 'run-calls')}
        </Figure>
        <Figure name={t('traces.column.steps')}>{format.integer(trace.spans)}</Figure>
        {trace.errors > 0 && (
          <Figure name={t('traces.errors')} bad>
            {link(format.integer(trace.errors), t('traces.showErrors', { count: trace.errors }), 'run-errors', true)}
          </Figure>
        )}
        {trace.failed_spans > 0 && (
          <Figure name={t('traces.failedStepsName')} bad>
            {format.integer(trace.failed_spans)}
          </Figure>
        )}
        <Figure name={t('traces.column.tokens')}>
          {link(format.integer(tokens), t('traces.showTokens', { value: format.integer(tokens) }), 'run-tokens')}
        </Figure>
        <Figure name={t('traces.column.cost')}>
          {link(format.usd(trace.cost_usd), t('traces.showCost', { value: format.usd(trace.cost_usd) }), 'run-cost')}
        </Figure>
        {trace.services.length > 0 && (
          <Figure name={t('traces.services')} hint={format.list(trace.services)}>
            {format.list(trace.services)}
          </Figure>
        )}
        {trace.models.length > 0 && (
          <Figure name={t('traces.models')} hint={format.list(trace.models)}>
            {format.list(trace.models)}
          </Figure>
        )}
      </dl>
    </section>
  );
}

function Figure({
  name,
  bad = false,
  hint,
  children,
}: {
  readonly name: string;
  readonly bad?: boolean;
  /** The whole text, where it may be cut off. */
  readonly hint?: string;
  readonly children: ReactNode;
}) {
  return (
    <div className={classes.figure} data-bad={bad || undefined}>
      <dt>{name}</dt>
      <dd title={hint}>{children}</dd>
    </div>
  );
}
