import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { formatFilter, type Filter } from '@/view/filters';
import { absolute, resolve, type Range } from '@/view/range';

import { api, ApiError, type Params } from './client';
import type { TraceDetail } from './types';
import { usageKey } from './usage';

const PAGE = 50;
const NEXT_PAGES = 200;
const DAY_MS = 86_400_000;

/** Runs, newest first, page after page; they are asked for again as charts are. */
export function tracesQuery(range: Range, filters: readonly Filter[]) {
  const params: Params = { from: range.from, to: range.to, filter: filters.map(formatFilter) };
  return infiniteQueryOptions({
    queryKey: [...usageKey('slow'), 'traces', params],
    queryFn: ({ pageParam, signal }) =>
      api.traces({ ...params, cursor: pageParam, limit: pageParam === '' ? PAGE : NEXT_PAGES }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    gcTime: 30_000,
  });
}

/** A run is looked for around the range on show first: that is faster than to search everything. */
async function findTrace(id: string, range: Range, signal: AbortSignal): Promise<TraceDetail> {
  const span = resolve(range, Date.now());
  const near = absolute(span.from - DAY_MS, span.to + DAY_MS);
  try {
    return await api.trace(id, { from: near.from, to: near.to }, signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      return api.trace(id, {}, signal);
    }
    throw error;
  }
}

export const traceQuery = (id: string, range: Range) =>
  queryOptions({
    queryKey: ['trace', id],
    queryFn: ({ signal }) => findTrace(id, range, signal),
    staleTime: 5_000,
  });
