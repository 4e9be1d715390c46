import type { Table } from '@/api/types';
import { asNumber, asText } from '@/api/usage';

export const METRICS = [
  'calls',
  'total_tokens',
  'cost_usd',
  'error_rate',
  'latency_p50_ms',
  'latency_p95_ms',
  'input_tokens',
  'output_tokens',
] as const;
export type BreakdownMetric = (typeof METRICS)[number];

export const DEFAULT_ORDER = '-calls';

export interface BreakdownRow {
  /** Null is the group whose value is unknown. */
  readonly value: string | null;
  readonly label: string | null;
  readonly figures: Readonly<Record<BreakdownMetric, number | null>>;
}

export function breakdownRows(table: Table): BreakdownRow[] {
  const dimensions = table.columns.length - METRICS.length;
  return table.rows.map((row) => ({
    value: asText(row[0]),
    label: dimensions > 1 ? asText(row[1]) : null,
    figures: Object.fromEntries(METRICS.map((metric, i) => [metric, asNumber(row[dimensions + i])])) as Record<
      BreakdownMetric,
      number | null
    >,
  }));
}
