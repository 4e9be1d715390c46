import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiError } from '@/api/client';
import { traceQuery } from '@/api/traces';
import type { TraceDetail, TraceNode } from '@/api/types';
import { BackLink } from '@/components/BackLink';
import { Button } from '@/components/Button';
import { EmptyState, ErrorState, Loading, Skeleton } from '@/components/States';
import { useKeys } from '@/components/useKeys';
import { CallDetail } from '@/features/calls/CallDetail';
import { FeedbackNotes } from '@/features/feedback/FeedbackNotes';
import { endsNow } from '@/view/range';
import { useChangeView, useView } from '@/view/useView';

import { RunSummary } from './RunSummary';
import { StepDetail } from './StepDetail';
import classes from './traces.module.css';
import { Waterfall } from './Waterfall';
import { waterfallOf } from './waterfall';

/** A run may go on for so long after what is known of it; then it is asked for no more. */
const STILL_GOING_MS = 120_000;
const AGAIN_MS = 5_000;

export function TraceRun({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const view = useView();
  const live = view.live && endsNow(view.range);
  const query = useQuery({
    ...traceQuery(id, view.range),
    refetchInterval: ({ state }) => (live && isGoingOn(state.data) ? AGAIN_MS : false),
  });
  return (
    <div className={classes.page}>
      <div className={classes.runHead}>
        <BackLink to="/traces" testid="trace-back">
          {t('traces.back')}
        </BackLink>
        <Button
          look="quiet"
          icon="refresh"
          iconOnly
          aria-label={t('range.refresh')}
          hint={t('range.refresh')}
          data-hint-place="left"
          onClick={() => void query.refetch()}
        />
      </div>
      {query.data !== undefined ? (
        <Run trace={query.data} />
      ) : query.error instanceof ApiError && query.error.status === 404 ? (
        <EmptyState title={t('traces.missing')} detail={t('traces.missingDetail')} />
      ) : query.error !== null ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Loading>
          <div className={classes.skeleton}>
            <Skeleton height={34} width="40%" />
            <Skeleton height={52} />
            <Skeleton height={240} />
          </div>
        </Loading>
      )}
    </div>
  );
}

function isGoingOn(trace: TraceDetail | undefined): boolean {
  return trace?.ended_at != null && Date.now() - Date.parse(trace.ended_at) < STILL_GOING_MS;
}

/** Which part is open: a call by its id, a step by its span id. Both stand in the URL. */
function useOpenPart(nodes: readonly TraceNode[]) {
  const view = useView();
  const change = useChangeView();
  const place = nodes.findIndex((node) => (node.call === null ? node.id === view.step : node.id === view.call));
  const show = useCallback(
    (node: TraceNode | null, replace: boolean) =>
      change(
        { call: node?.call != null ? node.id : null, step: node?.call === null ? node.id : null },
        { replace },
      ),
    [change],
  );
  const isOpen = place >= 0;
  const step = (by: 1 | -1): boolean => {
    const next = nodes[isOpen ? place + by : 0];
    if (next !== undefined) {
      show(next, isOpen);
    }
    return next !== undefined;
  };
  const close = () => show(null, false);
  useKeys({ j: () => step(1), k: () => step(-1), Escape: isOpen ? close : undefined });
  const open = useCallback((node: TraceNode) => show(node, isOpen), [show, isOpen]);
  return { node: nodes[place] ?? null, open, close, step };
}

function Run({ trace }: { readonly trace: TraceDetail }) {
  const { t } = useTranslation();
  const rows = useMemo(() => waterfallOf(trace.nodes), [trace.nodes]);
  const { node, open, close, step } = useOpenPart(trace.nodes);
  const row = rows.find((one) => one.node === node) ?? null;
  return (
    <>
      <RunSummary trace={trace} />
      {trace.feedback.length > 0 && (
        <section className={classes.said} aria-label={t('feedback.title')} data-testid="trace-feedback">
          <h2>{t('feedback.title')}</h2>
          <FeedbackNotes all={trace.feedback} isOfRun />
        </section>
      )}
      {trace.truncated && (
        <p className={classes.notice} role="status">
          {t('traces.truncated')}
        </p>
      )}
      <div className={classes.main} data-detail={node !== null || undefined}>
        <Waterfall trace={trace} rows={rows} selected={node?.id ?? null} onOpen={open} />
        {node?.call != null && (
          <CallDetail id={node.id} known={null} onClose={close} onStep={step} />
        )}
        {row !== null && row.node.call === null && (
          <StepDetail row={row} trace={trace} onClose={close} onStep={step} />
        )}
      </div>
    </>
  );
}
