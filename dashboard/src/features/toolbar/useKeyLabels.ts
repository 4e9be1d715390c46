import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { asText, usageQuery } from '@/api/usage';

const RANGE = { from: '-30d', to: 'now' };

/** What people call an API key, by its fingerprint. */
export function useKeyLabels(enabled: boolean): ReadonlyMap<string, string> {
  const query = useQuery({
    ...usageQuery('slow', {
      metrics: ['calls'],
      groupBy: ['api_key', 'api_key_label'],
      range: RANGE,
      filters: [],
      limit: 500,
    }),
    enabled,
    staleTime: 60_000,
  });
  return useMemo(() => {
    const labels = new Map<string, string>();
    for (const row of query.data?.rows ?? []) {
      const key = asText(row[0]);
      const label = asText(row[1]);
      if (key !== null && label !== null && !labels.has(key)) {
        labels.set(key, label);
      }
    }
    return labels;
  }, [query.data]);
}
