// What pages of figures ask for. Figures follow new calls at once, the rest a little later.
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

const NO_FILTERS: readonly Filter[] = [];

/** The filters of the page, and what the page is about besides, unless its reader asks for something else of it. */
export function narrowed(filters: readonly Filter[], about: readonly Filter[]): readonly Filter[] {
  const open = about.filter(({ name }) => filters.every((filter) => filter.name !== name));
  return open.length === 0 ? filters : [...filters, ...open];
}

/** The figures of this period and of the one before. */
export function useFigures(metrics: readonly string[], about = NO_FILTERS) {
  const { range, filters: chosen } = useView();
  const filters = narrowed(chosen, about);
  const [opened] = useState(Date.now);
  const before = useMemo(() => previous(range, opened), [range, opened]);
  return {
    now: useQuery(usageQuery('fast', { metrics, range, filters })),
    before: useQuery(usageQuery('calm', { metrics, range: before, filters })),
  };
}

const NO_BUCKETS: Buckets = { times: [], intervalMs: 0, until: 0 };

export const useBuckets = (table: Table | undefined): Buckets =>
  useMemo(() => (table === undefined ? NO_BUCKETS : bucketsOf(table)), [table]);

/** The same figures over time. */
export function useSeries(metrics: readonly string[], about = NO_FILTERS) {
  const { range, filters } = useView();
  return useQuery(usageQuery('fast', { metrics, range, filters: narrowed(filters, about), interval: 'auto' }));
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
export function useGroupedSeries(groups: readonly TopGroup[], metrics: readonly string[]) {
  const { range, filters, groupBy } = useView();
  const values = new Set(groups.map((group) => group.value));
  const wanted: Filter[] = replaceFilters(
    filters,
    groupBy,
    [...values].map((value) => is(groupBy, value)),
  );
  return useQuery({
    ...usageQuery('slow', {
      metrics,
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
