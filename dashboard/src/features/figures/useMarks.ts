import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { annotationMarksQuery } from '@/api/cases';
import type { Mark } from '@/charts/marks';
import { formatFilter } from '@/view/filters';
import { useView } from '@/view/useView';

import { useAlertMarks } from './useAlertMarks';

/** What stands out in the page's range: alerts that began, and what somebody wrote down that had changed. */
export function useMarks(): readonly Mark[] {
  const { range, filters, live } = useView();
  const alerts = useAlertMarks();
  const { data } = useQuery(annotationMarksQuery(range, live));
  return useMemo(() => {
    const names = new Set(filters.filter(({ op }) => op === 'is').map(({ name }) => name));
    const wanted = new Set(filters.map(formatFilter));
    // An annotation about another service than the page's has no business there.
    const elsewhere = (filter: string) => names.has(filter.split(':')[0] ?? '') && !filter.startsWith('-') && !wanted.has(filter);
    const notes = (data?.items ?? [])
      .filter((annotation) => !annotation.filters.some(elsewhere))
      .map(({ at, name }) => ({ at: Date.parse(at), name, severity: 'note' as const }));
    return [...alerts, ...notes];
  }, [alerts, data, filters]);
}
