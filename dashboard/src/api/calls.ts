import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { formatFilter, type Filter } from '@/view/filters';
import type { Range } from '@/view/range';

import { api, type Params } from './client';
import type { CallPage, CallSummary } from './types';

const FIRST_PAGE = 100;
const NEXT_PAGES = 500;

const toParams = (range: Range, filters: readonly Filter[], q: string): Params => ({
  from: range.from,
  to: range.to,
  filter: filters.map(formatFilter),
  q,
});

export const firstCalls = (
  range: Range,
  filters: readonly Filter[],
  q: string,
  signal: AbortSignal,
): Promise<CallPage> => api.calls({ ...toParams(range, filters, q), limit: FIRST_PAGE }, signal);

/** The request log, newest first, page after page. */
export function callsQuery(range: Range, filters: readonly Filter[], q: string) {
  const params = toParams(range, filters, q);
  return infiniteQueryOptions({
    queryKey: ['calls', params],
    queryFn: ({ pageParam, signal }) =>
      api.calls({ ...params, cursor: pageParam, limit: pageParam === '' ? FIRST_PAGE : NEXT_PAGES }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: Infinity,
    gcTime: 30_000,
  });
}

export const callQuery = (id: string) =>
  queryOptions({
    queryKey: ['call', id],
    queryFn: ({ signal }) => api.call(id, signal),
    staleTime: 60_000,
  });

export const startedAt = (call: CallSummary): number | null =>
  call.started_at === null ? null : Date.parse(call.started_at);
