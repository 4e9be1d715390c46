import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { callQuery, startedAt } from '@/api/calls';
import { ApiError } from '@/api/client';
import type { CallDetail as Detail, CallSummary } from '@/api/types';
import { Button } from '@/components/Button';
import { EmptyState, ErrorState, Loading, Skeleton } from '@/components/States';
import { FeedbackNotes } from '@/features/feedback/FeedbackNotes';
import { valueName } from '@/i18n/names';
import { useFormat } from '@/i18n/useFormat';
import { traceSearch, useView } from '@/view/useView';

import { StatusBadge } from './cells';
import { ContentSection } from './detail/ContentSection';
import { CostSection } from './detail/CostSection';
import classes from './detail/detail.module.css';
import { FactsSection } from './detail/FactsSection';
import { LimitsSection } from './detail/LimitsSection';
import { RecordSections } from './detail/RecordSections';
import { Section } from './detail/Section';
import { TimingSection } from './detail/TimingSection';
import { TokensSection } from './detail/TokensSection';

interface Props {
  readonly id: string;
  /** What the list knows of it already. */
  readonly known: CallSummary | null;
  readonly onClose: () => void;
  readonly onStep: (by: 1 | -1) => void;
}

/** One call, whole: beside the list, or in its place on a narrow screen. The list stays usable, so this is no modal dialog. */
export function CallDetail({ id, known, onClose, onStep }: Props) {
  const { t } = useTranslation();
  const titleId = useId();
  const query = useQuery(callQuery(id));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const call = query.data ?? known;

  return (
    <aside className={classes.drawer} aria-labelledby={titleId} data-testid="call-detail" data-call-id={id}>
      <header className={classes.top}>
        <div className={classes.titleRow}>
          <h2 id={titleId} ref={heading} tabIndex={-1} className={classes.title}>
            {call === null ? t('detail.title') : (call.model ?? call.model_requested ?? t('detail.title'))}
          </h2>
          <Button
            look="quiet"
            icon="chevronUp"
            iconOnly
            aria-label={t('detail.previous')}
            hint={`${t('detail.previous')} (k)`}
            onClick={() => onStep(-1)}
            data-testid="detail-previous"
          />
          <Button
            look="quiet"
            icon="chevronDown"
            iconOnly
            aria-label={t('detail.next')}
            hint={`${t('detail.next')} (j)`}
            onClick={() => onStep(1)}
            data-testid="detail-next"
          />
          <Button
            look="quiet"
            icon="close"
            iconOnly
            aria-label={t('detail.close')}
            hint={`${t('state.close')} (Esc)`}
            data-hint-place="left"
            onClick={onClose}
            data-testid="detail-close"
          />
        </div>
        {call !== null && <Headline call={call} />}
      </header>
      <div key={id} className={classes.body}>
        {call !== null && (
          <>
            <Failure call={call} />
            <TimingSection call={call} />
            <TokensSection call={call} />
            <CostSection call={call} />
          </>
        )}
        {query.data !== undefined && query.data.feedback.length > 0 && (
          <Section title={t('feedback.title')} testid="detail-feedback">
            <FeedbackNotes all={query.data.feedback} />
          </Section>
        )}
        <Whole call={query.data} error={query.error} onRetry={() => void query.refetch()} />
        {call !== null && (
          <>
            <LimitsSection call={call} />
            <FactsSection call={call} />
          </>
        )}
        {query.data !== undefined && <RecordSections call={query.data} />}
      </div>
    </aside>
  );
}

function Headline({ call }: { readonly call: CallSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <p className={classes.headline}>
      <StatusBadge status={call.status} httpStatus={call.http_status} />
      <span>{valueName(t, 'operation', call.operation)}</span>
      <time dateTime={call.started_at ?? ''}>{format.dateTime(startedAt(call))}</time>
      <strong>{format.micros(call.latency_us)}</strong>
      <strong>{format.usd(call.cost_usd)}</strong>
      <RunLink call={call} />
    </p>
  );
}

/** To the run that the call stands in, unless that is what is on show. */
function RunLink({ call }: { readonly call: CallSummary }) {
  const { t } = useTranslation();
  const view = useView();
  if (call.trace_id === null || call.trace_id === view.trace) {
    return null;
  }
  return (
    <Link
      to="/traces"
      search={{ ...traceSearch(view, call.trace_id), call: call.call_id }}
      className={classes.link}
      title={t('detail.showTrace')}
      data-testid="detail-trace"
    >
      {t('dim.trace_id')}
    </Link>
  );
}

function Failure({ call }: { readonly call: CallSummary }) {
  const { t } = useTranslation();
  const nothing = call.error_type === null && call.error_message === null && call.retry_of === null;
  if (nothing) {
    return null;
  }
  return (
    <div className={classes.failure}>
      {call.error_type !== null && <strong>{valueName(t, 'error_type', call.error_type)}</strong>}
      {call.error_code !== null && <code>{call.error_code}</code>}
      {call.error_message !== null && <p>{call.error_message}</p>}
      {call.retry_of !== null && (
        <p>
          {t('detail.retryOf')}{' '}
          <Link to="." search={(current) => ({ ...current, call: call.retry_of ?? '' })}>
            {t('detail.retryOfLink')}
          </Link>
        </p>
      )}
    </div>
  );
}

function Whole({
  call,
  error,
  onRetry,
}: {
  readonly call: Detail | undefined;
  readonly error: Error | null;
  readonly onRetry: () => void;
}) {
  const { t } = useTranslation();
  if (call !== undefined) {
    return <ContentSection call={call} />;
  }
  if (error instanceof ApiError && error.status === 404) {
    return <EmptyState title={t('detail.missing')} detail={t('detail.missingDetail')} />;
  }
  return error === null ? (
    <Loading>
      <div className={classes.section}>
        <Skeleton height={20} width="40%" />
        <Skeleton height={96} />
      </div>
    </Loading>
  ) : (
    <ErrorState compact error={error} onRetry={onRetry} />
  );
}
