import { describe, expect, it } from 'vitest';

import type { Table } from '@/api/types';

import { bucketsOf } from './buckets';
import { colorAt, heatGrid, isDecade, strength } from './heat';

const table: Table = {
  columns: ['time', 'bucket_low', 'bucket_high', 'calls'].map((name) => ({ name, type: 'number', unit: '' })),
  rows: [
    ['2026-03-01T00:00:00Z', 100, 133.35, 4],
    ['2026-03-01T01:00:00Z', 100, 133.35, 1],
    ['2026-03-01T01:00:00Z', 1000, 1333.5, 9],
  ],
  from: '2026-03-01T00:00:00Z',
  to: '2026-03-01T02:00:00Z',
  interval: '1h',
  source: { rollup: null, from_days_s: 0, from_hours_s: 0, from_calls_s: 86_400 },
  took_ms: 1,
};

describe('heat map', () => {
  const grid = heatGrid(table, bucketsOf(table));

  it('has a row for every bucket between the fastest and the slowest', () => {
    expect(grid.rows).toHaveLength(12);
    expect(grid.rows[0]?.low).toBeCloseTo(100, 6);
    expect(grid.rows[8]?.low).toBeCloseTo(1000, 6);
    expect(grid.rows.map(isDecade).filter(Boolean)).toHaveLength(2);
  });

  it('counts every call once', () => {
    expect(grid.counts[0]).toEqual([4, 1]);
    expect(grid.counts[8]).toEqual([0, 9]);
    expect(grid.calls).toBe(14);
    expect(grid.most).toBe(9);
  });

  it('is empty without rows', () => {
    expect(heatGrid({ ...table, rows: [] }, bucketsOf(table)).rows).toEqual([]);
  });

  it('keeps single calls visible', () => {
    expect(strength(0, 1000)).toBe(0);
    expect(strength(1, 1000)).toBeGreaterThan(0.12);
    expect(strength(1000, 1000)).toBeCloseTo(1, 10);
  });

  it('mixes colours', () => {
    expect(colorAt(['#000000', '#ffffff'], 0.5)).toBe('rgb(128, 128, 128)');
    expect(colorAt(['#000000', '#ff0000', '#00ff00'], 1)).toBe('rgb(0, 255, 0)');
    expect(colorAt(['#000000', '#ff0000', '#00ff00'], -3)).toBe('rgb(0, 0, 0)');
  });
});
