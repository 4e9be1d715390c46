// What those who run it see: logins and the audit log, the live feed, status, health, metrics, the API's own document.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { kCalls, sendKnownTraffic } from '../support/known_traffic.mjs';
import { parseMetrics, sumOf } from '../support/prometheus.mjs';
import { openApiDocument } from '../support/schema.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

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

test('without a token, or with a wrong one, nothing is told', async () => {
    const secured = Object.entries(openApiDocument().paths).filter(([, item]) => {
        const { security } = item.get ?? {};
        return item.get && (security === undefined || !security.some((one) => Object.keys(one).length === 0));
    });
    assert.ok(secured.length >= 7);
    for (const [template] of secured) {
        const path = template.replace('{id}', '01890000-0000-7000-8000-000000000000');
        for (const token of [null, 'wrong', `${server.token}x`, server.token.slice(0, -1)]) {
            const answer = await api.ask(path, { token, params: { metrics: 'calls' } });
            assert.equal(answer.status, 401, `${path} with ${token}`);
            assert.equal(answer.body.code, 'unauthorized');
        }
    }
});

test('session: token in, cookie out, CSRF for changes, out again', async () => {
    const post = (body) => api.ask('/api/v1/session', { method: 'POST', body, token: null });
    assert.equal((await post({ token: 'wrong' })).status, 401);
    assert.equal((await post({ code: 'wrong' })).status, 401);
    assert.equal((await post({ token: server.token, code: 'x' })).status, 400);

    const entered = await post({ token: server.token });
    assert.equal(entered.status, 204);
    const cookie = entered.headers.get('set-cookie');
    assert.match(cookie, /^sightglass_session=[^;]{20,}/);
    for (const attribute of [/HttpOnly/i, /SameSite=Strict/i, /Path=\/api(;|$)/i]) {
        assert.match(cookie, attribute);
    }
    const headers = { cookie: cookie.split(';')[0] };
    const session = await api.ask('/api/v1/session', { token: null, headers });
    assert.deepEqual([session.body.authenticated, session.body.how], [true, 'token']);
    assert.equal((await api.ask('/api/v1/status', { token: null, headers })).status, 200);

    const question = { method: 'POST', token: null, body: { metrics: ['calls'] } };
    assert.equal((await api.ask('/api/v1/query', { ...question, headers })).status, 403);
    const withCsrf = { ...headers, 'x-sightglass-csrf': session.body.csrf };
    assert.equal((await api.ask('/api/v1/query', { ...question, headers: withCsrf })).status, 200);
    const wrongCsrf = { ...headers, 'x-sightglass-csrf': `${session.body.csrf}0` };
    assert.equal((await api.ask('/api/v1/query', { ...question, headers: wrongCsrf })).status, 403);

    const out = { method: 'DELETE', token: null };
    assert.equal((await api.ask('/api/v1/session', { ...out, headers })).status, 403);
    assert.equal((await api.ask('/api/v1/session', { ...out, headers: withCsrf })).status, 204);
    assert.equal((await api.ask('/api/v1/status', { token: null, headers })).status, 401);
});

test('the audit log has the logins, good and bad, and no secret', async () => {
    const page = await api.get('/api/v1/audit', { limit: 500 });
    const actions = page.items.map((item) => item.action);
    for (const action of ['login', 'login_failed', 'logout']) {
        assert.ok(actions.includes(action), `${action} among ${[...new Set(actions)]}`);
    }
    assert.ok(!JSON.stringify(page).includes(server.token));
    const times = page.items.map((item) => item.at);
    assert.deepEqual(times, [...times].sort().reverse(), 'newest first');
    const small = await api.get('/api/v1/audit', { limit: 1 });
    const next = await api.get('/api/v1/audit', { limit: 1, cursor: small.next });
    assert.deepEqual([...small.items, ...next.items], page.items.slice(0, 2));
});

test('guessing is slowed down', async (t) => {
    const fresh = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });
    const post = (token) => fresh.api.ask('/api/v1/session', { method: 'POST', body: { token }, token: null });
    const statuses = [];
    for (let i = 0; i < 12; ++i) {
        statuses.push((await post(`wrong-${i}`)).status);
    }
    assert.deepEqual(statuses, [...Array(10).fill(401), 429, 429]);
    assert.equal((await post(fresh.token)).status, 429, 'even the right one waits');
    assert.equal((await fresh.api.ask('/api/v1/status')).status, 200, 'the bearer token still works');
});

