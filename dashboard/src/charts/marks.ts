// Moments that stand out on a chart over time: alerts that began, and what somebody wrote down that had changed.
import type { Buckets } from './buckets';

/** 'note': no alert. */
export type MarkSeverity = 'note' | 'info' | 'warning' | 'critical';

export interface Mark {
  /** Milliseconds. */
  readonly at: number;
  readonly name: string;
  readonly severity: MarkSeverity;
}

export interface PlacedMark {
  readonly index: number;
  readonly names: readonly string[];
  readonly severity: MarkSeverity;
}

const ORDER: readonly MarkSeverity[] = ['note', 'info', 'warning', 'critical'];

/** One mark a bucket, as grave as the gravest in it; what lies outside of the chart is left out. */
export function placeMarks(marks: readonly Mark[], { times, intervalMs }: Buckets): PlacedMark[] {
  const placed = new Map<number, PlacedMark>();
  const first = times[0] ?? 0;
  for (const { at, name, severity } of marks) {
    const index = intervalMs > 0 ? Math.floor((at - first) / intervalMs) : -1;
    if (index < 0 || index >= times.length) {
      continue;
    }
    const there = placed.get(index);
    const names = there === undefined || there.names.includes(name) ? (there?.names ?? [name]) : [...there.names, name];
    const graver = there === undefined || ORDER.indexOf(severity) > ORDER.indexOf(there.severity);
    placed.set(index, { index, names, severity: graver ? severity : there.severity });
  }
  return [...placed.values()].sort((a, b) => a.index - b.index);
}
