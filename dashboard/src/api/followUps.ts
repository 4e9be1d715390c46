import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import type { Range } from '@/view/range';

import { api, change, get } from './client';
import type { FollowUp, FollowUpChange, FollowUpPage, FollowUpReport, FollowUpSettings, NewFollowUp } from './types';

const FOLLOW_UPS = 'follow-ups';
const EVERY_MS = 5_000;
const PAGE = 100;

export const followUpsKey = [FOLLOW_UPS] as const;

/** Those that are to be done, or those that are over; page after page. */
export const followUpsQuery = (state: 'unclosed' | 'closed', live: boolean) =>
  infiniteQueryOptions({
    queryKey: [FOLLOW_UPS, 'list', state],
    queryFn: ({ pageParam, signal }) => get<FollowUpPage>('/api/v1/followups', { state, limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: live ? EVERY_MS : false,
    placeholderData: keepPreviousData,
  });

export const followUpQuery = (id: string) =>
  queryOptions({
    queryKey: [FOLLOW_UPS, 'one', id],
    queryFn: ({ signal }) => get<FollowUp>(`/api/v1/followups/${encodeURIComponent(id)}`, {}, signal),
  });

export const followUpReportQuery = (range: Range) =>
  queryOptions({
    queryKey: [FOLLOW_UPS, 'report', range],
    queryFn: ({ signal }) => get<FollowUpReport>('/api/v1/followup-report', { from: range.from, to: range.to }, signal),
    placeholderData: keepPreviousData,
  });

export const followUpSettingsQuery = queryOptions({
  queryKey: [FOLLOW_UPS, 'settings'],
  queryFn: ({ signal }) => get<FollowUpSettings>('/api/v1/followup-settings', {}, signal),
});

const csrf = async (): Promise<string> => (await api.session()).csrf ?? '';

function useChange<Order, Answer>(apply: (order: Order, csrf: string) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (order: Order) => apply(order, await csrf()),
    onSettled: () => client.invalidateQueries({ queryKey: followUpsKey }),
  });
}

export const useOpenFollowUp = () => useChange((order: NewFollowUp, token) => change<FollowUp>('/api/v1/followups', 'POST', order, token));

export const useChangeFollowUp = (id: string) =>
  useChange((order: FollowUpChange, token) => change<FollowUp>(`/api/v1/followups/${encodeURIComponent(id)}`, 'PATCH', order, token));

export const useChangeFollowUpSettings = () =>
  useChange((order: FollowUpSettings, token) => change<FollowUpSettings>('/api/v1/followup-settings', 'PUT', order, token));

export const useLookForFollowUps = () => useChange((_: void, token) => change<{ opened: number }>('/api/v1/followup-look', 'POST', {}, token));
