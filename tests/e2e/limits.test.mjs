// Limits: exactly so many pass as are allowed, whoever asks at once; refusals are the provider's kind; tokens are settled,
// money is counted, shadow mode refuses nothing, and a restart forgets nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { parseMetrics, sumOf } from '../support/prometheus.mjs';
import { client, failure, kMessages } from '../support/sdk.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

let upstream;

before(async () => {
    upstream = await Upstream.start();
});

after(() => upstream.stop());

const start = (t, limits, more = {}) =>
    Sightglass.startFor(t, { upstreams: { openai: upstream.origin }, config: `limits:\n${limits}`, ...more });

const chat = (openai, more = {}) =>
    openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages, ...more });

/// Runs `count` chats on `clients` clients at once: how many passed, and the errors.
async function chats(server, count, clients, options = () => ({})) {
    const errors = [];
    let passed = 0;
    let next = 0;
    const one = async () => {
        for (let i = next++; i < count; i = next++) {
            await chat(client(server.origin, options(i))).then(() => passed++, (error) => errors.push(error));
        }
    };
    await Promise.all(Array.from({ length: clients }, one));
    return { passed, errors };
}

const ownLines = async (server) => (await server.api.get('/api/v1/limits')).items.filter((line) => line.kind === 'own');

test('a limit of 100 a minute lets exactly 100 through under 64 clients at once', async (t) => {
    const server = await start(t, '  - {name: all, requests_per_minute: 100}\n', { args: ['--workers', '2'] });
    const { passed, errors } = await chats(server, 640, 64);
    assert.equal(passed, 100);
    assert.equal(errors.length, 540);
    for (const error of errors) {
        assert.equal(error.constructor.name, 'RateLimitError');
        assert.equal(error.code, 'requests_per_minute');
        assert.match(error.message, /"all" allows 100 requests a minute/);
        const retryAfter = Number(error.headers.get('retry-after'));
        assert.ok(retryAfter >= 1 && retryAfter <= 61, String(retryAfter));
    }
    await server.api.waitForCount(640);
    const rows = await server.api.query({ metrics: 'calls,rate_limited', group_by: 'status,error_type' });
    assert.deepEqual(
        rows.map(({ status, error_type, calls }) => [status, error_type, calls]).sort(),
        [['blocked', 'policy_limited', 540], ['ok', null, 100]],
    );
    const [line] = await ownLines(server);
    assert.equal(line.used, 100);
    assert.equal(line.refused, 540);
    assert.equal(line.percent_used, 100);
    const metrics = parseMetrics(await (await server.api.fetch('/metrics')).text());
    assert.equal(sumOf(metrics, 'sightglass_own_limit_refused_total', { name: 'all' }), 540);
});

test('each user, and each model, has a count of its own; patterns choose who is limited', async (t) => {
    const server = await start(
        t,
        '  - {name: users, per: user, requests_per_minute: 3, match: {user: "u*"}}\n' +
            '  - {name: models, per: [team, model], requests_per_minute: 5, match: {team: lab}}\n',
    );
    const users = await chats(server, 40, 8, (i) => ({ headers: { 'x-sightglass-user': `u${i % 4}` } }));
    assert.equal(users.passed, 12);
    const others = await chats(server, 10, 8, () => ({ headers: { 'x-sightglass-user': 'boss' } }));
    assert.equal(others.passed, 10);
    const team = () => client(server.origin, { headers: { 'x-sightglass-team': 'lab' } });
    let passed = 0;
    for (let i = 0; i < 7; ++i) {
        await chat(team()).then(() => passed++, () => {});
        await chat(team(), { model: 'o3' }).then(() => passed++, () => {});
    }
    assert.equal(passed, 10);
    const lines = await ownLines(server);
    assert.ok(lines.some((line) => line.subject === 'user=u1' && line.used === 3));
    assert.ok(lines.some((line) => line.subject === 'team=lab model=o3' && line.used === 5));
});

