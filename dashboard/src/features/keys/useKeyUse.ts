// What was used with keys, by fingerprint.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { usageQuery } from '@/api/usage';
import { groupRows, rowKey } from '@/features/figures/groupRows';
import { addFilter } from '@/view/filters';
import { useView } from '@/view/useView';

import { REFUSED } from './keyFigures';
import { SEEN_RANGE, SEEN_ROWS, seenByKey } from './seen';

export const USE_METRICS = ['calls', 'cost_usd', 'users', 'error_rate', 'rate_limited', 'total_tokens'] as const;
const KEY_COLUMNS = ['api_key', 'api_key_label'] as const;
const ALL = 10_000;

/** Calls whose key was refused, by row. */
export function useRefused() {
  const { range, filters } = useView();
  const { data } = useQuery(
    usageQuery('slow', {
      metrics: ['calls'],
      range,
      filters: REFUSED.reduce((list, filter) => addFilter(list, filter), [...filters]),
      groupBy: KEY_COLUMNS,
      limit: ALL,
    }),
  );
  return useMemo(
    () => (data === undefined ? null : new Map(groupRows(data, 2).map((row) => [rowKey(row), row.figures.calls ?? 0]))),
    [data],
  );
}

/** First and last day, whatever the page's range and filters. */
export function useSeen() {
  const { data } = useQuery(
    usageQuery('calm', { metrics: ['calls'], range: SEEN_RANGE, filters: [], groupBy: ['api_key'], interval: '1d', limit: SEEN_ROWS }),
  );
  return useMemo(() => (data === undefined ? null : seenByKey(data)), [data]);
}
