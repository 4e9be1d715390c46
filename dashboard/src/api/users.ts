import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { formatFilter, type Filter } from '@/view/filters';
import type { Range } from '@/view/range';

import { api, change, get, type Params } from './client';
import type { UserPage, UserProfile, UserReport, UserSegments } from './types';
import { usageKey } from './usage';

const PAGE = 50;

export interface UsersQuestion {
  readonly range: Range;
  readonly filters: readonly Filter[];
}

const paramsOf = ({ range, filters }: UsersQuestion): Params => ({ from: range.from, to: range.to, filter: filters.map(formatFilter) });

/** Each answer with names is a line of the audit log: it is not asked for again with each call that comes. */
const keyFor = (names: boolean): readonly string[] => (names ? ['users-by-name'] : usageKey('calm'));

/** Users, page after page. */
export function usersQuery(question: UsersQuestion, segment: string, orderBy: string, names: boolean) {
  const params: Params = { ...paramsOf(question), segment, order_by: orderBy, limit: PAGE, ...(names ? { names: 'true' } : {}) };
  return infiniteQueryOptions({
    queryKey: [...keyFor(names), 'users', params],
    staleTime: names ? Infinity : 0,
    queryFn: ({ pageParam, signal }) => get<UserPage>('/api/v1/users', { ...params, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export function userQuery(id: string, question: UsersQuestion, names: boolean) {
  const params: Params = { ...paramsOf(question), ...(names ? { names: 'true' } : {}) };
  return queryOptions({
    queryKey: [...keyFor(names), 'user', id, params],
    staleTime: names ? Infinity : 0,
    queryFn: ({ signal }) => get<UserProfile>(`/api/v1/users/${encodeURIComponent(id)}`, params, signal),
    placeholderData: keepPreviousData,
  });
}

export function userReportQuery(question: UsersQuestion) {
  const params = paramsOf(question);
  return queryOptions({
    queryKey: [...usageKey('calm'), 'user-report', params],
    queryFn: ({ signal }) => get<UserReport>('/api/v1/user-report', params, signal),
    placeholderData: keepPreviousData,
  });
}

export const segmentsQuery = queryOptions({
  queryKey: ['user-segments'],
  queryFn: ({ signal }) => get<UserSegments>('/api/v1/user-segments', {}, signal),
});

/** Other rules; null are those that came with Sightglass. */
export function useChangeSegments() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (text: string | null) =>
      change<UserSegments>('/api/v1/user-segments', 'PUT', { text }, (await api.session()).csrf ?? ''),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['user-segments'] });
      await client.invalidateQueries({ queryKey: usageKey('calm') });
    },
  });
}
