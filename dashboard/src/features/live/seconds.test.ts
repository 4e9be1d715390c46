import { describe, expect, it } from 'vitest';

import type { LiveSummary } from '@/api/types';

import { addSeconds, pulseOf, secondBuckets, valuesOf, WINDOW_S } from './seconds';

const at = (s: number, more: Partial<LiveSummary> = {}): LiveSummary => ({
  at: new Date(s * 1_000).toISOString(),
  calls: 1,
  errors: 0,
  input_tokens: 10,
  output_tokens: 5,
  cost_usd: 0.5,
  in_flight: 2,
  latency_p50_ms: 100,
  latency_p95_ms: 200,
  left_out: 0,
  ...more,
});

describe('the last seconds', () => {
  it('are taken in once, also where the feed tells its history again', () => {
    const known = addSeconds([at(1), at(2)], [at(1), at(2), at(3)]);
    expect(known.map(({ at: time }) => Date.parse(time) / 1_000)).toEqual([1, 2, 3]);
    expect(addSeconds(known, [at(3)])).toBe(known);
  });

  it('are kept for as long as charts show them', () => {
    const many = Array.from({ length: WINDOW_S + 20 }, (_, i) => at(i));
    expect(addSeconds(many.slice(0, 10), many.slice(10))).toHaveLength(WINDOW_S);
  });

  it('end at the last that is known, whatever is missing before', () => {
    const seconds = [at(1_000, { calls: 7 }), at(1_002, { calls: 3 })];
    const buckets = secondBuckets(seconds);
    expect(buckets.times).toHaveLength(WINDOW_S);
    expect(buckets.times.at(-1)).toBe(1_002_000);
    expect(buckets.until).toBe(1_003_000);
    expect(valuesOf(seconds, buckets, ({ calls }) => calls).slice(-3)).toEqual([7, null, 3]);
  });

  it('of nothing are none', () => {
    expect(secondBuckets([]).times).toEqual([]);
    expect(pulseOf([])).toMatchObject({ callsPerSecond: null, inFlight: null, calls: 0, p50: null });
  });

  it('have a pulse: a rate of ten seconds, sums of a minute, the last times that were measured', () => {
    const seconds = [
      ...Array.from({ length: 60 }, (_, i) => at(i)),
      ...Array.from({ length: 10 }, (_, i) => at(60 + i, { calls: 3, errors: 1, latency_p50_ms: null, latency_p95_ms: null })),
    ];
    expect(pulseOf(seconds)).toEqual({
      callsPerSecond: 3,
      inFlight: 2,
      calls: 80,
      errors: 10,
      tokens: 900,
      costUsd: 30,
      p50: 100,
      p95: 200,
    });
  });
});
