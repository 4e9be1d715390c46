// From an alert to its calls, and from what is typed to a monitor.
import type { Alert, AlertEvent, AlertGroup, NewMonitor, Severity } from '@/api/alertTypes';
import { groupFilter, parseFilter, type Filter } from '@/view/filters';
import { absolute, parseDuration, type Range } from '@/view/range';

/** Parts of a group that are no fields of calls: the shape of an anomaly, the limit of headroom. */
const isField = (name: string): boolean => name !== 'shape' && name !== 'limit' && name !== 'of';

/** The filters of a monitor, as the API writes them in one text. A comma stands between two where a name follows it. */
export const filtersOf = (text: string): Filter[] =>
  text
    .split(/,(?=-?(?:tag:[^:,]+|[a-z][a-z0-9_]*):)/)
    .map((part) => parseFilter(part.trim()))
    .filter((filter): filter is Filter => filter !== null);

/** The calls that an alert is about. */
export const callsOf = (alert: Pick<Alert, 'filter' | 'group'>): Filter[] => [
  ...filtersOf(alert.filter),
  ...alert.group.filter(({ name }) => isField(name)).map(({ name, value }) => groupFilter(name, value === '' ? null : value)),
];

/** From one window before it began until it ended, or until now. */
export function timeOf(alert: Pick<Alert, 'window' | 'since'>): Range {
  const from = Date.parse(alert.since) - (parseDuration(alert.window) ?? 0);
  return { from: new Date(from).toISOString(), to: 'now' };
}

export function timeOfEvent(event: Pick<AlertEvent, 'window' | 'at' | 'began_at'>): Range {
  const end = Date.parse(event.at);
  return absolute(Date.parse(event.began_at ?? event.at) - (parseDuration(event.window) ?? 0), end);
}

export const groupText = (group: AlertGroup, unknown: string): string => group.map(({ value }) => (value === '' ? unknown : value)).join(' · ');

/** What the form has; texts as they were typed. */
export interface Draft {
  readonly name: string;
  readonly metric: string;
  readonly filter: string;
  readonly groupBy: string;
  readonly window: string;
  readonly op: '>' | '<';
  readonly value: string;
  readonly minCalls: string;
  readonly for: string;
  readonly severity: Severity;
}

export const NEW: Draft = {
  name: '',
  metric: 'error_rate',
  filter: '',
  groupBy: '',
  window: '5m',
  op: '>',
  value: '0.1',
  minCalls: '',
  for: '0s',
  severity: 'warning',
};

/** The members that the form knows; what else a monitor has stays as it is. */
export const toMonitor = (draft: Draft): NewMonitor => ({
  name: draft.name.trim(),
  metric: draft.metric,
  filter: draft.filter.trim(),
  group_by: draft.groupBy.split(/[\s,]+/).filter((name) => name !== ''),
  window: draft.window.trim(),
  for: draft.for.trim(),
  severity: draft.severity,
  condition: {
    op: draft.op,
    value: Number(draft.value),
    ...(draft.minCalls.trim() === '' ? {} : { min_calls: Number(draft.minCalls) }),
  },
});
