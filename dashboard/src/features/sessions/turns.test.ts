import { describe, expect, it } from 'vitest';

import type { SessionCall } from '@/api/types';

import { isBranch, newMessages, sumOf, turnsOf } from './turns';

const call = (id: string, turn: number | null, startS: number, endS: number | null, more: Partial<SessionCall> = {}): SessionCall =>
  ({
    call_id: id,
    turn,
    started_at: new Date(startS * 1_000).toISOString(),
    ended_at: endS === null ? null : new Date(endS * 1_000).toISOString(),
    cost_usd: null,
    ...more,
  }) as SessionCall;

describe('a conversation', () => {
  it('has the calls of one turn together, and the pause before each turn', () => {
    const turns = turnsOf([call('a', 1, 0, 2), call('b', 1, 3, 5), call('c', 2, 65, 70)]);
    expect(turns.map(({ number, calls, pauseUs }) => [number, calls.length, pauseUs])).toEqual([
      [1, 2, null],
      [2, 1, 60_000_000],
    ]);
  });

  it('has no pause where calls overlap, and takes the start of a call without an end', () => {
    const turns = turnsOf([call('a', 1, 0, 9), call('b', 2, 5, null), call('c', 3, 12, 13)]);
    expect(turns.map(({ pauseUs }) => pauseUs)).toEqual([null, 0, 3_000_000]);
  });

  it('keeps calls apart that do not say which turn they are', () => {
    expect(turnsOf([call('a', null, 0, 1), call('b', null, 2, 3)])).toHaveLength(2);
  });

  it('knows a branch: a turn that was there before', () => {
    const turns = turnsOf([call('a', 1, 0, 1), call('b', 2, 2, 3), call('c', 1, 4, 5)]);
    expect(turns.map((_, index) => isBranch(turns, index))).toEqual([false, false, true]);
  });

  it('sums what is known, and nothing to nothing', () => {
    const calls = [call('a', 1, 0, 1, { cost_usd: 0.5 }), call('b', 1, 0, 1), call('c', 1, 0, 1, { cost_usd: 0.25 })];
    expect(sumOf(calls, ({ cost_usd: cost }) => cost)).toBe(0.75);
    expect(sumOf([call('a', 1, 0, 1)], ({ cost_usd: cost }) => cost)).toBeNull();
  });
});

describe('what a request says anew', () => {
  const said = (role: string, text: string) => ({ role, text, media: [], toolCalls: [] });

  it('is what comes after the last answer', () => {
    const input = [said('system', 's'), said('user', '1'), said('assistant', '2'), said('user', '3')];
    expect(newMessages(input).map(({ text }) => text)).toEqual(['3']);
  });

  it('is everything but instructions in a first request', () => {
    expect(newMessages([said('developer', 's'), said('user', '1'), said('user', '2')]).map(({ text }) => text)).toEqual(['1', '2']);
  });

  it('is the results of tools after the call of them', () => {
    const input = [said('user', '1'), said('assistant', ''), said('tool', 'result')];
    expect(newMessages(input).map(({ role }) => role)).toEqual(['tool']);
  });
});
