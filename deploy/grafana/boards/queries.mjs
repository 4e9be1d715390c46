// PromQL over what /metrics has: docs/metrics.md lists it.

/// Label matchers of the variables that a board has. "All" is .*, which fits calls without the label, too.
const kCallsOf = 'model=~"$model",service=~"$service",team=~"$team"';
const kGenAiOf = 'gen_ai_response_model=~"$model",service=~"$service",team=~"$team"';

const selector = (name, matchers) => `${name}{${matchers.filter((one) => one !== '').join(',')}}`;

export const calls = (more = '') => selector('sightglass_calls_total', [kCallsOf, more]);
export const cost = (more = '') => selector('sightglass_cost_usd_total', [kCallsOf, more]);
export const tokens = (type) => selector('sightglass_tokens_total', [kCallsOf, `type${type}`]);
export const kAllTokens = tokens('=~"input|output"');

/// How much a counter grew while the board looks, or a second now.
export const grown = (what, by = '') => `sum${by && ` by (${by}) `}(increase(${what}[$__range]))`;
export const speed = (what, by = '') => `sum${by && ` by (${by}) `}(rate(${what}[$__rate_interval]))`;

/// A sum of nothing is nothing; here it is none.
export const orNone = (query) => `(${query} or vector(0))`;

/// A share of the whole; nothing where there is no whole.
export const share = (part, whole) => `${orNone(part)} / (${whole} > 0)`;

/// A share for each group: groups without the part have 0.
export const shareBy = (part, whole) => `(${part} or 0 * ${whole}) / (${whole} > 0)`;

const kHistograms = {
    duration: 'gen_ai_client_operation_duration_seconds',
    firstToken: 'gen_ai_server_time_to_first_token_seconds',
    tokenTime: 'gen_ai_server_time_per_output_token_seconds',
    usage: 'gen_ai_client_token_usage',
};

const histogram = (name, part, more = '') => selector(`${kHistograms[name]}_${part}`, [kGenAiOf, more]);

/// The quantile of a histogram over `range`, for each of `by`.
export function quantile(q, name, { by = '', range = '$__rate_interval', more = '' } = {}) {
    const buckets = histogram(name, 'bucket', more);
    return `histogram_quantile(${q}, sum by (${['le', by].filter(Boolean).join(', ')}) (rate(${buckets}[${range}])))`;
}

export const bucketsOf = (name) => `sum by (le) (increase(${histogram(name, 'bucket')}[$__rate_interval]))`;

/// A figure of every process, of those that are Sightglass.
export const ofSightglass = (query) => `${query} and on (job, instance) sightglass_build_info`;

export const meanOf = (name, range = '$__rate_interval') =>
    `sum(rate(${histogram(name, 'sum')}[${range}])) / (sum(rate(${histogram(name, 'count')}[${range}])) > 0)`;
