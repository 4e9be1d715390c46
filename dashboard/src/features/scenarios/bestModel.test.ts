import { describe, expect, it } from 'vitest';

import type { Table } from '@/api/types';

import { bestModels } from './bestModel';

const table = (rows: Table['rows']): Table => ({
  columns: ['scenario', 'model', 'satisfaction_rate', 'feedback_count', 'cost_per_call_usd'].map((name) => ({ name, type: 'number', unit: '' })),
  rows,
  from: '2026-01-01T00:00:00Z',
  to: '2026-01-02T00:00:00Z',
  interval: null,
  source: { rollup: null, from_days_s: 0, from_hours_s: 0, from_calls_s: 86_400 },
  took_ms: 1,
}) as unknown as Table;

describe('bestModels', () => {
  it('finds the most satisfaction for a dollar', () => {
    const best = bestModels(
      table([
        ['coding', 'large', 0.9, 50, 0.02],
        ['coding', 'small', 0.8, 50, 0.001],
        ['writing', 'large', 0.9, 50, 0.02],
      ]),
    );
    expect(best.get('coding')?.model).toBe('small');
    expect(best.get('writing')?.model).toBe('large');
  });

  it('passes over what has few opinions, no price or no name', () => {
    const best = bestModels(
      table([
        ['coding', 'few', 1, 4, 0.001],
        ['coding', 'free', 1, 50, 0],
        ['coding', 'unpriced', 1, 50, null],
        ['coding', null, 1, 50, 0.001],
        ['coding', 'unrated', null, 50, 0.001],
      ]),
    );
    expect(best.size).toBe(0);
  });
});
