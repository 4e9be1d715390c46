import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiError } from '@/api/client';
import { conversationQuery } from '@/api/conversations';
import type { SessionDetail } from '@/api/types';
import { statusQuery } from '@/api/usage';
import { BackLink } from '@/components/BackLink';
import { Button } from '@/components/Button';
import { EmptyState, ErrorState, Loading, Skeleton } from '@/components/States';
import { useKeys } from '@/components/useKeys';
import { CallDetail } from '@/features/calls/CallDetail';
import { FeedbackNotes } from '@/features/feedback/FeedbackNotes';
import { endsNow } from '@/view/range';
import { useChangeView, useView } from '@/view/useView';

import { ConversationSummary } from './ConversationSummary';
import classes from './sessions.module.css';
import { turnsOf } from './turns';
import { TurnPart } from './TurnPart';

/** A conversation may go on for so long after what is known of it; then it is asked for no more. */
const STILL_GOING_MS = 1_800_000;
const AGAIN_MS = 5_000;

const isGoingOn = (session: SessionDetail | undefined): boolean =>
  session !== undefined && Date.now() - Date.parse(session.ended_at) < STILL_GOING_MS;

export function Conversation({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const view = useView();
  const live = view.live && endsNow(view.range);
  const query = useQuery({
    ...conversationQuery(id, view.range),
    refetchInterval: ({ state }) => (live && isGoingOn(state.data) ? AGAIN_MS : false),
  });
  return (
    <div className={classes.conversation} data-testid="conversation">
      <div className={classes.top}>
        <BackLink to="/sessions" testid="session-back">
          {t('sessions.back')}
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
        <Whole session={query.data} />
      ) : query.error instanceof ApiError && query.error.status === 404 ? (
        <EmptyState title={t('sessions.missing')} detail={t('sessions.missingDetail')} />
      ) : query.error !== null ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Loading>
          <Skeleton height={34} width="40%" />
          <Skeleton height={52} />
          <Skeleton height={240} />
        </Loading>
      )}
    </div>
  );
}

/** Which call is open stands in the URL. */
function useOpenCall(session: SessionDetail) {
  const { call } = useView();
  const change = useChangeView();
  const place = session.items.findIndex((item) => item.call_id === call);
  const open = useCallback((id: string) => change({ call: id }, { replace: place >= 0 }), [change, place]);
  const close = () => change({ call: null });
  const step = (by: 1 | -1): boolean => {
    const next = session.items[place < 0 ? 0 : place + by];
    if (next !== undefined) {
      open(next.call_id);
    }
    return next !== undefined;
  };
  useKeys({ j: () => step(1), k: () => step(-1), Escape: place >= 0 ? close : undefined });
  return { call: place < 0 ? null : call, open, close, step };
}

function Whole({ session }: { readonly session: SessionDetail }) {
  const { t } = useTranslation();
  const view = useView();
  const change = useChangeView();
  const status = useQuery(statusQuery);
  const turns = useMemo(() => turnsOf(session.items), [session.items]);
  const { call, open, close, step } = useOpenCall(session);
  const isKept = status.data !== undefined && status.data.capture !== 'none';
  const said = isKept && view.tab !== 'plain';
  const start = Date.parse(session.started_at);
  return (
    <>
      <ConversationSummary session={session} />
      {session.feedback.length > 0 && (
        <section className={classes.feedback} aria-label={t('feedback.title')}>
          <h2>{t('feedback.title')}</h2>
          <FeedbackNotes all={session.feedback} />
        </section>
      )}
      {session.truncated && (
        <p className={classes.notice} role="status">
          {t('sessions.truncated')}
        </p>
      )}
      <div className={classes.main} data-detail={call !== null || undefined}>
        {/* Scrollable regions can be reached by keyboard. */}
        <section className={classes.turns} tabIndex={0} aria-label={t('sessions.course')}>
          <div className={classes.courseHead}>
            <h2>{t('sessions.course')}</h2>
            {isKept && (
              <Button look="quiet" pressed={said} onClick={() => change({ tab: said ? 'plain' : null }, { replace: true })} data-testid="session-said">
                {t('sessions.said')}
              </Button>
            )}
          </div>
          <ol className={classes.course}>
            {turns.map((turn, index) => (
              <TurnPart key={turn.key} turns={turns} index={index} start={start} selected={call} said={said} onOpen={open} />
            ))}
          </ol>
        </section>
        {call !== null && <CallDetail id={call} known={null} onClose={close} onStep={step} />}
      </div>
    </>
  );
}
