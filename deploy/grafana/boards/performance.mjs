// How long calls take, from the first token to the last, and what fails.
import * as units from '@grafana/grafana-foundation-sdk/units';

import { alarming, board, callsLink, lines, number, spread } from './panels.mjs';
import { bucketsOf, calls, grown, meanOf, quantile, share, shareBy, speed } from './queries.mjs';

const kModel = 'gen_ai_response_model';
const kErrors = calls('status=~"error|interrupted"');

function figures(made) {
    const range = '$__range';
    const one = (title, about, query, thresholds) =>
        number({ title, about, unit: units.Seconds, query, thresholds });
    return made
        .withPanel(one('Duration, p50', 'Half of the calls took less.', quantile(0.5, 'duration', { range })))
        .withPanel(one('Duration, p95', '19 of 20 calls took less.', quantile(0.95, 'duration', { range }), alarming(15, 60)))
        .withPanel(one('Duration, mean', 'Mean over all calls.', meanOf('duration', range)))
        .withPanel(one('First token, p95', '19 of 20 streamed calls had it earlier.', quantile(0.95, 'firstToken', { range }), alarming(2, 5)))
        .withPanel(number({
            title: 'Output speed', about: 'Tokens a second of a streamed answer after its first token, in the mean.', unit: 'suffix: tok/s', decimals: 1,
            query: `1 / (${meanOf('tokenTime', range)})`,
        }))
        .withPanel(number({
            title: 'Failed', about: 'Share of the calls that did not end well.', unit: units.PercentUnit, decimals: 2,
            query: share(grown(kErrors), grown(calls())), thresholds: alarming(0.01, 0.05),
        }));
}

const byModel = (title, about, name, thresholds) =>
    lines({
        title, about, unit: units.Seconds, thresholds,
        queries: [{ expr: quantile(0.95, name, { by: kModel }), legend: `{{${kModel}}}` }], links: [callsLink({ [kModel]: 'model' })],
    });

const quantiles = (title, about, name) =>
    lines({
        title, about, unit: units.Seconds,
        queries: [0.5, 0.95, 0.99].map((q) => ({ expr: quantile(q, name), legend: `p${q * 100}` })),
    });

function times(made) {
    return made
        .withPanel(quantiles('Duration', 'Half, 19 of 20, and 99 of 100 calls took less.', 'duration'))
        .withPanel(byModel('Duration by model, p95', '19 of 20 calls took less.', 'duration', alarming(15, 60)))
        .withPanel(quantiles('Time to first token', 'Of streamed calls.', 'firstToken'))
        .withPanel(byModel('Time to first token by model, p95', '19 of 20 streamed calls had it earlier.', 'firstToken', alarming(2, 5)))
        .withPanel(quantiles('Time for each token after the first', 'Of streamed calls.', 'tokenTime'))
        .withPanel(spread({ title: 'How durations are spread', about: 'Calls by how long they took.', unit: units.Seconds, query: bucketsOf('duration') }));
}

function failures(made) {
    return made
        .withPanel(lines({
            title: 'Failed share by model', about: 'Of the calls that ended.', unit: units.PercentUnit, thresholds: alarming(0.01, 0.05),
            queries: [{ expr: shareBy(speed(kErrors, 'model'), speed(calls(), 'model')), legend: '{{model}}' }],
            links: [callsLink({ model: 'model' })],
        }))
        .withPanel(lines({
            title: 'Failed share by upstream', about: 'Of the calls that ended.', unit: units.PercentUnit, thresholds: alarming(0.01, 0.05),
            queries: [{ expr: shareBy(speed(kErrors, 'upstream'), speed(calls(), 'upstream')), legend: '{{upstream}}' }],
            links: [callsLink({ upstream: 'upstream' })],
        }))
        .withPanel(lines({
            title: 'Size of calls, p95', about: 'Tokens of one call: 19 of 20 have fewer.', unit: units.Short,
            queries: ['input', 'output'].map((type) => ({
                expr: quantile(0.95, 'usage', { more: `gen_ai_token_type="${type}"` }), legend: type,
            })),
        }))
        .withPanel(lines({
            title: 'Added by the gateway', about: 'Half, and 99 of 100 calls have less.', unit: units.Seconds,
            queries: [0.5, 0.99].map((q) => ({
                expr: `histogram_quantile(${q}, sum by (le) (rate(sightglass_gateway_overhead_seconds_bucket[$__rate_interval])))`,
                legend: `p${q * 100}`,
            })),
        }));
}

export function performanceBoard(options) {
    const made = board({
        ...options, name: 'performance', title: 'Performance', page: 'calls',
        description: 'How long calls to language models take, from the first token to the last, and what fails.',
    });
    return failures(times(figures(made)));
}
