// Which fields are offered for filters and groups, in the order in which people look for them.

/** Measures, with the factor from what people type (ms, dollars, tokens …) to what the API compares. */
export const MEASURES: Readonly<Record<string, { readonly factor: number; readonly unit: string }>> = {
  latency_us: { factor: 1_000, unit: 'ms' },
  ttft_us: { factor: 1_000, unit: 'ms' },
  tpot_us: { factor: 1_000, unit: 'ms' },
  provider_us: { factor: 1_000, unit: 'ms' },
  gateway_us: { factor: 1, unit: 'μs' },
  cost_nano_usd: { factor: 1e9, unit: 'US$' },
  fresh_input_tokens: { factor: 1, unit: '' },
  cached_input_tokens: { factor: 1, unit: '' },
  output_tokens: { factor: 1, unit: '' },
  reasoning_tokens: { factor: 1, unit: '' },
  request_bytes: { factor: 1, unit: 'B' },
  response_bytes: { factor: 1, unit: 'B' },
  turn: { factor: 1, unit: '' },
};

export const isMeasure = (name: string): boolean => Object.hasOwn(MEASURES, name);

export type DimensionGroup = 'groupWho' | 'groupWhat' | 'groupOutcome' | 'groupNumbers' | 'groupOther';

const GROUPS: readonly (readonly [DimensionGroup, readonly string[]])[] = [
  [
    'groupWho',
    [
      'service',
      'team',
      'organization',
      'project',
      'user',
      'api_key',
      'environment',
      'session_id',
      'sdk',
      'client_ip',
      'user_agent',
    ],
  ],
  [
    'groupWhat',
    ['model', 'model_family', 'operation', 'provider', 'upstream', 'upstream_key', 'endpoint', 'model_requested', 'stream', 'service_tier'],
  ],
  [
    'groupOutcome',
    ['status', 'error_type', 'http_status', 'error_code', 'finish_reason', 'cache_hit', 'shadow_limits', 'repairs'],
  ],
];

/** Names of one thing seen twice: only the first is offered. */
const HIDDEN = new Set(['api_key_label', 'method']);

export interface OfferedField {
  readonly name: string;
  readonly group: DimensionGroup;
}

/** What the server knows, sorted into groups; what this list does not know comes last. */
export function offeredFields(dimensions: readonly string[], measures: readonly string[]): OfferedField[] {
  const known = new Set(dimensions);
  const sorted = GROUPS.flatMap(([group, names]) =>
    names.filter((name) => known.has(name)).map((name) => ({ name, group })),
  );
  const listed = new Set(sorted.map((field) => field.name));
  const others = dimensions
    .filter((name) => !listed.has(name) && !HIDDEN.has(name))
    .map((name) => ({ name, group: 'groupOther' as const }));
  const numbers = measures.filter(isMeasure).map((name) => ({ name, group: 'groupNumbers' as const }));
  return [...sorted, ...numbers, ...others];
}

/** Tabs of the breakdown; the rest is under "more". */
export const MAIN_GROUPS = ['model', 'service', 'organization', 'api_key', 'user'] as const;
