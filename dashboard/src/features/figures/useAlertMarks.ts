import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { firedQuery } from '@/api/alerts';
import type { Mark } from '@/charts/marks';
import { useMonitorName } from '@/features/alerts/useMonitorName';
import { useView } from '@/view/useView';

/** Alerts that began in the page's range, but for those that the page's filters leave out. */
export function useAlertMarks(): readonly Mark[] {
  const { range, filters, live } = useView();
  const nameOf = useMonitorName();
  const { data } = useQuery(firedQuery(range, live));
  return useMemo(
    () =>
      (data?.items ?? [])
        .filter(({ what, group }) => what === 'fired' && !group.some(({ name, value }) => filters.some((filter) => filter.op === 'is' && filter.name === name && filter.value !== value)))
        .map(({ at, monitor_id, monitor_name, severity }) => ({ at: Date.parse(at), name: nameOf(monitor_id, monitor_name), severity })),
    [data, filters, nameOf],
  );
}
