import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { formatFilter, type Filter } from '@/view/filters';
import type { Range } from '@/view/range';

import { api } from './client';

export const qualityQuery = (range: Range, filters: readonly Filter[]) =>
  queryOptions({
    queryKey: ['quality', range, filters.map(formatFilter)],
    queryFn: ({ signal }) => api.quality({ from: range.from, to: range.to, filter: filters.map(formatFilter) }, signal),
    placeholderData: keepPreviousData,
  });
