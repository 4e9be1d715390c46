import { describe, expect, it } from 'vitest';

import type { Table } from '@/api/types';

import { bucketsOf, groupedSeries, indexOfMax, remainder, seriesOf, wholeBuckets } from './buckets';

const table = (rows: Table['rows'], names: string[], interval = '1h'): Table => ({
  columns: names.map((name) => ({ name, type: 'number', unit: '' })),
  rows,
  from: '2026-03-01T00:30:00Z',
  to: '2026-03-01T04:10:00Z',
  interval,
  source: { rollup: null, from_days_s: 0, from_hours_s: 0, from_calls_s: 86_400 },
  took_ms: 1,
});

const HOURS = ['00', '01', '02', '03', '04'].map((hour) => Date.parse(`2026-03-01T${hour}:00:00Z`));

describe('buckets', () => {
  it('cover the range, from the bucket that holds its start', () => {
    const buckets = bucketsOf(table([], ['time', 'calls']));
    expect(buckets.times).toEqual(HOURS);
    expect(buckets.until).toBe(Date.parse('2026-03-01T04:10:00Z'));
  });

  it('start where the rows start', () => {
    const rows = [['2026-03-01T01:20:00Z', 1]] as const;
    expect(bucketsOf(table(rows, ['time', 'calls'])).times[0]).toBe(Date.parse('2026-03-01T00:20:00Z'));
  });

  it('are none without an interval, or with too many to draw', () => {
    expect(bucketsOf({ ...table([], []), interval: null }).times).toEqual([]);
    expect(bucketsOf(table([], [], '1s')).times).toEqual([]);
  });
});

describe('series', () => {
  const rows = [
    ['2026-03-01T01:00:00.000000Z', 7, 120],
    ['2026-03-01T03:00:00.000000Z', 2, null],
  ] as const;
  const answer = table(rows, ['time', 'calls', 'latency_p95_ms']);
  const buckets = bucketsOf(answer);

  it('have nothing where no calls were', () => {
    expect(seriesOf(answer, buckets, 'calls', 0)).toEqual([0, 7, 0, 2, 0]);
    expect(seriesOf(answer, buckets, 'latency_p95_ms', null)).toEqual([null, 120, null, null, null]);
    expect(seriesOf(answer, buckets, 'no_such', null)).toEqual([null, null, null, null, null]);
  });

  it('are split by group', () => {
    const grouped = table(
      [
        ['2026-03-01T01:00:00Z', 'a', 5],
        ['2026-03-01T01:00:00Z', null, 2],
        ['2026-03-01T04:00:00Z', 'a', 1],
        ['2025-01-01T00:00:00Z', 'a', 99],
      ],
      ['time', 'model', 'calls'],
    );
    const groups = groupedSeries(grouped, bucketsOf(grouped), 'calls');
    expect(groups.get('a')).toEqual([0, 5, 0, 0, 1]);
    expect(groups.get(null)).toEqual([0, 2, 0, 0, 0]);
  });

  it('leave a remainder that is never negative', () => {
    expect(
      remainder(
        [10, null, 3],
        [
          [4, 0, 3],
          [1, 0, 1],
        ],
      ),
    ).toEqual([5, 0, 0]);
  });

  it('can do without the buckets that are not whole', () => {
    expect(wholeBuckets(buckets, Date.parse(answer.from), [0, 7, 0, 2, 0])).toEqual([7, 0, 2]);
    expect(wholeBuckets(buckets, buckets.times[0] ?? 0, [0, 7, 0, 2, 0])).toEqual([0, 7, 0, 2]);
  });

  it('know their highest point', () => {
    expect(indexOfMax([null, 3, 9, 9])).toBe(2);
    expect(indexOfMax([null])).toBe(-1);
  });
});
