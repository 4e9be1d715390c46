// How near the providers' limits and our own are, and what was refused.
import * as units from '@grafana/grafana-foundation-sdk/units';

import { alarming, bars, board, callsLink, lines, number } from './panels.mjs';
import { calls, grown, orNone, share, speed } from './queries.mjs';

const kLimitOf = 'model=~"$model"';
const kRateLimited = calls('error_type=~"provider_rate_limited|policy_limited|policy_budget"');

/// Used share of the providers' limits, one line an organisation, model, key and kind.
const used = (of) => `1 - sightglass_remaining{${kLimitOf},${of}} / (sightglass_limit{${kLimitOf},${of}} > 0)`;
const kOwnUsed = 'sightglass_own_limit_used / (sightglass_own_limit > 0)';
const kLine = '{{model}} {{api_key}}{{upstream_key}} {{organization}}';
const kOwnLine = '{{name}} {{subject}} ({{of}}, {{mode}})';

function figures(made) {
    const near = alarming(0.8, 0.95);
    return made
        .withPanel(number({
            title: 'Nearest of the providers', about: 'Used share of the limit with the least left.', unit: units.PercentUnit, decimals: 1,
            query: `max(${used('of=~".+"')})`, thresholds: near,
        }))
        .withPanel(number({
            title: 'Provider limits over 80 %', about: 'Lines of organisation, model and key with less than a fifth left.', unit: units.Short, decimals: 0,
            query: orNone(`count((${used('of=~".+"')}) > 0.8)`), thresholds: alarming(1, 5),
        }))
        .withPanel(number({
            title: 'Nearest of our own', about: 'Used share of our own limit with the least left.', unit: units.PercentUnit, decimals: 1,
            query: `max(${kOwnUsed})`, thresholds: near,
        }))
        .withPanel(number({
            title: 'Refused for a limit', about: 'Calls that the provider or we refused while the board looks.', unit: units.Short, decimals: 0,
            query: orNone(grown(kRateLimited)), thresholds: alarming(1, 100),
        }))
        .withPanel(number({
            title: 'Their share', about: 'Of the calls that ended.', unit: units.PercentUnit, decimals: 2,
            query: share(grown(kRateLimited), grown(calls())), thresholds: alarming(0.01, 0.05),
        }))
        .withPanel(number({
            title: 'Refused by our own', about: 'Counted by the limits themselves, with those in shadow mode.', unit: units.Short, decimals: 0,
            query: orNone(grown('sightglass_own_limit_refused_total')), thresholds: alarming(1, 100),
        }));
}

const providerLines = (of, title) =>
    lines({
        title, about: 'Used share, as the provider last said.', unit: units.PercentUnit, max: 1, thresholds: alarming(0.8, 0.95),
        queries: [{ expr: used(`of="${of}"`), legend: kLine }], links: [callsLink({ model: 'model' })],
    });

export function limitsBoard(options) {
    const made = board({
        ...options, name: 'limits', title: 'Limits', page: 'limits',
        description: 'How much is used of what providers allow and of our own limits, and what was refused.',
    });
    return figures(made)
        .withPanel(providerLines('requests', 'Requests: used of what the provider allows'))
        .withPanel(providerLines('tokens', 'Tokens: used of what the provider allows'))
        .withPanel(bars({
            title: 'Left of what the provider allows', about: 'The ten lines with the least left.', unit: units.Short,
            query: { expr: `bottomk(10, sightglass_remaining{${kLimitOf}})`, legend: `{{of}} ${kLine}` }, links: [callsLink({ model: 'model' })],
        }))
        .withPanel(bars({
            title: 'Used of our own limits', about: 'The ten lines nearest to their limit.', unit: units.PercentUnit, max: 1,
            query: { expr: `topk(10, ${kOwnUsed})`, legend: kOwnLine }, thresholds: alarming(0.8, 0.95),
        }))
        .withPanel(lines({
            title: 'Our own limits over time', about: 'Used share of the twenty nearest.', unit: units.PercentUnit, thresholds: alarming(0.8, 0.95),
            queries: [{ expr: `topk(20, ${kOwnUsed})`, legend: kOwnLine }],
        }))
        .withPanel(lines({
            title: 'Refused for a limit', about: 'Calls a second, by who refused and by model.', unit: units.RequestsPerSecond,
            queries: [{ expr: speed(kRateLimited, 'error_type, model'), legend: '{{error_type}} {{model}}' }],
            links: [callsLink({ error_type: 'error_type', model: 'model' })],
        }));
}
