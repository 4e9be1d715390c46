// The API's answers against traffic whose every number is known, and what it does with questions that are wrong or
// hostile. Each JSON answer here, as in every other file, is held against api/openapi.yaml on its way (support/schema.mjs).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { kCalls, sendKnownTraffic, sum } from '../support/known_traffic.mjs';
import { FastUpstream, sendCalls } from '../support/load.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';

let upstream;
let server;
let api;

before(async () => {
    upstream = await Upstream.start();
    server = await Sightglass.start({ upstreams: { openai: upstream.origin } });
    api = server.api;
    await sendKnownTraffic(server);
});

after(async () => {
    await server.stop();
    await upstream.stop();
});

const answered = (calls) => calls.filter((call) => !call.refused);
const where = (predicate) => kCalls.filter(predicate);

test('totals: counts, sums and ratios', async () => {
    const totals = await api.totals([
        'calls',
        'errors',
        'error_rate',
        'rate_limited',
        'input_tokens',
        'output_tokens',
        'total_tokens',
        'users',
        'keys',
    ]);
    const input = sum(answered(kCalls), (call) => call.input);
    const output = sum(answered(kCalls), (call) => call.output);
    assert.deepEqual(totals, {
        calls: 60,
        errors: 6,
        error_rate: 0.1,
        rate_limited: 6,
        input_tokens: input,
        output_tokens: output,
        total_tokens: input + output,
        users: 3,
        keys: 3,
    });
});

test('grouped: by model, by service and user, by tag', async () => {
    const byModel = await api.query({ metrics: 'calls,input_tokens', group_by: 'model_requested' });
    const models = ['gpt-4.1', 'gpt-4o-mini', 'house-model'];
    assert.deepEqual(
        byModel.sort((a, b) => (a.model_requested < b.model_requested ? -1 : 1)),
        models.map((model) => ({
            model_requested: model,
            calls: 20,
            input_tokens: sum(answered(where((call) => call.model === model)), (call) => call.input),
        })),
    );

    const pairs = await api.query({ metrics: 'calls', group_by: 'service,user' });
    assert.equal(pairs.length, 12);
    for (const row of pairs) {
        assert.equal(row.calls, where((call) => call.service === row.service && call.user === row.user).length);
    }

    const tags = await api.query({ metrics: 'calls', group_by: 'tag:parity', order_by: '-calls' });
    assert.deepEqual(new Map(tags.map((row) => [row['tag:parity'], row.calls])), new Map([['even', 30], [null, 30]]));
});

test('over time: buckets sum to the total, columns come in their order', async () => {
    const answer = await api.get('/api/v1/query', {
        metrics: 'calls,output_tokens',
        group_by: 'status',
        interval: '1m',
        from: '-1h',
    });
    assert.deepEqual(
        answer.columns.map(({ name, type }) => [name, type]),
        [['time', 'time'], ['status', 'text'], ['calls', 'integer'], ['output_tokens', 'integer']],
    );
    assert.equal(answer.interval, '1m');
    assert.equal(sum(answer.rows, (row) => row[2]), 60);
    assert.ok(answer.rows.every((row) => Date.parse(row[0]) % 60_000 === 0), 'buckets start at whole minutes');
    const times = answer.rows.map((row) => row[0]);
    assert.deepEqual(times, [...times].sort(), 'time ascending');

    const automatic = await api.get('/api/v1/query', { metrics: 'calls', interval: 'auto', from: '-24h' });
    assert.ok(automatic.interval !== null && automatic.interval !== 'auto');
});

test('latency quantiles and averages agree with the calls themselves', async () => {
    const calls = await api.calls();
    const latencies = calls.map((call) => call.latency_us / 1000).sort((a, b) => a - b);
    const row = await api.totals(['latency_avg_ms', 'latency_p50_ms', 'latency_p95_ms', 'latency_max_ms']);
    const near = (got, want) => assert.ok(Math.abs(got - want) <= want * 0.02 + 0.002, `${got}, not ${want}`);
    near(row.latency_avg_ms, sum(latencies, (ms) => ms) / latencies.length);
    near(row.latency_max_ms, latencies.at(-1));
    const between = (got, q) => {
        const at = (latencies.length - 1) * q;
        const [low, high] = [latencies[Math.max(0, Math.floor(at) - 1)], latencies[Math.min(59, Math.ceil(at) + 1)]];
        assert.ok(got >= low * 0.98 && got <= high * 1.02, `p${q * 100} is ${got}, not between ${low} and ${high}`);
    };
    between(row.latency_p50_ms, 0.5);
    between(row.latency_p95_ms, 0.95);
});

