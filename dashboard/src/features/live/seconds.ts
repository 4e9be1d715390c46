// The last minutes, second by second, as the feed tells them.
import type { LiveSummary } from '@/api/types';
import type { Buckets } from '@/charts/buckets';

export const WINDOW_S = 300;
const MS = 1_000;

const secondOf = (summary: LiveSummary): number => Math.floor(Date.parse(summary.at) / MS);

/** Seconds that are not known yet, after those that are; the same second is told once. */
export function addSeconds(known: readonly LiveSummary[], told: readonly LiveSummary[]): readonly LiveSummary[] {
  const last = known.at(-1);
  const after = last === undefined ? told : told.filter((summary) => secondOf(summary) > secondOf(last));
  return after.length === 0 ? known : [...known, ...after].slice(-WINDOW_S);
}

/** One bucket a second, up to the last that is known: a chart's axis does not jump while it fills. */
export function secondBuckets(seconds: readonly LiveSummary[]): Buckets {
  const last = seconds.at(-1);
  if (last === undefined) {
    return { times: [], intervalMs: 0, until: 0 };
  }
  const end = secondOf(last);
  const times = Array.from({ length: WINDOW_S }, (_, i) => (end - WINDOW_S + 1 + i) * MS);
  return { times, intervalMs: MS, until: (end + 1) * MS };
}

/** One number a bucket; null where nothing was told of that second. */
export function valuesOf(
  seconds: readonly LiveSummary[],
  { times }: Buckets,
  pick: (second: LiveSummary) => number | null,
): (number | null)[] {
  const byTime = new Map(seconds.map((second) => [secondOf(second) * MS, second]));
  return times.map((time) => {
    const second = byTime.get(time);
    return second === undefined ? null : pick(second);
  });
}

export interface Pulse {
  /** Over the last ten seconds. */
  readonly callsPerSecond: number | null;
  readonly inFlight: number | null;
  /** Of the last minute, or of what is known of it. */
  readonly calls: number;
  readonly errors: number;
  readonly tokens: number;
  readonly costUsd: number;
  /** Of the last second that had calls. */
  readonly p50: number | null;
  readonly p95: number | null;
}

const RATE_S = 10;
const MINUTE_S = 60;

export function pulseOf(seconds: readonly LiveSummary[]): Pulse {
  const recent = seconds.slice(-RATE_S);
  const minute = seconds.slice(-MINUTE_S);
  const sum = (pick: (second: LiveSummary) => number): number => minute.reduce((total, second) => total + pick(second), 0);
  const withCalls = minute.findLast((second) => second.latency_p50_ms !== null);
  return {
    callsPerSecond: recent.length === 0 ? null : recent.reduce((total, second) => total + second.calls, 0) / recent.length,
    inFlight: seconds.at(-1)?.in_flight ?? null,
    calls: sum((second) => second.calls),
    errors: sum((second) => second.errors),
    tokens: sum((second) => second.input_tokens + second.output_tokens),
    costUsd: sum((second) => second.cost_usd),
    p50: withCalls?.latency_p50_ms ?? null,
    p95: withCalls?.latency_p95_ms ?? null,
  };
}
