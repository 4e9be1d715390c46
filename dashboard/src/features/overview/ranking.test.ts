import { describe, expect, it } from 'vitest';

import type { Table } from '@/api/types';

import { topGroups } from './ranking';

const table = (rows: Table['rows']): Table => ({ columns: [], rows, from: '', to: '', interval: null, took_ms: 1 });

describe('groups with a colour', () => {
  it('are those with most of the calls or of the cost', () => {
    const rows = [
      ['cheap', 900, 1],
      ['common', 80, 2],
      ['rare', 15, 3],
      ['dear', 5, 94],
      [null, 500, 50],
    ] as const;
    expect(topGroups(table(rows), 2).map((group) => group.value)).toEqual(['cheap', 'dear']);
  });

  it('keep what they are called, and do without cost', () => {
    expect(topGroups(table([['f1', 'sk-…a', 3, null]]), 6)).toEqual([{ value: 'f1', label: 'sk-…a' }]);
  });
});
