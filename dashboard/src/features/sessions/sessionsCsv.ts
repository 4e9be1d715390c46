import type { SessionSummary } from '@/api/types';
import type { CsvCell } from '@/components/csv';

const COLUMNS = [
  'session_id',
  'user',
  'service',
  'api_key_label',
  'started_at',
  'ended_at',
  'duration_us',
  'idle_us',
  'turns',
  'calls',
  'repeats',
  'errors',
  'abandoned',
  'input_tokens',
  'output_tokens',
  'cost_usd',
  'outcome',
] as const satisfies readonly (keyof SessionSummary)[];

/** The list as it is loaded, under the API's own names. */
export const sessionsCsv = (rows: readonly SessionSummary[]): CsvCell[][] => [
  [...COLUMNS, 'models'],
  ...rows.map((row) => [...COLUMNS.map((column) => row[column]), row.models.join(' ')]),
];
