// The list of calls: pages from the store, newest first, and what the live feed brought since.
import type { CallSummary } from '@/api/types';

const start = (call: CallSummary): string => call.started_at ?? '';

/** Newest first, each call once. Times are RFC 3339 in UTC, all of one length, so text compares as time does. */
export function mergeCalls(tail: readonly CallSummary[], stored: readonly CallSummary[]): CallSummary[] {
  if (tail.length === 0) {
    return [...stored];
  }
  const newest = tail.toSorted((a, b) => (start(a) < start(b) ? 1 : -1));
  const fromTail = new Set(newest.map((call) => call.call_id));
  const merged: CallSummary[] = [];
  let next = 0;
  for (const call of stored) {
    for (
      let candidate = newest[next];
      candidate !== undefined && start(candidate) >= start(call);
      candidate = newest[next]
    ) {
      merged.push(candidate);
      next += 1;
    }
    if (!fromTail.has(call.call_id)) {
      merged.push(call);
    }
  }
  return [...merged, ...newest.slice(next)];
}

/** Adds a call that the feed brought; a call that comes again (a repair) replaces its older version. */
export function addToTail(tail: readonly CallSummary[], calls: readonly CallSummary[]): CallSummary[] {
  const fresh = new Set(calls.map((call) => call.call_id));
  return [...calls, ...tail.filter((call) => !fresh.has(call.call_id))];
}
