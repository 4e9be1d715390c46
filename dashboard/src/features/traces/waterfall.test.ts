import { describe, expect, it } from 'vitest';

import type { TraceNode } from '@/api/types';

import { extentOf, rangeOf, waterfallOf } from './waterfall';

function node(id: string, parent: string | null, startMs: number, lastedMs: number, more: Partial<TraceNode> = {}): TraceNode {
  return {
    id,
    parent_id: parent,
    depth: parent === null ? 0 : 1,
    kind: 'agent',
    name: id,
    subject: null,
    service: null,
    status: 'ok',
    error_message: null,
    started_at: new Date(1_800_000_000_000 + startMs).toISOString().replace('Z', '000Z'),
    ended_at: null,
    duration_us: lastedMs * 1000,
    sources: ['otlp'],
    call: null,
    ...more,
  };
}

const call = (tokens: number | null, cost: number | null, ttft: number | null = null): Partial<TraceNode> => ({
  kind: 'call',
  call: {
    call_id: '0190aaaa-0000-7000-8000-000000000001',
    operation: 'chat',
    provider: 'openai',
    model: 'gpt-4o',
    http_status: null,
    error_type: null,
    ttft_us: ttft,
    input_tokens: null,
    output_tokens: null,
    total_tokens: tokens,
    cost_nano_usd: null,
    cost_usd: cost,
    user: null,
    session_id: null,
  },
});

describe('waterfall', () => {
  it('places each part within the whole', () => {
    const rows = waterfallOf([node('a', null, 0, 1000), node('b', 'a', 250, 500, call(10, 0.5, 125_000))]);
    expect(rows[0]?.bar).toEqual({ start: 0, length: 1, waiting: null });
    expect(rows[1]?.bar).toEqual({ start: 0.25, length: 0.5, waiting: 0.25 });
  });

  it('sums up the calls within each step, and knows unknown from nothing', () => {
    const rows = waterfallOf([
      node('a', null, 0, 100),
      node('b', 'a', 0, 50),
      node('c', 'b', 0, 10, call(10, 0.5)),
      node('d', 'b', 20, 10, call(null, 0.25)),
      node('e', 'a', 60, 10),
    ]);
    expect(rows.map((row) => row.use)).toEqual([
      { calls: 2, tokens: 10, cost: 0.75 },
      { calls: 2, tokens: 10, cost: 0.75 },
      { calls: 1, tokens: 10, cost: 0.5 },
      { calls: 1, tokens: null, cost: 0.25 },
      { calls: 0, tokens: null, cost: null },
    ]);
  });

  it('counts microseconds', () => {
    const early = node('a', null, 0, 0, { started_at: '2027-01-15T08:00:00.000001Z', duration_us: 1 });
    const late = node('b', null, 0, 0, { started_at: '2027-01-15T08:00:00.000003Z', duration_us: 2 });
    expect(extentOf([early, late]).length).toBe(4);
  });

  it('goes without parts that have no time', () => {
    expect(extentOf([])).toEqual({ start: 0, length: 0 });
    expect(waterfallOf([node('a', null, 0, 0, { started_at: null })])[0]?.bar).toBeNull();
  });

  it('leads to calls up to the end', () => {
    const range = rangeOf({ started_at: '2027-01-15T08:00:00.500000Z', ended_at: '2027-01-15T08:00:02.000000Z' });
    expect(range).toEqual({ from: '2027-01-15T08:00:00.500Z', to: '2027-01-15T08:00:03.000Z' });
  });
});