test('a key\'s own limits, counted for it alone', async (t) => {
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });
    const issue = async (limits) =>
        (await server.api.ask('/api/v1/keys', { method: 'POST', body: { name: 'k', limits } })).body.key;
    const limited = await issue({ requests_per_minute: 2 });
    const other = await issue({ requests_per_minute: 2 });
    const use = (key) => chats(server, 5, 5, () => ({ headers: { 'x-sightglass-key': key } }));
    assert.equal((await use(limited)).passed, 2);
    assert.equal((await use(other)).passed, 2);
    assert.equal((await chats(server, 5, 5)).passed, 5);
});

test('tokens are reserved by what may be used, and settled with what was', async (t) => {
    const server = await start(t, '  - {name: tokens, tokens_per_minute: 10000}\n');
    const send = (tokens, more) => chat(client(server.origin, { headers: { 'x-test-tokens': tokens } }), more);
    await send('500,500', { max_tokens: 9000 });
    const tooMuch = await failure(send('1,1', { max_tokens: 20_000 }));
    assert.equal(tooMuch.code, 'tokens_per_minute');
    assert.match(tooMuch.message, /this request alone/);
    assert.equal((await ownLines(server))[0].used, 1000);
    await send('5000,3000', { max_tokens: 100 });
    assert.equal((await ownLines(server))[0].used, 9000);
    await failure(send('1,1', { max_tokens: 2000 }));
    await send('1,1', { max_tokens: 500 });
    assert.equal((await ownLines(server))[0].used, 9002);
});

test('calls at a time: one that ends makes room for another, also one that was aborted', async (t) => {
    const server = await start(t, '  - {name: few, concurrent: 2}\n');
    const slow = () => client(server.origin, { headers: { 'x-test-behaviour': 'hang' } });
    const controller = new AbortController();
    const hanging = [0, 1].map(() =>
        failure(slow().chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages }, { signal: controller.signal })),
    );
    await waitFor(async () => (await ownLines(server))[0].used === 2, { what: 'two calls under way' });
    const refused = await failure(chat(client(server.origin)));
    assert.equal(refused.code, 'concurrent');
    controller.abort();
    await Promise.all(hanging);
    await waitFor(async () => (await ownLines(server))[0].used === 0, { what: 'no call under way' });
    await chat(client(server.origin));
});

test('money of the day: once it is spent, calls are refused until the next, also after a restart', async (t) => {
    const limits = '  - {name: budget, per: user, usd_per_day: 0.2, usd_per_month: 100}\n';
    const first = await start(t, limits);
    const spend = (server, user) =>
        chat(client(server.origin, { headers: { 'x-test-tokens': '1000000,0', 'x-sightglass-user': user } }));
    await spend(first, 'alice');
    await waitFor(async () => (await ownLines(first)).some((line) => line.of === 'usd_per_day' && line.used > 0.1));
    await spend(first, 'alice');
    await waitFor(async () => (await ownLines(first)).some((line) => line.of === 'usd_per_day' && line.used >= 0.2));
    const openai = client(first.origin, { headers: { 'x-sightglass-user': 'alice' } });
    const refused = await failure(chat(openai));
    assert.equal(refused.class, 'RateLimitError');
    assert.equal(refused.type, 'insufficient_quota');
    assert.equal(refused.code, 'usd_per_day');
    assert.equal(openai.seen.headers[0].get('x-should-retry'), 'false');
    assert.ok(Number(openai.seen.headers[0].get('retry-after')) <= 86_400);
    const call = await first.api.waitForCall(openai.seen.callIds[0]);
    assert.equal(call.error_type, 'policy_budget');
    await spend(first, 'bob');
    await first.stop();

    const second = await start(t, limits, { dataDir: first.dataDir, token: first.token });
    const again = await failure(chat(client(second.origin, { headers: { 'x-sightglass-user': 'alice' } })));
    assert.equal(again.code, 'usd_per_day');
    await spend(second, 'bob');
});

