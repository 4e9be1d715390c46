import { describe, expect, it } from 'vitest';

import { byDay, dayBuckets, dayTime, retentionOf } from './days';

describe('days', () => {
  it('has a bucket for each day, over a change of the clocks as well', () => {
    const buckets = dayBuckets(dayTime('2026-10-27'), 4);
    expect(buckets.times.map((at) => new Date(at).toISOString().slice(0, 10))).toEqual(['2026-10-24', '2026-10-25', '2026-10-26', '2026-10-27']);
    expect(buckets.until).toBe(dayTime('2026-10-28'));
  });

  it('fills days without calls with zero', () => {
    const buckets = dayBuckets(dayTime('2026-01-03'), 3);
    expect(byDay([{ day: '2026-01-01', calls: 5 }, { day: '2026-01-03', calls: 7 }], buckets, ({ calls }) => calls)).toEqual([5, 0, 7]);
  });

  it('has no share of nobody', () => {
    expect(retentionOf(4, [4, 2, 0])).toEqual([1, 0.5, 0]);
    expect(retentionOf(0, [0])).toEqual([null]);
  });
});
