// Keys that are used as no owner would.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { get } from './client';
import type { components } from './schema.gen';

const EVERY_MS = 30_000;

export const misusedKeysQuery = (live: boolean) =>
  queryOptions({
    queryKey: ['misused-keys'],
    queryFn: ({ signal }) => get<components['schemas']['KeyUsePage']>('/api/v1/misused-keys', {}, signal),
    refetchInterval: live ? EVERY_MS : false,
    placeholderData: keepPreviousData,
  });
