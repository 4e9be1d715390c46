// Everything the Overview asks for. Figures follow new calls at once, the rest a little later.
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';

import type { Table } from '@/api/types';
import { usageQuery } from '@/api/usage';
import { bucketsOf, type Buckets } from '@/charts/buckets';
import { SERIES_TOKENS } from '@/charts/colors';
import { is, replaceFilters, type Filter } from '@/view/filters';
import { previous } from '@/view/range';
import { useView } from '@/view/useView';

import { rankGroups, type RankedMetric, type Ranking, type TopGroup } from './ranking';

export const KPI_METRICS = [
  'calls',
  'calls_per_min',
  'errors',
  'error_rate',
  'cost_usd',
  'cost_per_call_usd',
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'latency_p50_ms',
  'latency_p95_ms',
  'users',
  'keys',
] as const;

export const SERIES_METRICS = [
  'calls',
  'error_rate',
  'cost_usd',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'total_tokens',
  'latency_p50_ms',
  'latency_p95_ms',
  'ttft_p50_ms',
  'users',
] as const;

/** The figures of this period and of the one before. */
export function useFigures() {
  const { range, filters } = useView();
  const [opened] = useState(Date.now);
  const before = useMemo(() => previous(range, opened), [range, opened]);
  return {
    now: useQuery(usageQuery('fast', { metrics: KPI_METRICS, range, filters })),
    before: useQuery(usageQuery('calm', { metrics: KPI_METRICS, range: before, filters })),
  };
}

const NO_BUCKETS: Buckets = { times: [], intervalMs: 0, until: 0 };

export const useBuckets = (table: Table | undefined): Buckets =>
  useMemo(() => (table === undefined ? NO_BUCKETS : bucketsOf(table)), [table]);

/** The same figures over time. */
export function useSeries() {
  const { range, filters } = useView();
  return useQuery(usageQuery('fast', { metrics: SERIES_METRICS, range, filters, interval: 'auto' }));
}

/** What an API key is called comes with it. */
export const groupColumns = (dimension: string): readonly string[] =>
  dimension === 'api_key' ? ['api_key', 'api_key_label'] : [dimension];

/** Colours would jump if the ranking were asked for with every call. */
const RANKING_MS = 60_000;

export type SeriesToken = (typeof SERIES_TOKENS)[number];
export type ColoredGroup = TopGroup<SeriesToken>;

const NO_GROUPS: Ranking<SeriesToken> = { calls: [], cost_usd: [] };

/** The largest groups by one metric. The one whose value is unknown may be among them, and gets no colour. */
function useLargest(metric: RankedMetric) {
  const { range, filters, groupBy } = useView();
  const question = usageQuery('slow', {
    metrics: [metric],
    range,
    filters,
    groupBy: groupColumns(groupBy),
    orderBy: `-${metric}`,
    limit: SERIES_TOKENS.length + 1,
  });
  return useQuery(
    queryOptions({
      ...question,
      queryKey: ['ranking', ...question.queryKey],
      staleTime: RANKING_MS,
      refetchInterval: RANKING_MS,
      placeholderData: undefined,
    }),
  ).data;
}

/** The largest groups of each chart, which get a colour of their own. */
export function useTopGroups(): Ranking<SeriesToken> {
  const calls = useLargest('calls');
  const cost = useLargest('cost_usd');
  return useMemo(
    () =>
      calls === undefined || cost === undefined ? NO_GROUPS : rankGroups({ calls, cost_usd: cost }, SERIES_TOKENS),
    [calls, cost],
  );
}

/** The groups over time. */
export function useGroupedSeries(ranking: Ranking) {
  const { range, filters, groupBy } = useView();
  const values = new Set([...ranking.calls, ...ranking.cost_usd].map((group) => group.value));
  const wanted: Filter[] = replaceFilters(
    filters,
    groupBy,
    [...values].map((value) => is(groupBy, value)),
  );
  return useQuery({
    ...usageQuery('slow', {
      metrics: ['calls', 'cost_usd'],
      range,
      filters: wanted,
      groupBy: [groupBy],
      interval: 'auto',
      limit: 10_000,
    }),
    enabled: values.size > 0,
    placeholderData: keepPreviousData,
  });
}
