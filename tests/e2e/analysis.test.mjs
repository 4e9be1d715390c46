// What numbers mean: explain, slow calls, peak hours, forecast and what-if over the API and the command line. Every figure is
// worked out again here from the calls themselves.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { temporaryFolder } from '../support/places.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kHour = 3_600_000;
const kDay = 24 * kHour;
const kBase = Date.UTC(2026, 8, 21);
const kNow = kBase + kDay;
const time = (ms) => new Date(ms).toISOString();
const kBaseline = { base_from: time(kBase), base_to: time(kNow) };
const kRange = { from: time(kNow), to: time(kNow + kDay) };
const kServices = ['chat', 'search', 'mail', 'code'];
const kModels = ['gpt-4o', 'gpt-4o-mini'];

/// A line of a call at `at`; five numbers that nobody would guess.
function line(at, i, service, model, { key = `key-of-${service}`, latency = 800 + (i % 97), status = 'ok', tokens = 900 } = {}) {
    return {
        started_at: time(at),
        provider: 'openai',
        model,
        service,
        api_key_label: key,
        user: `user-${service}-${i % 3}`,
        operation: 'chat',
        status,
        prompt_tokens: tokens + (i % 13),
        completion_tokens: 50 + (i % 7),
        latency_ms: latency,
    };
}

/// Two equal days.
function usualDays() {
    const lines = [];
    for (const day of [kBase, kNow]) {
        for (let i = 0; i < 96; ++i) {
            const service = kServices[i % 4];
            const key = i % 12 === 2 ? 'second-key' : undefined;
            lines.push(line(day + i * 900_000 + 1_000, i, service, kModels[(i >> 2) % 2], { key }));
        }
    }
    return lines;
}

