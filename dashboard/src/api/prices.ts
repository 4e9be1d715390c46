import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import type { Range } from '@/view/range';

import { api, type RecalculationOrder } from './client';
import type { Recalculation } from './types';
import { usageKey } from './usage';

const KEY = 'prices';
export const PRICES_KEY = [KEY] as const;
const PAGE = 100;
const POLL_MS = 400;

/** The price list, page after page. */
export const pricesQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: [KEY, 'list', search],
    queryFn: ({ pageParam, signal }) => api.prices({ search, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const unpricedQuery = (range: Range) =>
  queryOptions({
    queryKey: [KEY, 'unpriced', range],
    queryFn: ({ signal }) => api.unpriced({ from: range.from, to: range.to }, signal),
    placeholderData: keepPreviousData,
  });

export const ownPricesQuery = queryOptions({
  queryKey: [KEY, 'own'],
  queryFn: ({ signal }) => api.ownPrices(signal),
});

const csrf = async (): Promise<string> => (await api.session()).csrf ?? '';

/** Prices of one's own take their place at once; everything that is shown of prices is asked for again. */
export function useSetOwnPrices() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (text: string) => api.setOwnPrices(text, await csrf()),
    onSuccess: async (own) => {
      client.setQueryData(ownPricesQuery.queryKey, own);
      await client.invalidateQueries({ queryKey: [KEY] });
    },
  });
}

export const changesPrices = (report: Recalculation): boolean => report.kind !== 'dry_run' && report.changed > 0;

/** How the last pricing again goes or went. Figures and lists are asked for again once it has changed something. */
export function useRecalculation() {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['recalculation'],
    queryFn: ({ signal }) => api.recalculation(signal),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? POLL_MS : false),
  });
  const running = query.data?.state === 'running';
  const wasRunning = useRef(false);
  const report = query.data;
  useEffect(() => {
    if (wasRunning.current && !running && report !== undefined && changesPrices(report)) {
      for (const queryKey of [[KEY], usageKey(), ['calls'], ['call'], ['traces'], ['ranking']]) {
        void client.invalidateQueries({ queryKey });
      }
    }
    wasRunning.current = running;
  }, [client, running, report]);
  return query;
}

/** Begins one; how it goes is what useRecalculation tells. */
export function useStartRecalculation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (order: RecalculationOrder) => api.recalculate(order, await csrf()),
    onSuccess: (report) => client.setQueryData(['recalculation'], report),
    onError: () => client.invalidateQueries({ queryKey: ['recalculation'] }),
  });
}
