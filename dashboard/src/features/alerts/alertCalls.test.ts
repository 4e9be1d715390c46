import { describe, expect, it } from 'vitest';

import { is } from '@/view/filters';

import { callsOf, filtersOf, groupText, NEW, timeOf, timeOfEvent, toMonitor } from './alertCalls';

describe('the calls of an alert', () => {
  it('meet the filters of the monitor and belong to the group', () => {
    const group = [
      { name: 'model', value: 'gpt-4o' },
      { name: 'user', value: '' },
      { name: 'shape', value: 'spike' },
    ];
    expect(callsOf({ filter: 'environment:production', group })).toEqual([
      is('environment', 'production'),
      is('model', 'gpt-4o'),
      { name: 'user', op: 'unknown', value: '' },
    ]);
  });

  it('are filtered by each of several', () => {
    expect(filtersOf('service:a,b,-status:ok,tag:x:1')).toEqual([
      is('service', 'a,b'),
      { name: 'status', op: 'not', value: 'ok' },
      is('tag:x', '1'),
    ]);
    expect(filtersOf('')).toEqual([]);
  });

  it('lie between a window before it began and its end', () => {
    const at = '2026-03-01T12:00:00.000Z';
    expect(timeOf({ window: '5m', since: at })).toEqual({ from: '2026-03-01T11:55:00.000Z', to: 'now' });
    expect(timeOfEvent({ window: '1h', at, began_at: '2026-03-01T11:30:00.000Z' })).toEqual({ from: '2026-03-01T10:30:00.000Z', to: at });
  });

  it('have a group in words', () => {
    expect(groupText([{ name: 'model', value: 'a' }, { name: 'user', value: '' }], '?')).toBe('a · ?');
  });
});

describe('a monitor that was typed', () => {
  it('has what the form knows', () => {
    expect(toMonitor({ ...NEW, name: ' Errors ', groupBy: 'model, service', minCalls: '20' })).toEqual({
      name: 'Errors',
      metric: 'error_rate',
      filter: '',
      group_by: ['model', 'service'],
      window: '5m',
      for: '0s',
      severity: 'warning',
      condition: { op: '>', value: 0.1, min_calls: 20 },
    });
  });
});
