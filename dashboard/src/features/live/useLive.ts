// What the feed tells, for as long as one looks at it.
import { useCallback, useEffect, useRef, useState } from 'react';

import { liveFeed } from '@/api/live';
import type { CallSummary, LiveSummary } from '@/api/types';
import { formatFilter, type Filter } from '@/view/filters';

import { addSeconds } from './seconds';

const SHOWN = 60;
const TAKE_IN_MS = 300;

/** The last five minutes. While it is held, what was there stays, and what comes meanwhile is there when it goes on. */
export function useSeconds(held: boolean): readonly LiveSummary[] {
  const all = useRef<readonly LiveSummary[]>([]);
  const [shown, setShown] = useState<readonly LiveSummary[]>([]);
  useEffect(() => {
    const take = () => {
      all.current = addSeconds(all.current, liveFeed.read().seconds);
      if (!held) {
        setShown(all.current);
      }
    };
    take();
    return liveFeed.watch(take);
  }, [held]);
  return shown;
}

interface Tail {
  readonly calls: readonly CallSummary[];
  /** Calls that the feed left out because there were too many. */
  readonly leftOut: number;
}

const NOTHING: Tail = { calls: [], leftOut: 0 };

/** The newest calls that meet the filters. A call that is told again, because more is known of it, takes its place. */
export function useTail(filters: readonly Filter[], held: boolean): Tail {
  const wanted = filters.map(formatFilter).join('\n');
  const [tail, setTail] = useState<{ readonly of: string; readonly tail: Tail }>({ of: wanted, tail: NOTHING });
  const waiting = useRef<{ calls: CallSummary[]; leftOut: number }>({ calls: [], leftOut: 0 });
  const isHeld = useRef(held);
  useEffect(() => {
    isHeld.current = held;
  }, [held]);

  const takeIn = useCallback(() => {
    const { calls, leftOut } = waiting.current;
    if (isHeld.current || (calls.length === 0 && leftOut === 0)) {
      return;
    }
    waiting.current = { calls: [], leftOut: 0 };
    setTail((current) => {
      const before = current.of === wanted ? current.tail : NOTHING;
      const told = new Set(calls.map((call) => call.call_id));
      const kept = before.calls.filter((call) => !told.has(call.call_id));
      return { of: wanted, tail: { calls: [...calls, ...kept].slice(0, SHOWN), leftOut: before.leftOut + leftOut } };
    });
  }, [wanted]);

  useEffect(() => {
    waiting.current = { calls: [], leftOut: 0 };
    liveFeed.setFilters(wanted === '' ? [] : wanted.split('\n'));
    const stopCalls = liveFeed.onCall((call) => {
      const others = waiting.current.calls.filter((one) => one.call_id !== call.call_id);
      waiting.current.calls = [call, ...others].slice(0, SHOWN);
    });
    const stopSeconds = liveFeed.onSecond((second) => {
      waiting.current.leftOut += second.left_out;
    });
    const timer = setInterval(takeIn, TAKE_IN_MS);
    return () => {
      clearInterval(timer);
      stopCalls();
      stopSeconds();
    };
  }, [wanted, takeIn]);
  return tail.of === wanted ? tail.tail : NOTHING;
}
