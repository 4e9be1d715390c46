import { describe, expect, it } from 'vitest';

import { niceScale, tickIndexes } from './ticks';

const HOUR = 3_600_000;

describe('ticks', () => {
  it('stand at round times and are no more than fit', () => {
    const start = new Date(2026, 2, 1, 0, 15).getTime();
    const times = Array.from({ length: 96 }, (_, i) => start + i * (HOUR / 4));
    const labels = tickIndexes(times, 8).map((i) => new Date(times[i] ?? 0));
    expect(labels.length).toBeGreaterThanOrEqual(4);
    expect(labels.length).toBeLessThanOrEqual(8);
    expect(labels.every((date) => date.getMinutes() === 0 && date.getHours() % 3 === 0)).toBe(true);
  });

  it('fall back to even steps where no bucket is round', () => {
    const times = Array.from({ length: 20 }, (_, i) => new Date(2026, 2, 1, 0, 7, 13).getTime() + i * 7 * 60_000);
    expect(tickIndexes(times, 5)).toEqual([0, 4, 8, 12, 16]);
    expect(tickIndexes([], 5)).toEqual([]);
  });
});

describe('scale', () => {
  it.each([
    [0, 1],
    [3, 3],
    [7, 8],
    [97, 100],
    [1204, 1500],
    [0.034, 0.04],
  ])('for values up to %d ends at %d', (largest, max) => {
    expect(niceScale(largest).max).toBeCloseTo(max, 10);
  });

  it('has whole steps for counts', () => {
    expect(niceScale(1, 1)).toEqual({ max: 1, step: 1 });
    expect(niceScale(2, 1)).toEqual({ max: 2, step: 1 });
  });
});
