// Monitors of the real binary: from a failing call to the webhook, over a kill, in a storm, silenced, to a real
// Alertmanager; what the API shows and refuses.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { chat } from '../support/client.mjs';
import { temporaryFolder } from '../support/places.mjs';
import { Alertmanager, isHere, Receiver } from '../support/receivers.mjs';
import { cleanEnvironment, run, Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { sleep, waitFor } from '../support/wait.mjs';

const kConfig = 'notify: {allow_private: true, retry_wait: 20ms, retry_wait_max: 200ms}\n';

let upstream;
let receiver;

before(async () => {
    upstream = await Upstream.start();
    receiver = await Receiver.start();
});

after(async () => {
    await upstream.stop();
    await receiver.stop();
});

/// Without what the machine's disk may have to say.
async function start(more = {}) {
    const server = await Sightglass.start({ config: kConfig, upstreams: { openai: upstream.origin }, ...more });
    await change(server, 'PATCH', '/api/v1/monitors/own-disk', { enabled: false }, 200);
    return server;
}

async function startFor(t, more = {}) {
    const server = await start(more);
    t.after(() => server.stop());
    return server;
}

async function change(server, method, where, body, status) {
    const answer = await server.api.ask(where, { method, ...(body === undefined ? {} : { body }) });
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
}

/// A channel of its own path, and what came there.
async function channelFor(server, name) {
    const channel = await change(server, 'POST', '/api/v1/channels', {
        name, kind: 'webhook', settings: { url: `${receiver.origin}/${name}` },
    }, 201);
    const came = () => receiver.requests.filter(({ url }) => url === `/${name}`).map(({ text }) => JSON.parse(text));
    return { channel, came };
}

const errorsByService = (more = {}) => ({
    id: 'errors', name: 'Errors by service', kind: 'threshold', metric: 'error_rate', group_by: ['service'], window: '10s',
    condition: { op: '>', value: 0.5 }, severity: 'critical', ...more,
});

/// The view of a new monitor knows its whole window.
async function settled(server, id, every = '1s') {
    await waitFor(async () => {
        const { state } = (await server.api.ask(`/api/v1/monitors/${id}`)).body;
        return state.every === every && state.evaluated_at !== null;
    }, { what: `${id} looked at each ${every}` });
}

const fail = (server, service, behaviour = 'server_error') =>
    chat(server.origin, behaviour, { headers: { 'x-sightglass-service': service } });

const alertsOf = async (server, query = '') => (await server.api.ask(`/api/v1/alerts${query}`)).body;

test('from a failing call to the first byte of the webhook, and its end', async (t) => {
    const server = await startFor(t);
    const { channel, came } = await channelFor(server, 'first');
    const route = { name: 'all', matchers: [{ name: 'monitor', value: 'errors' }], channels: [channel.id], interval: '0s' };
    await change(server, 'PUT', '/api/v1/alert-routes', { items: [route] }, 200);
    await change(server, 'POST', '/api/v1/monitors', errorsByService(), 201);
    await settled(server, 'errors');
    const times = [];
    for (let round = 0; round < 5; round += 1) {
        const service = `service-${round}`;
        const began = Date.now();
        await fail(server, service);
        await waitFor(() => came().some(({ notices }) =>
            notices.some(({ title, status }) => status === 'firing' && title.endsWith(service))),
        { what: `the notice about ${service}`, everyMs: 5 });
        times.push(Date.now() - began);
        await waitFor(() => came().some(({ notices }) =>
            notices.some(({ title, status }) => status === 'resolved' && title.endsWith(service))),
        { what: `the end of ${service}` });
    }
    t.diagnostic(`from the call to the webhook's first byte: ${times.join(', ')} ms`);
    assert.ok(Math.min(...times) < 10_000);
    const history = (await server.api.ask('/api/v1/alerts/history?monitor=errors&from=-1h')).body.items;
    assert.deepEqual(history.map(({ what }) => what).slice(0, 2), ['resolved', 'fired']);
    assert.equal(history[0].began_at, history[1].at);
    assert.equal(history[1].value_text, '100 %');
    assert.deepEqual(history[1].group, [{ name: 'service', value: 'service-4' }]);
    const page = (await server.api.ask('/api/v1/alerts/history?limit=3')).body;
    const next = (await server.api.ask(`/api/v1/alerts/history?limit=3&cursor=${page.next}`)).body;
    assert.ok(next.items[0].id < page.items[2].id);
});

test('killed while one is pending and one fires: the one goes on, the other is not told again', async () => {
    let server = await start();
    const { channel, came } = await channelFor(server, 'killed');
    const keep = { window: '5m', channels: [channel.id], no_data: 'keep' };
    await change(server, 'PUT', '/api/v1/monitors/now', errorsByService({ id: 'now', ...keep }), 200);
    await change(server, 'PUT', '/api/v1/monitors/later', errorsByService({ id: 'later', for: '25s', ...keep }), 200);
    await fail(server, 'checkout');
    await waitFor(async () => (await alertsOf(server)).firing === 1, { what: 'one firing' });
    await waitFor(() => came().length === 1, { what: 'its notice' });
    const [pending] = (await alertsOf(server, '?status=pending')).items;
    assert.equal(pending.monitor_id, 'later');
    const [firing] = (await alertsOf(server, '?status=firing')).items;
    await server.kill();
    server = await start({ dataDir: server.dataDir, token: server.token });
    const again = await alertsOf(server);
    assert.deepEqual([again.firing, again.pending], [1, 1]);
    assert.equal(again.items[0].since, firing.since);
    assert.equal(again.items[1].since, pending.since);
    await waitFor(async () => (await alertsOf(server)).firing === 2, { what: 'the pending one firing' });
    await waitFor(() => came().length === 2, { what: 'its notice' });
    assert.deepEqual(came().map(({ notices }) => notices[0].monitor_id), ['now', 'later']);
    await server.stop();
});

test('a metric that turns null is no data, and does as each rule says; links lead to the public address', async (t) => {
    const server = await startFor(t, { config: `${kConfig}public_url: https://sight.example/glass/\n` });
    const { channel, came } = await channelFor(server, 'null');
    const rules = ['ok', 'keep', 'alert'];
    for (const rule of rules) {
        const monitor = { id: rule, name: rule, kind: 'threshold', metric: 'latency_p50_ms', window: '10s', condition: { op: '>', value: 0 }, no_data: rule, channels: [channel.id] };
        await change(server, 'POST', '/api/v1/monitors', monitor, 201);
        await settled(server, rule);
    }
    await waitFor(async () => {
        await chat(server.origin, 'default');
        return new Set(came().map(({ notices }) => notices[0].monitor_id)).size === rules.length;
    }, { what: 'each to fire' });
    assert.match(came()[0].notices[0].link, /^https:\/\/sight\.example\/glass\/ui\/alerts\?/);
    // The window empties: of no calls there is no median.
    const states = await waitFor(async () => {
        const all = await Promise.all(rules.map(async (rule) => (await server.api.ask(`/api/v1/monitors/${rule}`)).body.state.firing));
        return all[0] === 0 && all;
    }, { what: 'the first to be over' });
    assert.deepEqual(states, [0, 1, 1]);
    const left = (await alertsOf(server)).items;
    assert.deepEqual(left.map(({ monitor_id: id }) => id).sort(), ['alert', 'keep']);
    assert.ok(left.every(({ without_data: without }) => without), JSON.stringify(left));
});

test('a storm of 5,000 groups is one notice, and the list a page away', async (t) => {
    const dataDir = path.join(temporaryFolder('storm'), 'data');
    const file = path.join(temporaryFolder('files'), 'storm.jsonl');
    const lines = [];
    for (let i = 0; i < 5_000; i += 1) {
        const time = new Date(Date.now() - 60_000 - i).toISOString();
        lines.push(JSON.stringify({ time, model: 'gpt-4o-mini', user: `user-${i}`, prompt_tokens: 100, completion_tokens: 1, status: 500, service: 'search' }));
    }
    fs.writeFileSync(file, `${lines.join('\n')}\n`);
    const done = await run(['import', file, '--data-dir', dataDir, '--json', '--yes'], { cwd: path.dirname(file), env: cleanEnvironment() });
    assert.equal(done.code, 0, done.stderr);
    const server = await startFor(t, { dataDir });
    const { channel, came } = await channelFor(server, 'storm');
    const storm = errorsByService({ id: 'storm', group_by: ['user'], window: '1h', metric: 'calls', condition: { op: '>', value: 0 }, channels: [channel.id] });
    await change(server, 'POST', '/api/v1/monitors', storm, 201);
    await waitFor(() => came().length > 0, { what: 'the notice' });
    const [notice] = came();
    assert.equal(notice.total, 5_000);
    assert.equal(notice.firing, 5_000);
    assert.equal(notice.notices.length, 100);
    assert.match(notice.link, /\/ui\/alerts\?monitor=storm$/);
    let cursor = '';
    const keys = new Set();
    do {
        const page = await alertsOf(server, `?monitor=storm&limit=1000${cursor && `&cursor=${cursor}`}`);
        page.items.forEach(({ key }) => keys.add(key));
        cursor = page.next;
    } while (cursor);
    assert.equal(keys.size, 5_000);
    await sleep(3_000);
    assert.equal(came().length, 1);
});

test('routes, silences and acknowledgements', async (t) => {
    const server = await startFor(t);
    const ops = await channelFor(server, 'ops');
    const team = await channelFor(server, 'team');
    const routes = [
        { name: 'search', matchers: [{ name: 'service', value: 'search*' }], channels: [team.channel.id] },
        { name: 'rest', channels: [ops.channel.id] },
    ];
    const kept = await change(server, 'PUT', '/api/v1/alert-routes', { items: routes }, 200);
    assert.deepEqual(kept.items[1], { name: 'rest', matchers: [], channels: [ops.channel.id], wait: '0s', interval: '30s', remind: '4h' });
    const silence = await change(server, 'POST', '/api/v1/silences', {
        matchers: [{ name: 'service', value: 'noisy' }], duration: '1h', by: 'Anna', comment: 'known',
    }, 201);
    assert.equal(silence.state, 'active');
    await change(server, 'POST', '/api/v1/monitors', errorsByService({ window: '2m' }), 201);
    for (const service of ['search-eu', 'billing', 'noisy']) {
        await fail(server, service);
    }
    await waitFor(async () => (await alertsOf(server, '?monitor=errors')).firing === 3, { what: 'three alerts' });
    await waitFor(() => ops.came().length > 0 && team.came().length > 0, { what: 'both notices' });
    const titles = ({ came }) => came().flatMap(({ notices }) => notices.map(({ title }) => title));
    assert.deepEqual(titles(team), ['Errors by service: search-eu']);
    assert.deepEqual(titles(ops), ['Errors by service: billing']);
    const { items } = await alertsOf(server, '?monitor=errors');
    const noisy = items.find(({ group }) => group[0].value === 'noisy');
    assert.equal(noisy.silenced_by, silence.id);
    assert.equal(noisy.told_at, null);
    assert.equal((await server.api.ask('/api/v1/silences')).body.items[0].alerts, 1);
    const acked = await change(server, 'POST', `/api/v1/alerts/${noisy.key}/ack`, { by: 'Anna' }, 200);
    assert.equal(acked.acknowledged_by, 'Anna');
    assert.equal((await change(server, 'DELETE', `/api/v1/alerts/${noisy.key}/ack`, undefined, 200)).acknowledged_by, null);
    await change(server, 'POST', '/api/v1/alerts/none/ack', {}, 404);
    assert.equal((await change(server, 'DELETE', `/api/v1/silences/${silence.id}`, undefined, 200)).state, 'over');
    await waitFor(() => titles(ops).includes('Errors by service: noisy'), { what: 'the notice after the silence' });
    const actions = (await server.api.ask('/api/v1/audit')).body.items.map(({ action }) => action);
    for (const action of ['monitor_made', 'silence_made', 'silence_ended', 'alert_acknowledged', 'alert_unacknowledged', 'alert_routes_changed']) {
        assert.ok(actions.includes(action), action);
    }
});

const noManager = !isHere('prometheus-alertmanager', '--version') && 'prometheus-alertmanager is not installed';
test('a real Alertmanager hears of a monitor\'s alert, again before it would forget it, and of its end', { skip: noManager }, async (t) => {
    const manager = await Alertmanager.start();
    t.after(() => manager.stop());
    const server = await startFor(t);
    const channel = await change(server, 'POST', '/api/v1/channels', {
        name: 'manager', kind: 'alertmanager', settings: { url: manager.origin, hold: '1m' },
    }, 201);
    await change(server, 'POST', '/api/v1/monitors', errorsByService({ window: '50s', channels: [channel.id] }), 201);
    await fail(server, 'checkout');
    const [alert] = await waitFor(async () => {
        const alerts = await manager.firing();
        return alerts.length > 0 && alerts;
    }, { what: 'the alert in Alertmanager' });
    assert.equal(alert.labels.alertname, 'Errors by service');
    assert.equal(alert.labels.service, 'checkout');
    assert.equal(alert.labels.severity, 'critical');
    await waitFor(async () => {
        const [later] = await manager.firing();
        return Date.parse(later.endsAt) > Date.parse(alert.endsAt);
    }, { what: 'the alert said again' });
    await waitFor(async () => (await manager.firing()).length === 0, { what: 'the alert resolved', deadlineMs: 120_000 });
    assert.equal((await alertsOf(server, '?monitor=errors')).firing, 0);
});

test('a monitor is previewed over the past, and nothing is kept of it', async (t) => {
    const server = await startFor(t);
    for (const behaviour of ['server_error', 'server_error', 'default']) {
        await fail(server, 'checkout', behaviour);
    }
    const monitor = errorsByService({ window: '10s' });
    delete monitor.id;
    const preview = await waitFor(async () => {
        const { status, body } = await server.api.ask('/api/v1/monitors/preview', { method: 'POST', body: { monitor, from: '-10m' } });
        assert.equal(status, 200, JSON.stringify(body));
        return body.alerts > 0 && body;
    }, { what: 'a window that is over' });
    assert.equal(preview.step, '10s');
    assert.deepEqual(preview.groups[0].group, [{ name: 'service', value: 'checkout' }]);
    assert.equal(preview.groups[0].alerts.length, 1);
    assert.equal((await alertsOf(server)).items.filter(({ monitor_name: name }) => name === 'Errors by service').length, 0);
    const own = { name: 'Drops', metric: 'dropped', condition: { op: '>', value: 0 } };
    await change(server, 'POST', '/api/v1/monitors/preview', { monitor: own }, 400);
});

test('recommended monitors are there, can be changed and become again what they were', async (t) => {
    const server = await startFor(t);
    const { body } = await server.api.ask('/api/v1/monitors');
    assert.ok(body.items.length >= 25);
    assert.ok(body.items.every(({ id, recommended, state }) => recommended && state.changed === (id === 'own-disk')));
    const changed = await change(server, 'PATCH', '/api/v1/monitors/provider-outage', { condition: { value: 0.3 }, severity: 'warning' }, 200);
    assert.equal(changed.condition.value, 0.3);
    assert.equal(changed.condition.min_calls, 10);
    assert.equal(changed.state.changed, true);
    await change(server, 'DELETE', '/api/v1/monitors/provider-outage', undefined, 200);
    const { body: reset } = await server.api.ask('/api/v1/monitors/provider-outage');
    assert.equal(reset.condition.value, 0.5);
    await change(server, 'DELETE', '/api/v1/monitors/provider-outage', undefined, 409);
    await change(server, 'PATCH', '/api/v1/monitors/provider-outage', { enabled: false }, 200);
    assert.equal((await server.api.ask('/api/v1/monitors/provider-outage')).body.state.status, 'off');
});

test('what cannot work is refused with the member named', async (t) => {
    const server = await startFor(t);
    const wrong = [
        [{ metric: 'eror_rate' }, /error_rate/], [{ kind: 'guess' }, /kind: 'guess'/], [{ window: '1s' }, /window/],
        [{ colour: 'red' }, /colour/], [{ filter: 'nothing:x' }, /nothing/], [{ group_by: ['shoe'] }, /shoe/],
        [{ id: 'UPPER' }, /id/], [{ condition: { op: '>', value: 1, recovery: 2 } }, /recovery/],
    ];
    for (const [members, expected] of wrong) {
        const { status, body } = await server.api.ask('/api/v1/monitors', { method: 'POST', body: errorsByService(members) });
        assert.equal(status, 400, JSON.stringify(members));
        assert.match(body.detail, expected);
    }
    const made = await change(server, 'POST', '/api/v1/monitors', { ...errorsByService(), id: undefined, name: 'Errors & more' }, 201);
    assert.equal(made.id, 'errors-more');
    await change(server, 'POST', '/api/v1/monitors', errorsByService({ id: 'errors-more' }), 409);
    await change(server, 'PUT', '/api/v1/monitors/other', errorsByService({ id: 'errors-more' }), 400);
    await change(server, 'GET', '/api/v1/monitors/none', undefined, 404);
    await change(server, 'DELETE', '/api/v1/monitors/none', undefined, 404);
    await change(server, 'POST', '/api/v1/silences', { matchers: [] , duration: '1h' }, 400);
    await change(server, 'PUT', '/api/v1/alert-routes', { items: [{ name: 'a' }, { name: 'a' }] }, 400);
    await change(server, 'GET', '/api/v1/alerts?status=ok', undefined, 400);
    await change(server, 'GET', '/api/v1/alerts/history?from=yesterday', undefined, 400);
});
