// A conversation in its turns, and what each call of it says anew.
import type { SessionCall, SessionDetail } from '@/api/types';
import type { Message } from '@/features/calls/messages';
import { is, type Filter } from '@/view/filters';
import { absolute, type Range } from '@/view/range';

export interface Turn {
  readonly key: string;
  /** Null where a call does not say which turn it is. */
  readonly number: number | null;
  readonly calls: readonly SessionCall[];
  /** From the end of what was before to its first call: its user read, thought and wrote. Null for the first. */
  readonly pauseUs: number | null;
}

const micros = (time: string): number => Date.parse(time) * 1_000;
const endOf = (call: SessionCall): number => micros(call.ended_at ?? call.started_at);

/** Calls that follow each other within one turn belong together; a turn that comes again (a branch) stands again. */
export function turnsOf(calls: readonly SessionCall[]): Turn[] {
  const turns: { number: number | null; calls: SessionCall[]; pauseUs: number | null }[] = [];
  let lastEnd: number | null = null;
  for (const call of calls) {
    const last = turns.at(-1);
    if (last !== undefined && call.turn !== null && last.number === call.turn) {
      last.calls.push(call);
    } else {
      const pauseUs = lastEnd === null ? null : Math.max(0, micros(call.started_at) - lastEnd);
      turns.push({ number: call.turn, calls: [call], pauseUs });
    }
    lastEnd = Math.max(lastEnd ?? 0, endOf(call));
  }
  return turns.map((turn) => ({ ...turn, key: turn.calls[0]?.call_id ?? '' }));
}

/** Repeats the words of the turn before: another try, or other words in their place. */
export const isBranch = (turns: readonly Turn[], index: number): boolean =>
  turns[index]?.number !== null && turns.slice(0, index).some((turn) => turn.number === turns[index]?.number);

/**
 * What a request says that those before it did not: a chat sends again all that was said. That is what comes after the
 * model's last words; what instructs the model is left out.
 */
export function newMessages(input: readonly Message[]): readonly Message[] {
  const answered = input.findLastIndex(({ role }) => role === 'assistant' || role === 'model');
  return input.slice(answered + 1).filter(({ role }) => role !== 'system' && role !== 'developer');
}

/** Around all of a conversation. */
export const rangeOf = (session: Pick<SessionDetail, 'started_at' | 'ended_at'>): Range =>
  absolute(Date.parse(session.started_at), Date.parse(session.ended_at) + 1_000);

/** The calls of one conversation. */
export const ofSession = (id: string): readonly Filter[] => [is('session_id', id)];

/** Known parts only; null where nothing is known. */
export function sumOf(calls: readonly SessionCall[], pick: (call: SessionCall) => number | null): number | null {
  const known = calls.map(pick).filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
