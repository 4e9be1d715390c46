import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api } from './client';

const EVERY_MS = 5_000;

export const LIMITS_KEY = ['limits'] as const;

/** What is used of limits now; asked for again and again while the page is live. */
export const limitsQuery = (live: boolean) =>
  queryOptions({
    queryKey: LIMITS_KEY,
    queryFn: ({ signal }) => api.limits(signal),
    refetchInterval: live ? EVERY_MS : false,
    placeholderData: keepPreviousData,
  });
