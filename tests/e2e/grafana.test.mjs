// The Grafana boards against a real Prometheus that scrapes the built binary: every panel's query answers, with the series
// that the traffic had, and with the numbers that the API gives.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import yaml from 'yaml';

import { filledIn, kBoards, kGrafanaDir, kPanels, legendLabels, variablesOf } from '../support/boards.mjs';
import { kSourceDir, temporaryFolder } from '../support/places.mjs';
import { PrometheusServer } from '../support/prometheus_server.mjs';
import { isHere } from '../support/receivers.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kModels = ['gpt-4.1', 'gpt-4.1-mini'];
const kServices = ['chat', 'search.v2'];
const kTeams = ['discovery', 'payments'];
const kBehaviours = ['default', 'slow', 'default', 'slow', 'default', 'server_error', 'slow', 'rate_limited'];

const noPrometheus = !isHere('prometheus', '--version') && 'prometheus is not installed';
const noGenerator = !fs.existsSync(path.join(kGrafanaDir, 'node_modules')) && 'scripts/setup did not install the generator';

/// Every model of every service and team, with every behaviour: so that each series is there from the first round on.
const kRound = kModels.flatMap((model) =>
    kServices.flatMap((service, i) => kBehaviours.map((behaviour) => ({ model, service, team: kTeams[i], behaviour }))),
);

async function send(origin, { model, service, team, behaviour }) {
    const response = await fetch(`${origin}/v1/chat/completions`, {
        method: 'POST',
        headers: {
            'content-type': 'application/json',
            authorization: 'Bearer sk-boards',
            'x-sightglass-service': service,
            'x-sightglass-team': team,
            'x-test-behaviour': behaviour,
        },
        body: JSON.stringify({
            model,
            stream: behaviour === 'slow',
            stream_options: behaviour === 'slow' ? { include_usage: true } : undefined,
            messages: [{ role: 'user', content: 'hello' }],
        }),
    });
    await response.arrayBuffer();
}

async function sendRound(server, times) {
    for (let i = 0; i < times; ++i) {
        await Promise.all(kRound.map((call) => send(server.origin, call)));
    }
}

test('the boards are what their generator writes', { skip: noGenerator }, () => {
    const out = temporaryFolder('boards');
    execFileSync(process.execPath, [path.join(kGrafanaDir, 'generate.mjs'), '--out', out]);
    assert.deepEqual(fs.readdirSync(out).sort(), kBoards.map((board) => board.file).sort());
    for (const { file } of kBoards) {
        const committed = fs.readFileSync(path.join(kGrafanaDir, 'dashboards', file), 'utf8');
        assert.ok(fs.readFileSync(path.join(out, file), 'utf8') === committed, `npm run generate changes ${file}`);
    }
});

test('boards and panels are whole: ids, units, words, and only metrics that the manual lists', () => {
    const manual = fs.readFileSync(path.join(kSourceDir, 'docs/metrics.md'), 'utf8');
    const documented = new Set([...manual.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name));
    assert.deepEqual(kBoards.map((board) => board.title.replace('Sightglass: ', '')).sort(),
        ['Cost', 'Limits', 'Overview', 'Performance']);
    for (const board of kBoards) {
        assert.equal(board.id, undefined, 'provisioned boards have no id');
        assert.equal(new Set(board.panels.map((panel) => panel.id)).size, board.panels.length);
        assert.ok(board.links.some((link) => link.url?.startsWith('${sightglass}/ui/')), `${board.uid} leads back`);
    }
    for (const panel of kPanels) {
        const where = `${panel.board}: ${panel.title}`;
        assert.ok(panel.title && panel.description, where);
        assert.ok(panel.fieldConfig?.defaults.unit ?? panel.options?.yAxis?.unit, `${where} has a unit`);
        assert.equal(panel.datasource.uid, '${datasource}', where);
        for (const { expr } of panel.targets) {
            const names = expr.match(/\b(?:sightglass|gen_ai|process)_\w+(?=[{[\s)]|$)/g)
                .filter((name) => !/^gen_ai_(response_model|token_type)$/.test(name));
            for (const name of names) {
                assert.ok([name, name.replace(/_(bucket|sum|count)$/, '')].some((one) => documented.has(one)), `${where}: ${name}`);
            }
        }
    }
});

test('provisioning files fit each other, and Prometheus takes its own', { skip: noPrometheus }, () => {
    const read = (file) => yaml.parse(fs.readFileSync(path.join(kGrafanaDir, 'provisioning', file), 'utf8'));
    const [source] = read('datasources/sightglass.yaml').datasources;
    assert.deepEqual([source.type, source.access, source.url], ['prometheus', 'proxy', '${PROMETHEUS_URL}']);
    const [provider] = read('dashboards/sightglass.yaml').providers;
    assert.deepEqual([provider.type, provider.options.path], ['file', '/var/lib/grafana/dashboards/sightglass']);
    execFileSync('promtool', ['check', 'config', path.join(kGrafanaDir, 'prometheus.yml')], { stdio: 'pipe' });
});

/// Buckets within which a quantile of Prometheus may be the API's, which knows every call.
const kBounds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, Infinity];
const kFirstTokenBounds = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, Infinity];