async function startWith(t, lines) {
    const server = await Sightglass.startFor(t);
    const file = path.join(temporaryFolder('analysis'), 'calls.jsonl');
    fs.writeFileSync(file, `${lines.map((one) => JSON.stringify(one)).join('\n')}\n`);
    const done = await run(['import', file, '--yes', '--json', '--data-dir', server.dataDir], { env: { SIGHTGLASS_ADMIN_TOKEN: server.token } });
    assert.equal(done.code, 0, done.stderr);
    await waitFor(async () => {
        const totals = await server.api.totals('calls', { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' });
        return totals?.calls === lines.length;
    }, { what: `${lines.length} calls` });
    return server;
}

const explain = (server, params) => server.api.get('/api/v1/explain', { ...kRange, ...kBaseline, ...params });
const nameOf = ({ key }) => key.map(({ dimension, value }) => `${dimension}=${value}`).join(' ');
const close = (a, b, slack, what) => assert.ok(Math.abs(a - b) <= slack, `${what}: ${a} is not ${b}`);

/// Contributions of each list add up to `change`, and each one's parts to it.
function checkAddsUp(answer, change) {
    assert.equal(answer.adds_up, true);
    for (const { dimensions, values, other } of [...answer.dimensions, ...answer.pairs]) {
        const all = other ? [...values, other] : values;
        close(all.reduce((sum, { contribution }) => sum + contribution, 0), change, 1e-9 * Math.max(1, Math.abs(change)), dimensions);
        for (const { contribution, mix_effect: mix, rate_effect: rate, factors } of all) {
            if (mix !== null) {
                close(mix + rate, contribution, 1e-9, 'mix and rate');
            }
            if (factors.length > 0) {
                close(factors.reduce((sum, { effect }) => sum + effect, 0), contribution, 1e-9, 'factors');
            }
        }
    }
}

/// Nano-dollars by the value of a field, on each day.
async function costsBy(server, field) {
    const sums = new Map();
    for (const [from, to, side] of [[kBase, kNow, 0], [kNow, kNow + kDay, 1]]) {
        for (const call of await server.api.calls({ from: time(from), to: time(to) })) {
            const both = sums.get(call[field]) ?? [0n, 0n];
            both[side] += BigInt(call.cost_nano_usd);
            sums.set(call[field], both);
        }
    }
    return sums;
}

test('a key that loops is the first cause; contributions are those of the calls, to the nano-dollar', async (t) => {
    const lines = usualDays();
    for (let i = 0; i < 400; ++i) {
        lines.push(line(kNow + 5 * kHour + i * 1_000, i, 'mail', 'gpt-4o', { key: 'second-key' }));
    }
    const server = await startWith(t, lines);
    const answer = await explain(server, { limit: 2 });
    assert.deepEqual([answer.metric, answer.unit, answer.kind], ['cost_usd', 'usd', 'sum']);
    assert.equal(nameOf(answer.causes[0]), 'api_key_label=second-key');
    checkAddsUp(answer, answer.change);
    for (const { dimensions: [dimension], values, other } of answer.dimensions) {
        const sums = await costsBy(server, dimension);
        const change = [...sums.values()].reduce((sum, [before, after]) => sum + after - before, 0n);
        assert.equal(Math.round(answer.change * 1e9), Number(change));
        for (const value of values) {
            const [before, after] = sums.get(value.key[0].value);
            assert.equal(Math.round(value.contribution * 1e9), Number(after - before), nameOf(value));
        }
        assert.equal(sums.size, values.length + (other?.groups ?? 0), dimension);
    }
    const [{ filter }] = answer.causes;
    const found = await server.api.totals('calls', { ...kRange, filter });
    assert.equal(found.calls, answer.causes[0].current_calls, 'its filter selects its calls');
});

test('a model that slows, a new service and a dearer model are first causes', async (t) => {
    const lines = usualDays();
    for (const one of lines.filter(({ started_at: at, model }) => at >= time(kNow) && model === 'gpt-4o-mini')) {
        one.latency_ms += 4_000;
    }
    for (let i = 0; i < 150; ++i) {
        lines.push(line(kNow + i * 60_000, i, 'summaries', 'gpt-4o-mini', { tokens: 9_000, latency: 800 }));
    }
    const server = await startWith(t, lines);
    const p95 = await explain(server, { metric: 'latency_p95_ms', filter: '-service:summaries' });
    assert.equal(p95.kind, 'quantile');
    assert.equal(nameOf(p95.causes[0]), 'model=gpt-4o-mini');
    checkAddsUp(p95, p95.quantile.change);
    const mean = await explain(server, { metric: 'latency_avg_ms', filter: '-service:summaries' });
    assert.equal(nameOf(mean.causes[0]), 'model=gpt-4o-mini');
    checkAddsUp(mean, mean.change);
    close(mean.causes[0].rate_effect, mean.change, 1e-6, 'all of it is the rate');
    const calls = await explain(server, { metric: 'calls' });
    assert.equal(calls.change, 150);
    assert.equal(nameOf(calls.causes[0]), 'service=summaries');
    assert.equal(calls.causes[0].presence, 'new');
    const perCall = await explain(server, { metric: 'cost_per_call_usd' });
    checkAddsUp(perCall, perCall.change);

    const dearer = await startWith(t, usualDays());
    const set = await dearer.api.ask('/api/v1/prices/own', {
        method: 'PUT',
        body: { text: `sightglass-prices 2\nprovider openai\ndiscount 3 from ${time(kNow).slice(0, 10)} =gpt-4o\n` },
    });
    assert.equal(set.status, 200, JSON.stringify(set.body));
    const begun = await dearer.api.ask('/api/v1/prices/recalculation', { method: 'POST', body: { from: time(kBase), to: time(kNow + kDay) } });
    assert.equal(begun.status, 202, JSON.stringify(begun.body));
    await waitFor(async () => (await dearer.api.get('/api/v1/prices/recalculation')).state !== 'running', { what: 'new prices' });
    const cost = await explain(dearer, {});
    assert.ok(cost.change > 0, 'the price change is in force');
    assert.equal(nameOf(cost.causes[0]), 'model=gpt-4o');
    const price = cost.causes[0].factors.find(({ name }) => name === 'cost_per_token');
    close(price.effect, cost.change, 1e-9, 'all of it is the price');
});

test('slow calls: what they have in common, with its lift', async (t) => {
    const lines = usualDays();
    for (const one of lines.filter(({ service, started_at: at }) => service === 'code' && at >= time(kNow))) {
        one.latency_ms = 9_000;
    }
    const server = await startWith(t, lines);
    const answer = await server.api.get('/api/v1/slow', { ...kRange, at_least_ms: 5_000 });
    assert.deepEqual([answer.calls, answer.slow_calls, answer.threshold_ms, answer.quantile], [96, 24, 5_000, null]);
    const [first] = answer.items;
    assert.equal(nameOf(first), 'service=code');
    assert.deepEqual([first.calls, first.slow_calls, first.slow_share, first.support], [24, 24, 1, 1]);
    assert.ok(first.lift_low > 1 && first.lift_low < first.lift && first.lift < first.lift_high);
    const byQuantile = await server.api.get('/api/v1/slow', { ...kRange, quantile: 0.9, dimensions: 'service,input_tokens,hour' });
    assert.equal(nameOf(byQuantile.items[0]), 'service=code');
    assert.equal(byQuantile.quantile, 0.9);
});

test('peak hours: means per hour of the week, by the clock of who asks', async (t) => {
    const server = await startWith(t, usualDays());
    const params = { from: time(kBase), to: time(kBase + 7 * kDay), utc_offset_minutes: 330 };
    const answer = await server.api.get('/api/v1/peaks', params);
    const counts = new Map();
    for (const call of await server.api.calls({ from: params.from, to: params.to })) {
        const local = new Date(Date.parse(call.started_at) + 330 * 60_000);
        const cell = ((local.getUTCDay() + 6) % 7) * 24 + local.getUTCHours();
        counts.set(cell, (counts.get(cell) ?? 0) + 1);
    }
    assert.deepEqual(answer.cells.map(({ value }) => value), answer.cells.map((_, i) => counts.get(i) ?? 0));
    assert.ok(answer.cells.every(({ weekday, hour }, i) => weekday === Math.floor(i / 24) + 1 && hour === i % 24));
    close(answer.mean, 192 / (7 * 24), 1e-9, 'mean');
});

test('forecast: what was and what is expected add up; unknown without a history', async (t) => {
    const now = Date.now();
    const lines = [];
    for (let day = 20; day >= 1; --day) {
        for (let i = 0; i < 5; ++i) {
            lines.push(line(now - day * kDay + i * 60_000, i, 'chat', 'gpt-4o'));
        }
    }
    const server = await startWith(t, lines);
    const answer = await server.api.get('/api/v1/forecast', { metric: 'calls' });
    const sum = answer.days.reduce((all, { actual, expected }) => all + (actual ?? 0) + (expected ?? 0), 0);
    close(sum, answer.forecast, 1e-6, 'days');
    assert.ok(answer.low <= answer.forecast && answer.forecast <= answer.high && answer.low >= answer.so_far);
    const stored = await server.api.totals('calls', { from: answer.from, to: answer.now });
    assert.equal(answer.so_far, stored?.calls ?? 0);
    assert.ok(answer.history_days >= 18 && answer.history_days <= 20);
    const nothing = await server.api.get('/api/v1/forecast', { filter: 'service:none' });
    assert.deepEqual([nothing.forecast, nothing.certainty, nothing.so_far], [null, 'none', 0]);
});

test('what-if: the same calls cost the same, and on another model what they would cost one by one', async (t) => {
    const server = await startWith(t, usualDays());
    const range = { from: time(kBase), to: time(kNow + kDay) };
    const same = await server.api.get('/api/v1/whatif', range);
    assert.equal(same.calls, 192);
    close(same.what_if_usd, same.cost_usd, 192e-9, 'nothing is changed');
    const mini = await server.api.get('/api/v1/whatif', { ...range, model: 'gpt-4o-mini' });
    const calls = await server.api.calls(range);
    const rate = (model) => {
        const of = calls.filter((call) => call.model === model);
        const cost = (part) => of.reduce((sum, call) => sum + call[part], 0);
        return { input: cost('input_cost_nano_usd') / cost('fresh_input_tokens'), output: cost('output_cost_nano_usd') / cost('output_tokens') };
    };
    const { input, output } = rate('gpt-4o-mini');
    const expected = calls.reduce((sum, call) => sum + call.fresh_input_tokens * input + call.output_tokens * output, 0) / 1e9;
    close(mini.what_if_usd, expected, 1e-6, 'one by one');
    close(mini.difference_usd, mini.what_if_usd - mini.compared_cost_usd, 1e-9, 'difference');
    assert.ok(mini.difference_usd < 0);
    const cached = await server.api.get('/api/v1/whatif', { ...range, cached_share: 0.5 });
    assert.ok(cached.what_if_usd < same.what_if_usd);
    const unknown = await server.api.get('/api/v1/whatif', { ...range, model: 'no-such-model' });
    assert.equal(unknown.unpriced_calls, 192);
    assert.ok(unknown.items.every(({ why_unpriced: why }) => why === 'model'));
});

test('what is not there is refused, with what is', async (t) => {
    const server = await Sightglass.startFor(t);
    for (const [route, params] of [
        ['explain', { metric: 'costs' }],
        ['explain', { dimensions: 'planet' }],
        ['explain', { limit: 51 }],
        ['explain', { base_to: '-1h' }],
        ['slow', { metric: 'cost_usd' }],
        ['slow', { at_least_ms: -1 }],
        ['peaks', { metric: 'latency_p95_ms' }],
        ['peaks', { utc_offset_minutes: 7 }],
        ['forecast', { metric: 'error_rate' }],
        ['whatif', { cached_share: 2 }],
        ['whatif', { colour: 'blue' }],
    ]) {
        const { status, body } = await server.api.ask(`/api/v1/${route}`, { params });
        assert.equal(status, 400, `${route} ${JSON.stringify(params)}: ${JSON.stringify(body)}`);
    }
    const { body } = await server.api.ask('/api/v1/explain', { params: { metric: 'costs' } });
    assert.ok(body.allowed.includes('cost_usd'));
    const empty = await server.api.get('/api/v1/explain', {});
    assert.deepEqual([empty.change, empty.causes], [null, []]);
});
