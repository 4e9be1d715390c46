import { describe, expect, it } from 'vitest';

import type { Limit } from '@/api/types';

import { firstToEnd, ownLimits, providerLimits, shareOf, strainOf } from './limitLines';

const limit = (more: Partial<Limit>): Limit => ({
  kind: 'provider',
  name: null,
  mode: null,
  subject: null,
  provider: 'openai',
  organization: 'org',
  model: 'm',
  api_key: 'k',
  upstream_key: null,
  of: 'requests',
  limit: 100,
  used: 10,
  remaining: 90,
  percent_used: 10,
  per_minute: 10,
  reset_s: 6,
  minutes_to_429: null,
  refused: null,
  at: null,
  ...more,
});

describe('limits', () => {
  it('of requests and of tokens stand side by side, one line a key and model', () => {
    const lines = providerLimits([limit({}), limit({ of: 'tokens', percent_used: 40 }), limit({ model: 'other' })]);
    expect(lines.map((line) => [line.model, line.requests?.of, line.tokens?.percent_used])).toEqual([
      ['m', 'requests', 40],
      ['other', 'requests', undefined],
    ]);
  });

  it('that run out first come first, then those that are used most', () => {
    const lines = providerLimits([
      limit({ model: 'idle' }),
      limit({ model: 'busy', percent_used: 90 }),
      limit({ model: 'ending', percent_used: 60, minutes_to_429: 3 }),
      limit({ model: 'ending later', percent_used: 60, minutes_to_429: 30 }),
    ]);
    expect(lines.map((line) => line.model)).toEqual(['ending', 'ending later', 'busy', 'idle']);
  });

  it('of our own are apart', () => {
    const all = [limit({}), limit({ kind: 'own', name: 'b' }), limit({ kind: 'own', name: 'a', percent_used: 99 })];
    expect(ownLimits(all).map((one) => one.name)).toEqual(['a', 'b']);
    expect(providerLimits(all)).toHaveLength(1);
  });

  it('are calm, near or full', () => {
    expect([0, 0.749, 0.75, 0.949, 0.95, 1.2].map(strainOf)).toEqual([
      'calm',
      'calm',
      'near',
      'near',
      'full',
      'full',
    ]);
  });

  it('of providers are used by the last minute, or by what is gone where that is more', () => {
    expect(shareOf(limit({ percent_used: 1, per_minute: 40 }))).toBe(0.4);
    expect(shareOf(limit({ percent_used: 90, per_minute: 40 }))).toBe(0.9);
    expect(shareOf(limit({ kind: 'own', percent_used: 1, per_minute: 40 }))).toBe(0.01);
    expect(shareOf(limit({ limit: null, percent_used: null }))).toBe(0);
  });

  it('that are not reached at the present rate do not end', () => {
    expect(firstToEnd([limit({})])).toBeNull();
    expect(firstToEnd([limit({ minutes_to_429: 9 }), limit({ minutes_to_429: 2, model: 'x' })])?.model).toBe('x');
  });
});
