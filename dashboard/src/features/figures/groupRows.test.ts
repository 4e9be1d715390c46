import { describe, expect, it } from 'vitest';

import type { Table } from '@/api/types';

import { valueOf, type Figure } from './figure';
import { byRow, groupRows, rowKey } from './groupRows';

const table = (names: readonly string[], rows: Table['rows']): Table =>
  ({ columns: names.map((name) => ({ name, type: 'text', unit: '' })), rows, from: '', to: '', took_ms: 0 }) as unknown as Table;

describe('rows of groups', () => {
  it('name the group by the first column and have the metrics by name', () => {
    const [row, unknown] = groupRows(table(['model', 'calls', 'cost_usd'], [['a', 3, 0.5], [null, 1, null]]), 1);
    expect(row).toEqual({ value: 'a', label: null, figures: { calls: 3, cost_usd: 0.5 } });
    expect(unknown).toEqual({ value: null, label: null, figures: { calls: 1, cost_usd: null } });
  });

  it('are told apart where a key had two names', () => {
    const rows = groupRows(table(['api_key', 'api_key_label', 'cost_usd'], [['k', 'old', 1], ['k', 'new', 2], ['k', null, null]]), 2);
    expect(new Set(rows.map(rowKey)).size).toBe(3);
    const costs = byRow(rows, 'cost_usd');
    expect(rows.map((row) => costs.get(rowKey(row)))).toEqual([1, 2, undefined]);
  });
});

describe('a figure', () => {
  const figure = { metric: 'cost_usd' } as Figure;

  it('is the metric of its name', () => {
    expect(valueOf(figure, { cost_usd: 2 })).toBe(2);
    expect(valueOf(figure, {})).toBeNull();
  });

  it('is worked out where it says how', () => {
    const double = { ...figure, of: (figures: Readonly<Record<string, number | null>>) => (figures.calls ?? 0) * 2 };
    expect(valueOf(double, { calls: 4 })).toBe(8);
  });
});
