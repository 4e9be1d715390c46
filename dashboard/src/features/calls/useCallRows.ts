import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import { callsQuery, firstCalls } from '@/api/calls';
import { liveFeed } from '@/api/live';
import type { CallPage, CallSummary } from '@/api/types';
import { formatFilter } from '@/view/filters';
import { endsNow } from '@/view/range';
import { useView } from '@/view/useView';

import { addToTail, mergeCalls } from './mergeCalls';

/** With more than this from the feed, the first page is asked for again and takes its place. */
const TAIL_MOST = 1_000;

interface Tail {
  readonly shown: readonly CallSummary[];
  /** Held back while the reader is busy with the list. */
  readonly held: readonly CallSummary[];
  readonly leftOut: number;
}

const NO_TAIL: Tail = { shown: [], held: [], leftOut: 0 };

/** Rows of the request log. `paused` holds new calls back until it ends. */
export function useCallRows(paused: boolean) {
  const client = useQueryClient();
  const view = useView();
  const options = useMemo(() => callsQuery(view.range, view.filters, view.q), [view.range, view.filters, view.q]);
  const query = useInfiniteQuery(options);
  const key = JSON.stringify(options.queryKey);
  const [state, setState] = useState<{ readonly key: string; readonly tail: Tail }>({ key, tail: NO_TAIL });
  const tail = state.key === key ? state.tail : NO_TAIL;
  const live = view.live && endsNow(view.range) && view.q === '';

  const change = useCallback(
    (update: (tail: Tail) => Tail) =>
      setState((current) => ({ key, tail: update(current.key === key ? current.tail : NO_TAIL) })),
    [key],
  );
  useFeed(live, paused, change);

  const first = useCallback(async () => {
    const page = await client.fetchQuery({
      queryKey: ['calls-first', key],
      queryFn: ({ signal }) => firstCalls(view.range, view.filters, view.q, signal),
      staleTime: 0,
      gcTime: 0,
    });
    client.setQueryData<InfiniteData<CallPage, string>>(options.queryKey, { pages: [page], pageParams: [''] });
    change(() => NO_TAIL);
  }, [client, options, key, view, change]);

  const tooLong = tail.shown.length > TAIL_MOST;
  useEffect(() => {
    if (tooLong && !paused) {
      // State changes only when the server has answered.
      void first().catch(() => undefined);
    }
  }, [tooLong, paused, first]);

  const stored = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const rows = useMemo(() => mergeCalls(tail.shown, stored), [tail.shown, stored]);
  const release = useCallback(
    () => change((current) => ({ ...current, shown: addToTail(current.shown, current.held), held: [] })),
    [change],
  );
  return { query, rows, live, held: tail.held.length, leftOut: tail.leftOut, release, reload: first };
}

/** Listens to the feed; calls are taken in a few times a second, not one by one. */
function useFeed(live: boolean, paused: boolean, change: (update: (tail: Tail) => Tail) => void): void {
  const view = useView();
  const wanted = live ? view.filters.map(formatFilter).join('\n') : '';
  const isPaused = useRef(paused);
  useEffect(() => {
    isPaused.current = paused;
    if (!paused) {
      change((tail) =>
        tail.held.length === 0 ? tail : { ...tail, shown: addToTail(tail.shown, tail.held), held: [] },
      );
    }
  }, [paused, change]);

  useEffect(() => {
    liveFeed.setFilters(wanted === '' ? [] : wanted.split('\n'));
    if (!live) {
      return undefined;
    }
    let waiting: CallSummary[] = [];
    let leftOut = 0;
    const stopCalls = liveFeed.onCall((call) => waiting.unshift(call));
    const stopSeconds = liveFeed.onSecond((second) => {
      leftOut += second.left_out;
    });
    const timer = setInterval(() => {
      const calls = waiting;
      const missed = leftOut;
      if (calls.length === 0 && missed === 0) {
        return;
      }
      waiting = [];
      leftOut = 0;
      change((tail) => ({
        shown: isPaused.current ? tail.shown : addToTail(tail.shown, calls),
        held: isPaused.current ? addToTail(tail.held, calls) : [],
        leftOut: tail.leftOut + missed,
      }));
    }, 300);
    return () => {
      clearInterval(timer);
      stopCalls();
      stopSeconds();
    };
  }, [live, wanted, change]);
}
