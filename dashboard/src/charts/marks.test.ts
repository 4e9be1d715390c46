import { describe, expect, it } from 'vitest';

import { placeMarks, type Mark } from './marks';

const buckets = { times: [1_000, 2_000, 3_000], intervalMs: 1_000, until: 4_000 };
const mark = (at: number, name: string, severity: Mark['severity'] = 'warning'): Mark => ({ at, name, severity });

describe('placeMarks', () => {
  it('puts each into the bucket in which it began, and leaves out what is elsewhere', () => {
    expect(placeMarks([mark(3_999, 'late'), mark(1_000, 'first'), mark(999, 'before'), mark(4_000, 'after')], buckets)).toEqual([
      { index: 0, names: ['first'], severity: 'warning' },
      { index: 2, names: ['late'], severity: 'warning' },
    ]);
  });

  it('makes one of a bucket, each name once, as grave as the gravest', () => {
    const marks = [mark(1_100, 'a', 'info'), mark(1_200, 'b', 'critical'), mark(1_300, 'a', 'warning')];
    expect(placeMarks(marks, buckets)).toEqual([{ index: 0, names: ['a', 'b'], severity: 'critical' }]);
  });

  it('knows charts without buckets', () => {
    expect(placeMarks([mark(1_000, 'a')], { times: [], intervalMs: 0, until: 0 })).toEqual([]);
  });
});