const kFilters = [
    ['service:search', (call) => call.service === 'search'],
    [['service:search', 'service:chat'], (call) => ['search', 'chat'].includes(call.service)],
    [['service:search', 'user:user-1'], (call) => call.service === 'search' && call.user === 'user-1'],
    ['-service:search', (call) => call.service !== 'search'],
    ["service:it's", (call) => call.service === "it's"],
    ['service:a,b', (call) => call.service === 'a,b'],
    ['service:search,user:user-1', (call) => call.service === 'search' && call.user === 'user-1'],
    ['tag:parity:even', (call) => call.tag === 'even'],
    ['tag:parity:*', (call) => call.tag !== null],
    ['-tag:parity:*', (call) => call.tag === null],
    ['status:error', (call) => call.refused],
    ['http_status:429', (call) => call.refused],
    ['error_type:provider_rate_limited', (call) => call.refused],
    ['service:~EARC', (call) => call.service === 'search'],
    ['service:\\~EARC', () => false],
    ['service:\\*', () => false],
    ['output_tokens:>=40', (call) => !call.refused && call.output >= 40],
    ['output_tokens:<=40', (call) => !call.refused && call.output <= 40],
    [['output_tokens:>=20', 'output_tokens:<=29'], (call) => !call.refused && call.output >= 20 && call.output <= 29],
    ['model:*', () => true],
    ['-output_tokens:*', (call) => call.refused],
];

for (const [filter, predicate] of kFilters) {
    test(`filter ${JSON.stringify(filter)}: query and calls agree`, () => compareFilter(filter, predicate));
}

async function compareFilter(filter, predicate) {
    const wanted = where(predicate);
    const total = (await api.totals('calls', { filter }))?.calls ?? 0;
    assert.equal(total, wanted.length);
    const calls = await api.calls({ filter });
    const key = (call) => `${call.service}|${call.user}|${call.model_requested ?? call.model}`;
    assert.deepEqual(calls.map(key).sort(), wanted.map(key).sort());
}

test('POST asks the same as GET', async () => {
    const byGet = await api.get('/api/v1/query', {
        metrics: 'calls,input_tokens',
        group_by: 'service',
        filter: ['-user:user-0', 'output_tokens:>=20'],
        order_by: '-input_tokens',
        limit: 3,
    });
    const byPost = await api.ask('/api/v1/query', {
        method: 'POST',
        body: {
            metrics: ['calls', 'input_tokens'],
            group_by: ['service'],
            filters: [
                { dimension: 'user', op: 'is_not', values: ['user-0'] },
                { dimension: 'output_tokens', op: 'at_least', values: ['20'] },
            ],
            order_by: ['-input_tokens'],
            limit: 3,
        },
    });
    assert.equal(byPost.status, 200);
    assert.deepEqual(byPost.body.columns, byGet.columns);
    assert.deepEqual(byPost.body.rows, byGet.rows);
    assert.equal(byGet.rows.length, 3);
});

test('order and limit', async () => {
    const ascending = await api.query({ metrics: 'input_tokens', group_by: 'user', order_by: 'input_tokens' });
    assert.deepEqual(ascending, [...ascending].sort((a, b) => a.input_tokens - b.input_tokens));
    const top = await api.query({ metrics: 'input_tokens', group_by: 'user', limit: 1 });
    const most = top.map((row) => row.input_tokens);
    assert.deepEqual(most, [ascending.at(-1).input_tokens], 'without an order, the largest first');
});

test('the time range is half open, and each way of writing a time means the same', async () => {
    const calls = (await api.calls()).reverse();
    const [first, tenth] = [calls[0].started_at, calls[9].started_at];
    const count = async (range) => (await api.totals('calls', range))?.calls ?? 0;
    assert.equal(await count({ from: first, to: tenth }), 9);
    assert.equal(await count({ from: tenth, to: 'now' }), 51);
    assert.equal(await count({ from: '-10m' }), 60);
    assert.equal(await count({ from: String(Math.floor(Date.parse(first) / 1000) - 1), to: 'now' }), 60);
    assert.equal(await count({ from: '-2w', to: '-1h' }), 0);
});

test('calls: pages by cursor, newest first, none twice, none left out', async () => {
    const seen = [];
    let cursor;
    let pages = 0;
    do {
        const page = await api.get('/api/v1/calls', { limit: 7, ...(cursor ? { cursor } : {}) });
        assert.ok(page.items.length <= 7);
        seen.push(...page.items);
        cursor = page.next;
        pages += 1;
    } while (cursor);
    assert.equal(pages, 9);
    assert.equal(new Set(seen.map((call) => call.call_id)).size, 60);
    const times = seen.map((call) => call.started_at);
    assert.deepEqual(times, [...times].sort().reverse());
    for (const name of ['usage', 'params', 'request_headers', 'attempts', 'content']) {
        assert.ok(!(name in seen[0]), `lists leave ${name} out`);
    }
});

