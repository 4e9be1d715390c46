import { describe, expect, it } from 'vitest';

import { fingerprintOf } from '@/api/keys';
import type { Table } from '@/api/types';

import { toNewKey } from './newKey';
import { SEEN_ROWS, seenByKey } from './seen';

const day = (n: number): string => new Date(Date.UTC(2026, 2, n)).toISOString();
const answer = (rows: Table['rows']): Table => ({ columns: [], rows }) as unknown as Table;

describe('when keys were seen', () => {
  it('is the first and the last day with a call', () => {
    const seen = seenByKey(answer([[day(1), 'a', 2], [day(2), 'b', 1], [day(5), 'a', 1], [day(5), null, 1]]));
    expect(seen?.get('a')).toEqual({ first: Date.parse(day(1)), last: Date.parse(day(5)) });
    expect(seen?.get('b')).toEqual({ first: Date.parse(day(2)), last: Date.parse(day(2)) });
    expect(seen?.get(null)?.first).toBe(Date.parse(day(5)));
  });

  it('is unknown where the answer was cut off', () => {
    expect(seenByKey(answer(Array.from({ length: SEEN_ROWS }, () => [day(1), 'a', 1])))).toBeNull();
  });
});

describe('a new key', () => {
  it('has what was typed and leaves out what was not', () => {
    expect(toNewKey({ name: ' ci ', owner: '', models: 'gpt-4o*, o3', usd_per_day: '5', concurrent: ' ' })).toEqual({
      name: 'ci',
      models: ['gpt-4o*', 'o3'],
      limits: { usd_per_day: 5 },
    });
    expect(toNewKey({})).toEqual({});
  });

  it('expires at the end of the day', () => {
    const { expires_at: end } = toNewKey({ expires: '2026-12-31' });
    expect(new Date(end ?? '').getTime()).toBe(new Date(2027, 0, 1).getTime());
  });

  it('is known in calls by its id without hyphens', () => {
    expect(fingerprintOf({ id: '0190aaaa-0000-7000-8000-000000000001' })).toBe('0190aaaa000070008000000000000001');
  });
});
