import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';

import type { TraceSummary } from '@/api/types';
import { Icon } from '@/components/Icon';
import { useFormat } from '@/i18n/useFormat';
import { traceSearch, useView } from '@/view/useView';

import { CallsLink, FAILED, KindBadge } from './parts';
import classes from './traces.module.css';
import { rangeOf } from './waterfall';

interface Props {
  readonly trace: TraceSummary;
  readonly index: number;
  readonly top: number;
  /** Of the longest run in the list. */
  readonly share: number;
}

const sum = (trace: TraceSummary): number | null =>
  trace.input_tokens === null && trace.output_tokens === null
    ? null
    : (trace.input_tokens ?? 0) + (trace.output_tokens ?? 0);

/** A run in the list. On a narrow screen the same cells lie as a card. */
export const TraceRow = memo(function TraceRow({ trace, index, top, share }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView();
  const started = trace.started_at === null ? null : Date.parse(trace.started_at);
  const range = rangeOf(trace);
  const name = trace.name ?? t('traces.unnamed');
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      style={{ top }}
      data-failed={trace.errors > 0 || undefined}
      data-testid="trace-row"
      data-trace-id={trace.trace_id}
    >
      <div role="cell" className={classes.start}>
        <time dateTime={trace.started_at ?? ''}>{format.dateTime(started)}</time>
      </div>
      <div role="cell" className={classes.name}>
        <KindBadge kind={trace.kind} />
        <Link
          to="/traces"
          search={traceSearch(view, trace.trace_id)}
          className={classes.open}
          aria-label={t('traces.open', { name, time: format.dateTime(started) })}
        >
          {name}
        </Link>
      </div>
      <div role="cell" className={classes.services}>
        {[...trace.services, ...trace.models].join(' · ')}
      </div>
      <div role="cell" className={classes.duration}>
        <span className={classes.track} aria-hidden="true">
          <span className={classes.length} style={{ width: `${Math.max(1, share * 100)}%` }} />
        </span>
        <span>{format.micros(trace.duration_us)}</span>
      </div>
      <div role="cell" className={classes.steps} data-unit={t('traces.column.steps')}>
        {format.integer(trace.spans)}
        {trace.failed_spans > 0 && <Failed count={trace.failed_spans} text={t('traces.failedSteps', { count: trace.failed_spans })} />}
      </div>
      <div role="cell" className={classes.calls} data-unit={t('traces.column.calls')}>
        {trace.calls === 0 ? (
          '0'
        ) : (
          <CallsLink
            trace={trace.trace_id}
            range={range}
            label={t('traces.showCalls', { count: trace.calls })}
            testid="trace-calls"
          >
            {format.integer(trace.calls)}
          </CallsLink>
        )}
        {trace.errors > 0 && (
          <CallsLink
            trace={trace.trace_id}
            range={range}
            filters={FAILED}
            label={t('traces.showErrors', { count: trace.errors })}
            testid="trace-errors"
            className={classes.failedLink}
          >
            <Failed count={trace.errors} text={null} />
          </CallsLink>
        )}
      </div>
      <div role="cell" className={classes.tokens} data-unit={t('traces.column.tokens')}>
        <CallsLink trace={trace.trace_id} range={range} label={t('traces.showTokens', { value: format.compact(sum(trace)) })}>
          {format.compact(sum(trace))}
        </CallsLink>
      </div>
      <div role="cell" className={classes.cost}>
        <CallsLink trace={trace.trace_id} range={range} label={t('traces.showCost', { value: format.usdShort(trace.cost_usd) })}>
          {format.usdShort(trace.cost_usd)}
        </CallsLink>
      </div>
    </div>
  );
});

function Failed({ count, text }: { readonly count: number; readonly text: string | null }) {
  return (
    <span className={classes.failed} title={text ?? undefined}>
      <Icon name="error" size={13} />
      {count}
      {text !== null && <span className="sr-only">{text}</span>}
    </span>
  );
}