test('calls: text is searched in errors and ids', async () => {
    const byError = await api.calls({ q: 'rate limit REACHED' });
    assert.equal(byError.length, 6);
    const [one] = await api.calls({ limit: 1 });
    assert.deepEqual((await api.calls({ q: one.call_id })).map((call) => call.call_id), [one.call_id]);
    assert.equal((await api.calls({ q: 'no such text anywhere' })).length, 0);
    assert.equal((await api.calls({ q: '%' })).length, 0, 'a percent sign is text, not a pattern');
});

test('a call that is not there, and an id that is none', async () => {
    const absent = await api.ask('/api/v1/calls/01890000-0000-7000-8000-000000000000');
    assert.equal(absent.status, 404);
    assert.equal(absent.body.code, 'not_found');
    assert.equal((await api.ask('/api/v1/calls/none')).status, 400);
});

test('the distribution counts every call once', async () => {
    const answer = await api.get('/api/v1/distribution', { metric: 'latency_ms', interval: '1h' });
    const names = answer.columns.map((column) => column.name);
    assert.deepEqual(names, ['time', 'bucket_low', 'bucket_high', 'calls']);
    assert.equal(sum(answer.rows, (row) => row[3]), 60);
    const calls = await api.calls();
    for (const [, low, high, count] of answer.rows) {
        assert.ok(Math.abs(high / low - 10 ** (1 / 8)) < 0.01, 'eight buckets a decade');
        const inside = calls.filter((call) => call.latency_us / 1000 >= low && call.latency_us / 1000 < high).length;
        assert.ok(Math.abs(inside - count) <= 1, `${count} calls from ${low} to ${high} ms, and ${inside} are there`);
    }
    const some = await api.get('/api/v1/distribution', { metric: 'latency_ms', filter: 'service:search' });
    assert.equal(sum(some.rows, (row) => row[3]), 15);
});

test('every metric and dimension of the catalogue can be asked for', async () => {
    const catalogue = await api.get('/api/v1/catalogue');
    const designed = ('calls calls_per_min errors error_rate rate_limited cost_usd cost_per_call_usd input_tokens ' +
        'cached_input_tokens output_tokens reasoning_tokens total_tokens tokens_per_min cache_hit_rate ' +
        'output_tokens_per_s users sessions keys repaired_rate unpriced_rate estimated_rate incomplete_rate').split(' ');
    for (const family of ['latency', 'ttft', 'tpot']) {
        designed.push(...['avg', 'p50', 'p90', 'p95', 'p99', 'max'].map((what) => `${family}_${what}_ms`));
    }
    designed.push(...['avg', 'p50', 'p90', 'p95', 'p99', 'max'].map((what) => `gateway_overhead_${what}_us`));
    designed.push(...['avg', 'p50', 'p95'].flatMap((what) => [`session_length_${what}_s`, `session_turns_${what}`]));
    const names = catalogue.metrics.map((metric) => metric.name);
    assert.deepEqual(designed.filter((name) => !names.includes(name)), []);

    for (const metric of catalogue.metrics) {
        const answer = await api.get('/api/v1/query', { metrics: metric.name });
        assert.deepEqual(answer.columns, [metric].map(({ name, type, unit }) => ({ name, type, unit })));
        assert.equal(answer.rows.length, 1);
    }
    for (const dimension of catalogue.dimensions) {
        const rows = await api.query({ metrics: 'calls', group_by: dimension });
        assert.equal(sum(rows, (row) => row.calls), 60, dimension);
    }
});

test('money: the sum of the calls, exact to the nano-dollar', async () => {
    const calls = await api.calls();
    const nano = sum(calls, (call) => call.cost_nano_usd ?? 0);
    const { cost_usd: cost } = await api.totals('cost_usd');
    assert.equal(Math.round(cost * 1e9), nano);
    assert.ok(nano > 0);
});

const kWrongQuestions = [
    ['/api/v1/query', {}, null],
    ['/api/v1/query', { metrics: 'callz' }, 'calls'],
    ['/api/v1/query', { metrics: 'calls', group_by: 'modell' }, 'model'],
    ['/api/v1/query', { metrics: 'calls', filter: 'modell:x' }, 'model'],
    ['/api/v1/query', { metrics: 'calls', filter: 'nonsense' }, null],
    ['/api/v1/query', { metrics: 'calls', order_by: '-cost_usd' }, null],
    ['/api/v1/query', { metrics: 'calls', interval: 'sometimes' }, null],
    ['/api/v1/query', { metrics: 'calls', from: 'yesterday-ish' }, null],
    ['/api/v1/query', { metrics: 'calls', from: 'now', to: '-1h' }, null],
    ['/api/v1/query', { metrics: 'calls', limit: '0' }, null],
    ['/api/v1/query', { metrics: 'calls', limit: '10001' }, null],
    ['/api/v1/query', { metrics: 'calls', limit: '-1' }, null],
    ['/api/v1/query', { metrics: 'calls', limit: '1e9' }, null],
    ['/api/v1/query', { metrics: 'calls', filter: 'output_tokens:>=many' }, null],
    ['/api/v1/query', { metrics: 'calls', grup_by: 'model' }, 'group_by'],
    ['/api/v1/calls', { limit: '501' }, null],
    ['/api/v1/calls', { cursor: 'bm9uc2Vuc2U' }, null],
    ['/api/v1/distribution', { metric: 'cost_usd' }, 'latency_ms'],
    ['/api/v1/live', { filter: 'modell:x' }, 'model'],
    ['/api/v1/audit', { cursor: 'x' }, null],
];

