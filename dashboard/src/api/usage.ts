// Questions about usage. Keys start with "usage" and how soon the answer has to follow new calls, so that the live feed can
// refresh the figures at once and what is costlier a little later.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { formatFilter, type Filter } from '@/view/filters';
import type { Range } from '@/view/range';

import { api, type Params } from './client';
import type { Cell, Table } from './types';

export type Pace = 'fast' | 'slow' | 'calm';

export interface Question {
  readonly metrics: readonly string[];
  readonly range: Range;
  readonly filters: readonly Filter[];
  readonly groupBy?: readonly string[];
  readonly interval?: string;
  readonly orderBy?: string;
  readonly limit?: number;
}

export const usageKey = (pace?: Pace): readonly string[] => (pace === undefined ? ['usage'] : ['usage', pace]);

const toParams = (question: Question): Params => ({
  metrics: question.metrics.join(','),
  group_by: question.groupBy?.join(','),
  interval: question.interval,
  from: question.range.from,
  to: question.range.to,
  filter: question.filters.map(formatFilter),
  order_by: question.orderBy,
  limit: question.limit,
});

export function usageQuery(pace: Pace, question: Question) {
  const params = toParams(question);
  return queryOptions({
    queryKey: [...usageKey(pace), 'query', params],
    queryFn: ({ signal }) => api.query(params, signal),
    placeholderData: keepPreviousData,
  });
}

export function distributionQuery(metric: 'latency_ms' | 'ttft_ms', range: Range, filters: readonly Filter[]) {
  const params: Params = {
    metric,
    interval: 'auto',
    from: range.from,
    to: range.to,
    filter: filters.map(formatFilter),
  };
  return queryOptions({
    queryKey: [...usageKey('slow'), 'distribution', params],
    queryFn: ({ signal }) => api.distribution(params, signal),
    placeholderData: keepPreviousData,
  });
}

export const catalogueQuery = queryOptions({
  queryKey: ['catalogue'],
  queryFn: ({ signal }) => api.catalogue(signal),
  staleTime: Infinity,
});

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => api.status(signal),
  staleTime: 30_000,
  refetchInterval: 30_000,
});

/** Where a column stands; -1 where the answer has none of that name. */
export const columnIndex = (table: Table, name: string): number =>
  table.columns.findIndex((column) => column.name === name);

export const asNumber = (cell: Cell | undefined): number | null => (typeof cell === 'number' ? cell : null);
export const asText = (cell: Cell | undefined): string | null =>
  cell === null || cell === undefined ? null : String(cell);

/** The one row of an answer without groups, by metric. */
export function onlyRow(table: Table | undefined): Readonly<Record<string, number | null>> {
  const row = table?.rows[0];
  return Object.fromEntries((table?.columns ?? []).map((column, index) => [column.name, asNumber(row?.[index])]));
}