test('a restart does not make the minute begin again, not even after kill -9', async (t) => {
    const limits = '  - {name: all, requests_per_minute: 20}\n  - {name: users, per: user, tokens_per_minute: 10000}\n';
    const first = await start(t, limits);
    const { passed } = await chats(first, 12, 4, () => ({
        headers: { 'x-test-tokens': '100,0', 'x-sightglass-user': 'alice' },
    }));
    assert.equal(passed, 12);
    await first.kill();
    const second = await start(t, limits, { dataDir: first.dataDir, token: first.token });
    const lines = await ownLines(second);
    assert.equal(lines.find((line) => line.name === 'all').used, 12);
    assert.equal(lines.find((line) => line.subject === 'user=alice').used, 1200);
    assert.equal((await chats(second, 30, 8)).passed, 8);
});

test('shadow mode lets everything pass and notes what it would have refused', async (t) => {
    const server = await start(t, '  - {name: trial, requests_per_minute: 2, mode: shadow}\n');
    const openai = client(server.origin);
    for (let i = 0; i < 5; ++i) {
        await chat(openai);
    }
    const calls = await Promise.all(openai.seen.callIds.map((id) => server.api.waitForCall(id)));
    assert.deepEqual(calls.map((call) => call.shadow_limits), [null, null, ...Array(3).fill('trial/requests_per_minute')]);
    assert.ok(calls.every((call) => call.status === 'ok'));
    assert.equal((await server.api.calls({ filter: 'shadow_limits:~trial' })).length, 3);
    const [line] = await ownLines(server);
    assert.equal(line.mode, 'shadow');
    assert.equal(line.refused, 3);
});

test('what providers say of their limits is kept by organization, model and key', async (t) => {
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });
    const openai = client(server.origin);
    await chat(openai);
    await server.api.waitForCall(openai.seen.callIds[0]);
    const lines = await waitFor(async () => {
        const all = (await server.api.get('/api/v1/limits')).items.filter((line) => line.kind === 'provider');
        return all.length > 0 && all;
    });
    const requests = lines.find((line) => line.of === 'requests');
    assert.equal(requests.limit, 10_000);
    assert.equal(requests.organization, 'org-test');
    assert.equal(requests.model, 'gpt-4o-mini-2024-07-18');
    assert.equal(requests.minutes_to_429, null);
    const tokens = lines.find((line) => line.of === 'tokens');
    assert.equal(tokens.limit, 2_000_000);
    assert.ok(tokens.percent_used <= 0.05);
    assert.equal(tokens.per_minute, 30);
});

test('where a target has its own key, its limits are one line, whoever called', async (t) => {
    const server = await Sightglass.startFor(t, {
        config: `upstreams: {openai: {base_url: ${upstream.origin}, key: "\${OWN_KEY}"}}\n`,
        env: { OWN_KEY: 'sk-proj-0123456789abcdefghij' },
    });
    const callIds = [];
    for (const name of ['one', 'two']) {
        const { body } = await server.api.ask('/api/v1/keys', { method: 'POST', body: { name } });
        const openai = client(server.origin, { apiKey: body.key });
        await chat(openai);
        callIds.push(openai.seen.callIds[0]);
    }
    const calls = await Promise.all(callIds.map((id) => server.api.waitForCall(id)));
    assert.notEqual(calls[0].api_key, calls[1].api_key);
    assert.match(calls[0].upstream_key, /^sk-proj-…ghij#[0-9a-f]{4}$/);
    assert.equal(calls[1].upstream_key, calls[0].upstream_key);
    const lines = await waitFor(async () => {
        const all = (await server.api.get('/api/v1/limits')).items.filter((line) => line.of === 'tokens');
        return all.length > 0 && all[0].per_minute === 60 && all;
    });
    assert.deepEqual(
        lines.map((line) => [line.kind, line.api_key, line.upstream_key]),
        [['provider', null, calls[0].upstream_key]],
    );
    assert.deepEqual(
        (await server.api.query({ metrics: 'calls', group_by: 'upstream_key' })).map(({ calls: count }) => count),
        [2],
    );
});
