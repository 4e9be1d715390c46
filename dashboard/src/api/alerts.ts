import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import type { Range } from '@/view/range';

import type { Alert, AlertEvent, AlertPage, Items, Monitor, NewMonitor, NewSilence, Preview, Silence } from './alertTypes';
import { api, change, get } from './client';
import type { Channel, ChannelKinds, ChannelTest, NewChannel } from './types';

const ALERTS = 'alerts';
const EVERY_MS = 5_000;
const MARKS_EVERY_MS = 30_000;
const MOST = 200;

const asked = <T>(part: string, path: string, live: boolean, params: Record<string, string | number> = {}) =>
  queryOptions({
    queryKey: [ALERTS, part, params],
    queryFn: ({ signal }) => get<T>(path, params, signal),
    refetchInterval: live ? EVERY_MS : false,
    placeholderData: keepPreviousData,
  });

export const alertsQuery = (live: boolean) => asked<AlertPage>('now', '/api/v1/alerts', live, { limit: MOST });
export const monitorsQuery = (live: boolean) => asked<Items<Monitor>>('monitors', '/api/v1/monitors', live);
export const silencesQuery = (live: boolean) => asked<Items<Silence>>('silences', '/api/v1/silences', live);
export const channelsQuery = (live: boolean) => asked<Items<Channel>>('channels', '/api/v1/channels', live);

export const channelKindsQuery = queryOptions({
  queryKey: ['channelKinds'],
  queryFn: ({ signal }) => get<ChannelKinds>('/api/v1/channel-kinds', {}, signal),
  staleTime: Infinity,
});

/** The newest of what happened to alerts in a range, for the marks of charts. */
export const firedQuery = (range: Range, live: boolean) =>
  queryOptions({
    queryKey: [ALERTS, 'fired', range],
    queryFn: ({ signal }) => get<Items<AlertEvent>>('/api/v1/alerts/history', { from: range.from, to: range.to, limit: MOST }, signal),
    refetchInterval: live ? MARKS_EVERY_MS : false,
    staleTime: MARKS_EVERY_MS,
    placeholderData: keepPreviousData,
  });

/** What happened to alerts, newest first, page after page. */
export const historyQuery = (range: Range) =>
  infiniteQueryOptions({
    queryKey: [ALERTS, 'history', range],
    queryFn: ({ pageParam, signal }) =>
      get<Items<AlertEvent>>('/api/v1/alerts/history', { from: range.from, to: range.to, limit: MOST, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });

const csrf = async (): Promise<string> => (await api.session()).csrf ?? '';
const at = (part: string, id: string): string => `/api/v1/${part}/${encodeURIComponent(id)}`;

/** Changes something and asks again for all that is shown of alerts. */
function useChange<Order, Answer>(apply: (order: Order, csrf: string) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (order: Order) => apply(order, await csrf()),
    onSettled: () => client.invalidateQueries({ queryKey: [ALERTS] }),
  });
}

export const useAcknowledge = () =>
  useChange(({ key, on }: { key: string; on: boolean }, token) =>
    change<Alert>(`${at('alerts', key)}/ack`, on ? 'POST' : 'DELETE', on ? {} : undefined, token),
  );

/** A monitor as it shall be: one that is there where an id is given, else a new one. */
export const useSaveMonitor = () =>
  useChange(({ id, monitor }: { id: string | null; monitor: NewMonitor }, token) =>
    id === null ? change<Monitor>('/api/v1/monitors', 'POST', monitor, token) : change<Monitor>(at('monitors', id), 'PATCH', monitor, token),
  );

export const useRemoveMonitor = () => useChange((id: string, token) => change<Monitor>(at('monitors', id), 'DELETE', undefined, token));
export const useSilence = () => useChange((silence: NewSilence, token) => change<Silence>('/api/v1/silences', 'POST', silence, token));
export const useEndSilence = () => useChange((id: string, token) => change<Silence>(at('silences', id), 'DELETE', undefined, token));
export const useMakeChannel = () => useChange((channel: NewChannel, token) => change<Channel>('/api/v1/channels', 'POST', channel, token));
export const useChangeChannel = () =>
  useChange(({ id, channel }: { id: string; channel: NewChannel }, token) => change<Channel>(at('channels', id), 'PATCH', channel, token));
export const useRemoveChannel = () => useChange((id: string, token) => change<Channel>(at('channels', id), 'DELETE', undefined, token));
export const useTestChannel = () =>
  useChange((id: string, token) => change<ChannelTest>(`${at('channels', id)}/test`, 'POST', {}, token));

/** What a monitor would have found in a range. */
export const usePreview = () =>
  useMutation({
    mutationFn: async ({ monitor, range }: { monitor: NewMonitor; range: Range }) =>
      change<Preview>('/api/v1/monitors/preview', 'POST', { monitor, from: range.from, to: range.to }, await csrf()),
  });