test('the live feed: history, then a call when it ends, then summaries', async (t) => {
    const feed = await api.live();
    t.after(() => feed.close());
    assert.match(feed.response.headers.get('content-type'), /^text\/event-stream/);
    const history = await feed.waitFor((one) => one.event === 'history', 'the history');
    assert.equal(feed.events[0], history, 'it comes first');
    assert.ok(Array.isArray(history.data) && history.data.length <= 60);

    const [seconds] = history.data;
    const keys = ('at calls errors input_tokens output_tokens cost_usd in_flight latency_p50_ms latency_p95_ms ' +
        'left_out').split(' ');
    if (seconds !== undefined) {
        assert.deepEqual(Object.keys(seconds).sort(), [...keys].sort());
    }
    const summary = await feed.waitFor((one) => one.event === 'summary', 'a summary');
    assert.deepEqual(Object.keys(summary.data).sort(), [...keys].sort());
});

test('the live feed shows a new call soon after it ends, with the filter that was asked for', async (t) => {
    const other = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });
    const [all, some] = [await other.api.live(), await other.api.live({ filter: 'service:watched' })];
    t.after(() => Promise.all([all.close(), some.close()]));
    await all.waitFor((one) => one.event === 'history');

    for (const service of ['watched', 'other']) {
        await fetch(`${other.origin}/v1/chat/completions`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-sightglass-service': service },
            body: '{"model":"gpt-4o-mini","messages":[]}',
        }).then((response) => response.arrayBuffer());
    }

    const call = await all.waitFor((one) => one.event === 'call' && one.data.service === 'other', 'the call', 10_000);
    assert.equal(call.data.input_tokens, 19);
    await some.waitFor((one) => one.event === 'call' && one.data.service === 'watched', 'the call', 10_000);
    await waitFor(() => some.events.filter((one) => one.event === 'summary').length >= 3);
    assert.ok(!some.events.some((one) => one.event === 'call' && one.data.service === 'other'));
});

test('status: what runs, and where it stands', async () => {
    const status = await waitFor(async () => {
        const now = await api.get('/api/v1/status');
        return now.pipeline.open_calls === 0 && now.in_flight === 0 && now;
    });
    assert.equal(status.demo, false);
    assert.equal(status.capture, 'none');
    assert.deepEqual(status.upstreams.map(({ name, base_url: url }) => [name, url]), [['openai', upstream.origin]]);
    assert.equal(status.store.calls, kCalls.length);
    assert.equal(status.pipeline.committed_calls >= kCalls.length, true);
    assert.equal(status.listeners.http, server.ready.http);
    assert.equal(status.journal.damaged_records, 0);
});

test('the document that is served is the document in the tree', async () => {
    const served = await api.ask('/api/openapi.json', { token: null });
    assert.deepEqual(served.body, JSON.parse(JSON.stringify(openApiDocument())));
});

test('health, readiness, and the way to the dashboard', async () => {
    const health = await api.ask('/healthz', { token: null });
    assert.deepEqual([health.status, health.body.trim()], [200, 'ok']);
    const ready = await api.ask('/readyz', { token: null });
    assert.deepEqual([ready.status, ready.body], [200, { ready: true, failing: [] }]);
    const root = await api.fetch('/', { token: null });
    assert.equal(root.status, 302);
    assert.equal(root.headers.get('location'), '/ui/');
});

test('metrics: well formed, and equal to the calls', async () => {
    const families = await waitFor(async () => {
        const response = await api.fetch('/metrics', { token: null });
        assert.equal(response.status, 200);
        assert.match(response.headers.get('content-type'), /^text\/plain; *version=0\.0\.4/);
        const parsed = parseMetrics(await response.text());
        return sumOf(parsed, 'sightglass_calls_total') >= kCalls.length && parsed;
    });
    assert.equal(sumOf(families, 'sightglass_calls_total'), kCalls.length);
    for (const family of families.values()) {
        // OpenTelemetry's names where it has some, ours otherwise.
        assert.match(family.name, /^(sightglass|process|gen_ai_client|gen_ai_server)_/);
        assert.ok(family.help, `${family.name} has a HELP line`);
        assert.notEqual(family.type, 'untyped', `${family.name} has a TYPE line`);
        if (family.type === 'counter') {
            assert.match(family.name, /_total$/);
        }
    }
    const open = await api.fetch('/metrics', { token: null, headers: { accept: 'application/openmetrics-text; version=1.0.0' } });
    assert.equal(open.status, 200);
    if (/openmetrics/.test(open.headers.get('content-type'))) {
        assert.match(await open.text(), /# EOF\n$/);
    }
});