describe('with a Prometheus that scrapes', { skip: noPrometheus }, () => {
    const world = {};

    /// Three parts: one round so that all series are there, at least two scrapes; the traffic; at least two scrapes more.
    before(async () => {
        const stops = [];
        world.stop = async () => {
            for (const stop of stops.reverse()) {
                await stop();
            }
        };
        const t = { after: (stop) => stops.push(stop) };
        const upstream = await Upstream.startFor(t);
        const server = await Sightglass.startFor(t, {
            upstreams: { openai: upstream.origin },
            config: 'limits:\n  - {name: services, per: service, requests_per_minute: 100000}\n',
        });
        const prometheus = await PrometheusServer.startFor(t, server.ready.http);
        await sendRound(server, 1);
        await server.api.waitForCount(kRound.length);
        const begin = await scrapedTwice(prometheus, kRound.length);
        const from = new Date().toISOString();
        await sendRound(server, 4);
        await server.api.waitForCount(5 * kRound.length);
        const end = await scrapedTwice(prometheus, 5 * kRound.length);
        // Whole seconds, with the two scrapes before the traffic in them and none of before.
        const range = Math.ceil(end - begin);
        const sampled = await prometheus.sampledAt('sightglass_build_info', range, end);
        Object.assign(world, { server, prometheus, from, end, range });
        world.time = { range, rate: range };
        world.slack = range / (sampled.at(-1) - sampled[0]);
        const metrics = 'calls,errors,cost_usd,total_tokens,input_tokens,cached_input_tokens,output_tokens,reasoning_tokens,' +
            'latency_p50_ms,latency_p95_ms,latency_avg_ms,ttft_p95_ms,tpot_avg_ms,rate_limited';
        world.truth = await server.api.totals(metrics, { from });
    });

    after(() => world.stop?.());

    /// When the last of two scrapes was that both say `count` calls.
    async function scrapedTwice(prometheus, count) {
        await waitFor(async () => (await prometheus.query('sum(sightglass_calls_total)'))[0]?.value === count, {
            what: `${count} calls in Prometheus`,
        });
        await prometheus.scrapedAfter(await prometheus.scrapedAfter(0));
        return prometheus.scrapedAfter(Date.now() / 1000);
    }

    const numbersOf = (panel, chosen) =>
        Promise.all(panel.targets.map(({ expr }) => world.prometheus.query(filledIn(expr, world.time, chosen), world.end)));

    async function numberIn(board, title, chosen) {
        const panel = kPanels.find((one) => one.board === board && one.title === title && one.type === 'stat');
        assert.ok(panel, `${board} has ${title}`);
        const [[{ value }]] = await numbersOf(panel, chosen);
        return value;
    }

    test('promtool finds nothing wrong with /metrics', async () => {
        const input = await (await fetch(`${world.server.origin}/metrics`)).text();
        const said = execFileSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8', stdio: 'pipe' });
        assert.equal(said, '');
    });

    test('every panel has data, for all and for a choice', async () => {
        const choice = { model: kModels, service: [kServices[1]], team: [kTeams[1]] };
        for (const panel of kPanels) {
            for (const chosen of [{}, choice]) {
                const answers = await numbersOf(panel, chosen);
                answers.forEach((series, i) => {
                    const where = `${panel.board}: ${panel.title}: ${panel.targets[i].expr}`;
                    assert.ok(series.length > 0, `no series in ${where}`);
                    assert.ok(series.every(({ value }) => Number.isFinite(value)), `${JSON.stringify(series)} in ${where}`);
                });
            }
        }
    });

    test('charts have points over time', async () => {
        for (const panel of kPanels.filter((one) => one.type === 'timeseries' || one.type === 'heatmap')) {
            for (const { expr } of panel.targets) {
                const span = { start: world.end - 3, end: world.end, step: 1 };
                const series = await world.prometheus.range(filledIn(expr, world.time), span);
                const points = series.flatMap(({ values }) => values).filter(([, value]) => Number.isFinite(value));
                assert.ok(points.length >= 2, `${points.length} points in ${panel.board}: ${panel.title}`);
            }
        }
    });

    test('series are those of the traffic, by every label that a legend names', async () => {
        const there = {
            model: kModels, gen_ai_response_model: kModels, service: kServices, team: kTeams, provider: ['openai'], upstream: ['openai'],
            status: ['error', 'ok'], error_type: ['provider_rate_limited', 'provider_server_error'],
            type: ['cache_write', 'cached_input', 'input', 'output', 'reasoning'], of: ['requests', 'requests_per_minute', 'tokens'],
            organization: ['org-test', undefined], name: ['services'], subject: kServices.map((one) => `service=${one}`), mode: ['enforce'],
        };
        const narrower = { 'Refused for a limit': { error_type: ['provider_rate_limited'] } };
        let compared = 0;
        for (const panel of kPanels) {
            const answers = await numbersOf(panel);
            panel.targets.forEach(({ legendFormat }, i) => {
                for (const label of legendLabels(legendFormat).filter((one) => !['le', 'api_key', 'upstream_key'].includes(one))) {
                    const seen = [...new Set(answers[i].map(({ metric }) => metric[label]))].sort();
                    const where = `${panel.board}: ${panel.title}: ${label}`;
                    const expected = narrower[panel.title]?.[label] ?? there[label];
                    if (panel.board === 'sightglass-limits' && ['model', 'of', 'organization'].includes(label)) {
                        assert.ok(seen.length > 0 && seen.every((one) => expected.includes(one)), `${where}: ${seen}`);
                    } else {
                        assert.deepEqual(seen, expected, where);
                    }
                    compared += 1;
                }
            });
        }
        assert.ok(compared >= 25, `${compared} legends`);
    });

    test('sums are the numbers of the API', async () => {
        const { truth, slack, range } = world;
        assert.equal(truth.calls, 4 * kRound.length);
        const expected = [
            ['sightglass-overview', 'Calls', truth.calls],
            ['sightglass-overview', 'Cost', truth.cost_usd],
            ['sightglass-overview', 'Tokens', truth.total_tokens],
            ['sightglass-cost', 'Spent', truth.cost_usd],
            ['sightglass-cost', 'A day at this pace', (86_400 / range) * truth.cost_usd],
            ['sightglass-limits', 'Refused for a limit', truth.rate_limited],
        ];
        for (const [board, title, exact] of expected) {
            assert.ok(exact > 0, title);
            // Prometheus reckons what it did not see between the ends of the range and its samples: never less, and no more than this.
            const ratio = (await numberIn(board, title)) / exact;
            assert.ok(ratio > 1 - 1e-6 && ratio < slack + 1e-6, `${title}: ${ratio} of ${exact}, at most ${slack}`);
        }
    });

    test('shares and means are the numbers of the API', async () => {
        const { truth, slack } = world;
        const expected = [
            ['sightglass-overview', 'Failed', truth.errors / truth.calls],
            ['sightglass-performance', 'Failed', truth.errors / truth.calls],
            ['sightglass-performance', 'Duration, mean', truth.latency_avg_ms / 1000],
            ['sightglass-performance', 'Output speed', 1000 / truth.tpot_avg_ms],
            ['sightglass-cost', 'A call', truth.cost_usd / truth.calls],
            ['sightglass-cost', 'A million tokens', (1e6 * truth.cost_usd) / truth.total_tokens],
            ['sightglass-cost', 'Input from cache', truth.cached_input_tokens / truth.input_tokens],
            ['sightglass-cost', 'Output for thinking', truth.reasoning_tokens / truth.output_tokens],
            ['sightglass-limits', 'Their share', truth.rate_limited / truth.calls],
        ];
        for (const [board, title, exact] of expected) {
            assert.ok(exact > 0, title);
            const ratio = (await numberIn(board, title)) / exact;
            assert.ok(ratio > 1 / slack - 1e-6 && ratio < slack + 1e-6, `${title}: ${ratio} of ${exact}, slack ${slack}`);
        }
    });

    test('quantiles are in the bucket of the number of the API, or beside it', async () => {
        const { truth } = world;
        const expected = [
            ['sightglass-overview', 'Duration, p95', truth.latency_p95_ms, kBounds],
            ['sightglass-performance', 'Duration, p50', truth.latency_p50_ms, kBounds],
            ['sightglass-performance', 'Duration, p95', truth.latency_p95_ms, kBounds],
            ['sightglass-performance', 'First token, p95', truth.ttft_p95_ms, kFirstTokenBounds],
        ];
        for (const [board, title, exact, bounds] of expected) {
            const bucketOf = (seconds) => bounds.findIndex((bound) => seconds <= bound);
            const shown = await numberIn(board, title);
            assert.ok(Math.abs(bucketOf(shown) - bucketOf(exact / 1000)) <= 1, `${title}: ${shown} s, the API has ${exact} ms`);
        }
    });

    test('limits are what the provider and the settings say', async () => {
        // The refused call said 0 of 60 requests left; what came last for a model may be it or an ordinary answer.
        const nearest = await numberIn('sightglass-limits', 'Nearest of the providers');
        const { items } = await world.server.api.get('/api/v1/limits');
        const [lines, own] = ['provider', 'own'].map((kind) => items.filter((line) => line.kind === kind));
        assert.ok(lines.length > 0 && own.length === kServices.length, JSON.stringify(items));
        assert.ok(nearest >= 0 && nearest <= 1, String(nearest));
        assert.ok((await numberIn('sightglass-limits', 'Nearest of our own')) > 0);
        assert.equal(await numberIn('sightglass-limits', 'Refused by our own'), 0);
    });

    test('variables list the values of the calls, and choosing one leaves the others out', async () => {
        for (const board of kBoards) {
            for (const variable of variablesOf(board)) {
                const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(variable.query.query);
                const listed = await world.prometheus.labelValues(label, metric);
                const rows = await world.server.api.query({ metrics: 'calls', group_by: label });
                assert.deepEqual([...listed].sort(), rows.map((row) => row[label]).sort(), `${board.uid}: ${variable.name}`);
            }
        }
        const all = await numberIn('sightglass-overview', 'Calls');
        const one = await numberIn('sightglass-overview', 'Calls', { service: [kServices[1]] });
        assert.ok(Math.abs(one / all - 0.5) < world.slack - 1 + 1e-6, `${one} of ${all} calls are of one of two services`);
        const panel = kPanels.find(({ title }) => title === 'Calls');
        assert.deepEqual(await numbersOf(panel, { service: ['searchXv2'] }), [[]], 'a point is a point');
    });

    test('links lead to pages and filters that there are', async () => {
        const links = [
            ...kBoards.flatMap((board) => board.links),
            ...kPanels.flatMap((panel) => panel.fieldConfig?.defaults.links ?? []),
        ].filter((link) => link.url);
        const filters = new Set();
        for (const { url } of links) {
            const [, page, search] = /^\$\{sightglass\}\/ui\/(\w*)\?(.*)$/.exec(url);
            assert.ok(['', 'calls', 'limits'].includes(page), url);
            assert.ok(search.startsWith('from=${__from:date:iso}&to=${__to:date:iso}'), url);
            [...search.matchAll(/&filter=(\w+):/g)].forEach(([, name]) => filters.add(name));
        }
        assert.ok(filters.size >= 5, [...filters].join());
        await world.server.api.query({ metrics: 'calls', group_by: [...filters].slice(0, 3).join(',') });
        for (const name of filters) {
            await world.server.api.query({ metrics: 'calls', group_by: name });
        }
    });
});
