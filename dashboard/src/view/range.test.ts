import { describe, expect, it } from 'vitest';

import { isTime, parseDuration, presetOf, previous, resolve } from './range';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('range', () => {
  it('reads durations', () => {
    expect(parseDuration('15m')).toBe(900_000);
    expect(parseDuration('2w')).toBe(1_209_600_000);
    expect(parseDuration('5x')).toBeNull();
  });

  it('tells times from other text', () => {
    expect(['now', '-24h', '2026-03-01T00:00:00Z'].every(isTime)).toBe(true);
    expect(['', '24h', 'yesterday', '2026-99-01T00:00:00Z', '-1y'].some(isTime)).toBe(false);
  });

  it('resolves relative and absolute times', () => {
    expect(resolve({ from: '-1h', to: 'now' }, NOW)).toEqual({ from: NOW - 3_600_000, to: NOW });
    expect(resolve({ from: '2026-03-01T00:00:00Z', to: '-15m' }, NOW)).toEqual({
      from: NOW - 43_200_000,
      to: NOW - 900_000,
    });
  });

  it('knows the period before, moving along where the range does', () => {
    expect(previous({ from: '-24h', to: 'now' }, NOW)).toEqual({ from: '-48h', to: '-24h' });
    expect(previous({ from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' }, NOW)).toEqual({
      from: '2026-02-28T00:00:00.000Z',
      to: '2026-03-01T00:00:00.000Z',
    });
  });

  it('finds the preset', () => {
    expect(presetOf({ from: '-7d', to: 'now' })).toBe('-7d');
    expect(presetOf({ from: '-8d', to: 'now' })).toBeNull();
    expect(presetOf({ from: '-7d', to: '-1d' })).toBeNull();
  });
});
