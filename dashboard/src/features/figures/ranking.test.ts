import { describe, expect, it } from 'vitest';

import type { Table } from '@/api/types';

import { rankGroups } from './ranking';

const table = (rows: Table['rows'], names = ['model', 'calls', 'cost_usd']): Table => ({
  columns: names.map((name) => ({ name, type: 'text', unit: '' })),
  rows,
  from: '',
  to: '',
  interval: null,
  source: { rollup: null, from_days_s: 0, from_hours_s: 0, from_calls_s: 86_400 },
  took_ms: 1,
});

const ROWS = [
  ['cheap', 900, 1],
  ['common', 80, 2],
  ['rare', 15, 3],
  ['dear', 5, 94],
  [null, 500, 50],
] as const;
const both = (rows: Table['rows']) => ({ calls: table(rows), cost_usd: table(rows) });

describe('groups with a colour', () => {
  it('are those that are largest by what the chart shows', () => {
    const { calls, cost_usd } = rankGroups(both(ROWS), ['a', 'b', 'c']);
    expect(calls.map((group) => group.value)).toEqual(['cheap', 'common', 'rare']);
    expect(cost_usd.map((group) => group.value)).toEqual(['dear', 'rare', 'common']);
  });

  it('have one colour in both charts, and no two of a chart have the same', () => {
    const ranking = rankGroups(both(ROWS), ['a', 'b', 'c']);
    const colors = ({ calls, cost_usd }: typeof ranking) =>
      [calls, cost_usd].map((groups) => Object.fromEntries(groups.map(({ value, color }) => [value, color])));
    expect(colors(ranking)).toEqual([
      { cheap: 'a', common: 'b', rare: 'c' },
      { dear: 'a', rare: 'c', common: 'b' },
    ]);
  });

  it('are each chart’s own where an answer holds only its largest', () => {
    const byMetric = { calls: table([ROWS[0], ROWS[1]]), cost_usd: table([ROWS[3], ROWS[2]]) };
    const { calls, cost_usd } = rankGroups(byMetric, ['a', 'b']);
    expect(calls.map(({ value, color }) => [value, color])).toEqual([['cheap', 'a'], ['common', 'b']]);
    expect(cost_usd.map(({ value, color }) => [value, color])).toEqual([['dear', 'a'], ['rare', 'b']]);
  });

  it('keep what they are called, and are left out where they have nothing of it', () => {
    const keys = table([['f1', 'sk-…a', 3, null]], ['api_key', 'api_key_label', 'calls', 'cost_usd']);
    const { calls, cost_usd } = rankGroups({ calls: keys, cost_usd: keys }, ['a']);
    expect(calls).toEqual([{ value: 'f1', label: 'sk-…a', color: 'a' }]);
    expect(cost_usd).toEqual([]);
  });
});
