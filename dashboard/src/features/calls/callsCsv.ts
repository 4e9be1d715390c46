import type { CallSummary } from '@/api/types';
import type { CsvCell } from '@/components/csv';

/** By the API's names, so that a column means the same everywhere. */
const FIELDS = [
  'call_id',
  'started_at',
  'status',
  'http_status',
  'error_type',
  'error_code',
  'error_message',
  'provider',
  'model',
  'operation',
  'endpoint',
  'stream',
  'organization',
  'project',
  'team',
  'service',
  'environment',
  'user',
  'api_key_label',
  'session_id',
  'latency_us',
  'ttft_us',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost_usd',
  'finish_reason',
  'provider_response_id',
] as const satisfies readonly (keyof CallSummary)[];

export const callsCsv = (calls: readonly CallSummary[]): CsvCell[][] => [
  [...FIELDS],
  ...calls.map((call) => FIELDS.map((field) => call[field])),
];