for (const [path, params, allowed] of kWrongQuestions) {
    test(`refused, and told why: ${path} ${JSON.stringify(params)}`, async () => {
        const answer = await api.ask(path, { params });
        assert.equal(answer.status, 400);
        assert.equal(answer.headers.get('x-sightglass-error'), '1');
        assert.equal(answer.body.code, 'invalid_argument');
        assert.ok(answer.body.detail.length > 10);
        if (allowed !== null) {
            assert.ok(answer.body.allowed.includes(allowed), `what is allowed: ${answer.body.allowed}`);
        }
    });
}

const kInjections = [
    "model') OR 1=1 --",
    'model; DROP TABLE calls',
    '"calls"."model"',
    'calls, (SELECT 1)',
    "tag:x'); DROP TABLE calls; --",
    'model\u0000',
    '../../etc/passwd',
];

test('names that are SQL are only wrong names; values that are SQL are only values', async () => {
    for (const text of kInjections) {
        for (const params of [
            { metrics: text },
            { metrics: 'calls', group_by: text },
            { metrics: 'calls', order_by: text },
            { metrics: 'calls', interval: text },
            { metrics: 'calls', filter: `${text}:x` },
        ]) {
            const answer = await api.ask('/api/v1/query', { params });
            const isTag = /^tag:/.test(text) && answer.status === 200;
            assert.ok(answer.status === 400 || isTag, `${JSON.stringify(params)}: ${answer.status}`);
        }
        for (const filter of [`service:${text}`, `service:~${text}`, `tag:parity:${text}`]) {
            const answer = await api.ask('/api/v1/query', { params: { metrics: 'calls', filter } });
            assert.equal(answer.status, 200, filter);
            assert.equal(answer.body.rows[0]?.[0] ?? 0, 0, filter);
        }
        const found = await api.ask('/api/v1/calls', { params: { q: text } });
        assert.equal(found.status, 200);
        assert.deepEqual(found.body.items, []);
    }
    assert.equal((await api.totals('calls')).calls, 60, 'and everything is still there');
});

test('bodies that are wrong', async () => {
    const post = (body, headers = {}) => api.ask('/api/v1/query', { method: 'POST', body, headers });
    assert.equal((await post('{"metrics": [')).status, 400);
    assert.equal((await post('[]')).status, 400);
    assert.equal((await post({ metrics: 'calls' })).status, 400);
    assert.equal((await post({ metrics: ['calls'], more: 1 })).status, 400);
    assert.equal((await post('{}', { 'content-type': 'text/plain' })).status, 415);
    assert.equal((await post(JSON.stringify({ metrics: ['x'.repeat(2 << 20)] }))).status, 413);
    assert.equal((await post('['.repeat(100_000))).status, 400);
});

test('what is not there, and methods that are not', async () => {
    const absent = await api.ask('/api/v1/nothing');
    assert.equal(absent.status, 404);
    assert.equal(absent.body.code, 'not_found');
    const deleted = await api.fetch('/api/v1/query', { method: 'DELETE' });
    assert.equal(deleted.status, 405);
    assert.match(deleted.headers.get('allow') ?? '', /GET/);
});

test('a heavy question does not hold traffic up', async (t) => {
    const fast = await FastUpstream.start();
    t.after(() => fast.stop());
    const busy = await Sightglass.startFor(t, { upstreams: { openai: fast.origin } });
    const group = 'model,service,user,status,http_status,endpoint,api_key,session_id';
    const questions = Array.from({ length: 40 }, () =>
        busy.api.ask('/api/v1/query', { params: { metrics: 'latency_p99_ms,users', group_by: group, interval: '1m' } }),
    );
    let answered = 0;
    await sendCalls(busy.port, {
        total: 2_000,
        connections: 8,
        requestOf: (i) => ({ headers: { 'x-sightglass-user': `u${i}` }, body: '{"model":"gpt-4o-mini"}' }),
        onAnswer: (i, status) => (answered += status === 200 ? 1 : 0),
    });
    assert.equal(answered, 2_000);
    const statuses = (await Promise.all(questions)).map((answer) => answer.status);
    assert.deepEqual(statuses.filter((status) => status !== 200 && status !== 503), []);
});
