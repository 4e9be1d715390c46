import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import type { Range } from '@/view/range';

import { api } from './client';

const KEY = 'prices';

/** As many as one answer has. */
export const PRICES_SHOWN = 200;

export const pricesQuery = (search: string) =>
  queryOptions({
    queryKey: [KEY, 'list', search],
    queryFn: ({ signal }) => api.prices({ search, limit: PRICES_SHOWN }, signal),
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

/** Prices of one's own take their place at once; everything that is shown of prices is asked for again. */
export function useSetOwnPrices() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (text: string) => {
      const session = await api.session();
      return api.setOwnPrices(text, session.csrf ?? '');
    },
    onSuccess: async (own) => {
      client.setQueryData(ownPricesQuery.queryKey, own);
      await client.invalidateQueries({ queryKey: [KEY] });
    },
  });
}
