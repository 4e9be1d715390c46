// What is spent, on which models, by whom, and what caching saves.
import * as units from '@grafana/grafana-foundation-sdk/units';

import { bars, board, callsLink, lines, number } from './panels.mjs';
import { calls, cost, grown, kAllTokens, share, speed, tokens } from './queries.mjs';

const hourly = (by) => `3600 * ${speed(cost(), by)}`;

function sums(made) {
    return made
        .withPanel(number({ title: 'Spent', about: 'While the board looks; unpriced calls are not in it.', unit: units.Dollars, query: grown(cost()) }))
        .withPanel(number({
            title: 'A day at this pace', about: 'What 24 hours cost if they go on as the time that the board looks at.', unit: units.Dollars,
            query: `86400 * sum(rate(${cost()}[$__range]))`,
        }))
        .withPanel(number({
            title: 'A call', about: 'Mean cost of a call.', unit: units.Dollars, decimals: 5,
            query: `${grown(cost())} / (${grown(calls())} > 0)`,
        }))
        .withPanel(number({
            title: 'A million tokens', about: 'Mean cost of a million tokens, input and output together.', unit: units.Dollars, decimals: 3,
            query: `1e6 * ${grown(cost())} / (${grown(kAllTokens)} > 0)`,
        }))
        .withPanel(number({
            title: 'Input from cache', about: 'Share of the input tokens that the provider had cached.', unit: units.PercentUnit, decimals: 1,
            query: share(grown(tokens('="cached_input"')), grown(tokens('="input"'))),
        }))
        .withPanel(number({
            title: 'Output for thinking', about: 'Share of the output tokens that are reasoning.', unit: units.PercentUnit, decimals: 1,
            query: share(grown(tokens('="reasoning"')), grown(tokens('="output"'))),
        }));
}

const whoPays = (by, title) =>
    lines({
        title, about: 'Dollars an hour at the pace of the moment.', unit: units.Dollars, stack: true,
        queries: [{ expr: hourly(by), legend: `{{${by}}}` }], links: [callsLink({ [by]: by })],
    });

const most = (by, title) =>
    bars({
        title, about: 'The ten that cost most while the board looks.', unit: units.Dollars, width: 8,
        query: { expr: `topk(10, ${grown(cost(), by)})`, legend: `{{${by}}}` }, links: [callsLink({ [by]: by })],
    });

export function costBoard(options) {
    const made = board({
        ...options, name: 'cost', title: 'Cost', page: '',
        description: 'What calls to language models cost, by model, service, team and provider.',
    });
    return sums(made)
        .withPanel(whoPays('model', 'Cost by model'))
        .withPanel(whoPays('service', 'Cost by service'))
        .withPanel(whoPays('team', 'Cost by team'))
        .withPanel(whoPays('provider', 'Cost by provider'))
        .withPanel(most('model', 'Dearest models'))
        .withPanel(most('service', 'Dearest services'))
        .withPanel(most('team', 'Dearest teams'))
        .withPanel(lines({
            title: 'Tokens by model', about: 'Input and output tokens a minute.', unit: units.Short, stack: true,
            queries: [{ expr: `60 * ${speed(kAllTokens, 'model')}`, legend: '{{model}}' }], links: [callsLink({ model: 'model' })],
        }))
        .withPanel(lines({
            title: 'Cost of a million tokens by model', about: 'Input and output together, at the pace of the moment.', unit: units.Dollars,
            queries: [{ expr: `1e6 * ${speed(cost(), 'model')} / (${speed(kAllTokens, 'model')} > 0)`, legend: '{{model}}' }],
        }));
}
