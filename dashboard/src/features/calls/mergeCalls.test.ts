import { describe, expect, it } from 'vitest';

import type { CallSummary } from '@/api/types';

import { addToTail, mergeCalls } from './mergeCalls';

const call = (id: string, second: number, model = 'm'): CallSummary =>
  ({ call_id: id, started_at: `2026-03-01T00:00:${String(second).padStart(2, '0')}.000000Z`, model }) as CallSummary;
const ids = (calls: readonly CallSummary[]): string => calls.map((one) => one.call_id).join('');

describe('list of calls', () => {
  it('puts what the feed brought where it belongs', () => {
    expect(ids(mergeCalls([call('c', 30), call('e', 50), call('a', 10)], [call('d', 40), call('b', 20)]))).toBe(
      'edcba',
    );
  });

  it('shows a call once, in its newer version', () => {
    const merged = mergeCalls([call('b', 20, 'repaired')], [call('c', 30), call('b', 20), call('a', 10)]);
    expect(ids(merged)).toBe('cba');
    expect(merged[1]?.model).toBe('repaired');
  });

  it('keeps the newest version of a call that comes twice', () => {
    const tail = addToTail(addToTail([], [call('a', 10)]), [call('b', 20), call('a', 10, 'again')]);
    expect(ids(tail)).toBe('ba');
    expect(tail[1]?.model).toBe('again');
  });
});
