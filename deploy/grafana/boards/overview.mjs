// What happens now, what it costs, whether it works, and whether Sightglass itself is well.
import * as units from '@grafana/grafana-foundation-sdk/units';

import { alarming, bars, board, callsLink, lines, number, row } from './panels.mjs';
import { calls, cost, grown, kAllTokens, ofSightglass, quantile, share, speed, tokens } from './queries.mjs';

const kErrors = calls('status=~"error|interrupted"');

function now(made) {
    const over = 'while the board looks';
    return made
        .withPanel(number({ title: 'Calls', about: `Calls that ended ${over}.`, unit: units.Short, query: grown(calls()), decimals: 0 }))
        .withPanel(number({ title: 'Cost', about: `What they cost ${over}; unpriced calls are not in it.`, unit: units.Dollars, query: grown(cost()) }))
        .withPanel(number({ title: 'Tokens', about: `Input and output ${over}.`, unit: units.Short, query: grown(kAllTokens) }))
        .withPanel(number({
            title: 'Failed', about: `Share of the calls that did not end well ${over}.`, unit: units.PercentUnit,
            query: share(grown(kErrors), grown(calls())), thresholds: alarming(0.01, 0.05), decimals: 2,
        }))
        .withPanel(number({
            title: 'Duration, p95', about: `19 of 20 calls took less ${over}.`, unit: units.Seconds,
            query: quantile(0.95, 'duration', { range: '$__range' }), thresholds: alarming(15, 60),
        }))
        .withPanel(number({ title: 'In flight', about: 'Calls begun and not ended.', unit: units.Short, query: 'sum(sightglass_in_flight_calls)' }));
}

function traffic(made) {
    return made
        .withPanel(lines({
            title: 'Calls by outcome', about: 'Calls a second.', unit: units.RequestsPerSecond, stack: true,
            queries: [{ expr: speed(calls(), 'status'), legend: '{{status}}' }], links: [callsLink({ status: 'status' })],
        }))
        .withPanel(lines({
            title: 'Cost by model', about: 'Dollars an hour at the pace of the moment.', unit: units.Dollars, stack: true,
            queries: [{ expr: `3600 * ${speed(cost(), 'model')}`, legend: '{{model}}' }], links: [callsLink({ model: 'model' })],
        }))
        .withPanel(lines({
            title: 'Tokens', about: 'Tokens a minute. Cached input is part of input, reasoning part of output.', unit: units.Short,
            queries: [{ expr: `60 * ${speed(tokens('=~".+"'), 'type')}`, legend: '{{type}}' }],
        }))
        .withPanel(lines({
            title: 'Duration of calls', about: 'Half, 19 of 20, and 99 of 100 calls took less.', unit: units.Seconds,
            queries: [0.5, 0.95, 0.99].map((q) => ({ expr: quantile(q, 'duration'), legend: `p${q * 100}` })),
        }))
        .withPanel(lines({
            title: 'Failures by kind', about: 'Failed calls a second, by the kind of error.', unit: units.RequestsPerSecond,
            queries: [{ expr: speed(kErrors, 'error_type'), legend: '{{error_type}}' }],
            links: [callsLink({ error_type: 'error_type' })],
        }))
        .withPanel(bars({
            title: 'Busiest services', about: 'Calls of the ten services that make most.', unit: units.Short, decimals: 0,
            query: { expr: `topk(10, ${grown(calls(), 'service')})`, legend: '{{service}}' }, links: [callsLink({ service: 'service' })],
        }));
}

function itself(made) {
    return made
        .withRow(row('Sightglass itself'))
        .withPanel(number({
            title: 'Behind by', about: 'Age of the oldest record that answers do not know yet.', unit: units.Seconds,
            query: 'max(sightglass_pipeline_lag_seconds)', thresholds: alarming(30, 300),
        }))
        .withPanel(number({
            title: 'Not recorded', about: 'What had to be dropped while the board looks.', unit: units.Short, decimals: 0,
            query: grown('sightglass_dropped_total'), thresholds: alarming(1, 100),
        }))
        .withPanel(number({
            title: 'Added to a call, p99', about: 'Time that the gateway adds; 99 of 100 calls have less.', unit: units.Seconds,
            query: 'histogram_quantile(0.99, sum by (le) (rate(sightglass_gateway_overhead_seconds_bucket[$__range])))',
            thresholds: alarming(0.005, 0.05),
        }))
        .withPanel(number({ title: 'Memory', about: 'Held by the process.', unit: units.BytesIEC, query: `max(${ofSightglass('process_resident_memory_bytes')})` }))
        .withPanel(number({ title: 'Journal on disk', about: 'Size of all segments.', unit: units.BytesIEC, query: 'max(sightglass_journal_disk_bytes)' }))
        .withPanel(number({
            title: 'Processor', about: 'Cores in use.', unit: units.Short, decimals: 2,
            query: `max(${ofSightglass('rate(process_cpu_seconds_total[$__range])')})`,
        }));
}

export function overviewBoard(options) {
    const made = board({
        ...options, name: 'overview', title: 'Overview', page: '',
        description: 'Calls to language models: how many, what they cost, how long they take, what fails.',
    });
    return itself(traffic(now(made)));
}
