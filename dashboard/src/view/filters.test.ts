import { describe, expect, it } from 'vitest';

import { addFilter, formatFilter, groupFilter, is, parseFilter, replaceFilters, type Filter } from './filters';

describe('filter syntax', () => {
  const cases: [string, Filter][] = [
    ['model:gpt-4o', { name: 'model', op: 'is', value: 'gpt-4o' }],
    ['-status:ok', { name: 'status', op: 'not', value: 'ok' }],
    ['user:*', { name: 'user', op: 'known', value: '' }],
    ['-user:*', { name: 'user', op: 'unknown', value: '' }],
    ['error_message:~quota', { name: 'error_message', op: 'contains', value: 'quota' }],
    ['latency_us:>=1000000', { name: 'latency_us', op: 'atLeast', value: '1000000' }],
    ['latency_us:<=5', { name: 'latency_us', op: 'atMost', value: '5' }],
    ['tag:feature:draft', { name: 'tag:feature', op: 'is', value: 'draft' }],
    ['-tag:feature:*', { name: 'tag:feature', op: 'unknown', value: '' }],
    ['endpoint:/v1/chat:completions', { name: 'endpoint', op: 'is', value: '/v1/chat:completions' }],
  ];

  it.each(cases)('reads and writes %s', (text, filter) => {
    expect(parseFilter(text)).toEqual(filter);
    expect(formatFilter(filter)).toBe(text);
  });

  it.each(['*', '~x', '>=5', '<=5', '\\', 'a,model:b', ''])('keeps the value %j as it is', (value) => {
    for (const op of ['is', 'not'] as const) {
      const filter: Filter = { name: 'user', op, value };
      expect(parseFilter(formatFilter(filter))).toEqual(filter);
    }
  });

  it.each(['', 'model', ':x', 'model:', 'Bad Name:x', '-'])('refuses %j', (text) => {
    expect(parseFilter(text)).toBeNull();
  });
});

describe('changing filters', () => {
  it('keeps several values of one name', () => {
    expect(addFilter([is('model', 'a')], is('model', 'b')).map(formatFilter)).toEqual(['model:a', 'model:b']);
  });

  it('replaces a filter by its opposite', () => {
    expect(addFilter([is('model', 'a')], { name: 'model', op: 'not', value: 'a' }).map(formatFilter)).toEqual([
      '-model:a',
    ]);
    expect(addFilter([is('user', 'a')], groupFilter('user', null)).map(formatFilter)).toEqual(['-user:*']);
  });

  it('keeps one lower bound', () => {
    const filters: Filter[] = [
      { name: 'latency_us', op: 'atLeast', value: '1' },
      { name: 'latency_us', op: 'atMost', value: '9' },
    ];
    expect(addFilter(filters, { name: 'latency_us', op: 'atLeast', value: '5' }).map(formatFilter)).toEqual([
      'latency_us:<=9',
      'latency_us:>=5',
    ]);
  });

  it('replaces what is asked of one name', () => {
    expect(replaceFilters([is('model', 'a'), is('user', 'u')], 'model', [is('model', 'b')]).map(formatFilter)).toEqual([
      'user:u',
      'model:b',
    ]);
  });
});
