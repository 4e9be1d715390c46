import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';

import { formatFilter, type Filter } from '@/view/filters';
import { absolute, resolve, type Range } from '@/view/range';

import { api, ApiError, type Params } from './client';
import type { SessionDetail } from './types';
import { usageKey } from './usage';

/** What the server ranks conversations by; all but the first have the largest first. */
export const SESSION_ORDERS = ['newest', 'length', 'turns', 'calls', 'errors', 'tokens', 'cost'] as const;
export type SessionOrder = (typeof SESSION_ORDERS)[number];

const PAGE = 50;
const NEXT_PAGES = 200;
const DAY_MS = 86_400_000;

/** Conversations, page after page; they are asked for again as charts are. */
export function sessionsQuery(range: Range, filters: readonly Filter[], order: SessionOrder) {
  const params: Params = { from: range.from, to: range.to, filter: filters.map(formatFilter), order_by: order };
  return infiniteQueryOptions({
    queryKey: [...usageKey('slow'), 'sessions', params],
    queryFn: ({ pageParam, signal }) =>
      api.sessions({ ...params, cursor: pageParam, limit: pageParam === '' ? PAGE : NEXT_PAGES }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  });
}

/** A conversation is looked for around the range on show first: that is faster than to search everything. */
async function findConversation(id: string, range: Range, signal: AbortSignal): Promise<SessionDetail> {
  const span = resolve(range, Date.now());
  const near = absolute(span.from - DAY_MS, span.to + DAY_MS);
  try {
    return await api.conversation(id, { from: near.from, to: near.to }, signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      return api.conversation(id, {}, signal);
    }
    throw error;
  }
}

export const conversationQuery = (id: string, range: Range) =>
  queryOptions({
    queryKey: ['conversation', id],
    queryFn: ({ signal }) => findConversation(id, range, signal),
    staleTime: 5_000,
  });
