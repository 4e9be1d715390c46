import { QueryCache, QueryClient } from '@tanstack/react-query';

import { ApiError } from './client';
import type { Session } from './types';

export const SESSION_KEY = ['session'] as const;
const LOGGED_OUT: Session = { authenticated: false, csrf: null, how: null };

const MAX_RETRIES = 2;

/** Worth another try: the server was away or busy. What it refuses now, it refuses again. */
const mayPass = (error: unknown): boolean => !(error instanceof ApiError) || error.status === 0 || error.status >= 500;

export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      // Whatever page meets it: without a session, the login takes its place.
      onError: (error) => {
        if (error instanceof ApiError && error.status === 401) {
          client.setQueryData(SESSION_KEY, LOGGED_OUT);
        }
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 120_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < MAX_RETRIES && mayPass(error),
        retryDelay: (attempt) => Math.min(1_000 * 2 ** attempt, 8_000),
      },
    },
  });
  return client;
}
