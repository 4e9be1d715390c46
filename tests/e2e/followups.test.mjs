// Follow-ups over the API: what the rules find by themselves, steps from open to closed, who is told, what they changed; kept over a
// restart, under pseudonyms.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { chat } from '../support/client.mjs';
import { temporaryFolder } from '../support/places.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kDay = 86_400_000;
/// The test's own webhook is at loopback.
const kConfig = 'notify:\n  allow_private: true\n';
let upstream;
let server;

before(async () => {
    upstream = await Upstream.start();
    server = await Sightglass.start({ upstreams: { openai: upstream.origin }, config: kConfig });
});

after(async () => {
    await server?.stop();
    await upstream?.stop();
});

const list = async (params = {}) => (await server.api.get('/api/v1/followups', params)).items;
const open = async (body) => {
    const answer = await server.api.ask('/api/v1/followups', { method: 'POST', body });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
};
const change = (id, body) => server.api.ask(`/api/v1/followups/${id}`, { method: 'PATCH', body });
const put = (body) => server.api.ask('/api/v1/followup-settings', { method: 'PUT', body });

async function call(user) {
    const answer = await chat(server.origin, 'default', { headers: { 'x-sightglass-user': user } });
    assert.equal(answer.status, 200);
    await server.api.waitForCall(answer.callId);
    return answer.callId;
}

const one = (params, what) =>
    waitFor(async () => (await list(params))[0], { what, deadlineMs: 60_000 });

test('bad feedback opens one by itself, for the user of the call, once', async () => {
    const id = await call('ada');
    for (const score of [-1, -0.5]) {
        await server.api.ask('/api/v1/feedback', { method: 'POST', body: { call_id: id, score } });
    }
    const found = await one({ user: 'ada', rule: 'bad_feedback' }, 'the follow-up of ada');
    assert.equal(found.state, 'open');
    assert.equal(found.call_id, id);
    assert.match(found.user, /^u_[0-9a-f]{16}$/);
    assert.equal(found.name, null);
    assert.ok(Date.parse(found.due_at) > Date.parse(found.opened_at));
    const looked = await server.api.ask('/api/v1/followup-look', { method: 'POST', body: {} });
    assert.deepEqual([looked.status, looked.body.opened], [200, 0]);
    assert.equal((await list({ user: 'ada' })).length, 1);
    assert.equal((await list({ user: found.user })).length, 1, 'a pseudonym does as well');
});

test('steps lead on to an outcome, and each is in the audit log', async () => {
    const { id } = await open({ user: 'bob', reason: 'asked on the phone', owner: 'carol' });
    assert.equal((await change(id, { state: 'closed' })).status, 400, 'without an outcome');
    const contacted = await change(id, { state: 'contacted', note: 'wrote a mail', contact: 'bob@example.org', template: 'Sorry (English)' });
    assert.equal(contacted.status, 200);
    assert.equal(contacted.body.notes[0].text, 'wrote a mail');
    assert.equal((await change(id, { state: 'open' })).status, 409);
    assert.equal((await change(id, { state: 'answered' })).body.state, 'answered');
    const closed = await change(id, { state: 'closed', outcome: 'solved', satisfaction_after: 1 });
    assert.deepEqual([closed.body.state, closed.body.outcome, closed.body.satisfaction_after], ['closed', 'solved', 1]);
    assert.equal((await change(id, { state: 'open' })).body.outcome, null);
    assert.equal((await change('nothing', { note: 'x' })).status, 404);
    for (const body of [{}, { owner: 'x' }, { user: 'x', colour: 'red' }, { user: 'x', due_at: 'soon' }, { call_id: 'x' }]) {
        assert.equal((await server.api.ask('/api/v1/followups', { method: 'POST', body })).status, 400, JSON.stringify(body));
    }
    const actions = (await server.api.get('/api/v1/audit')).items.filter(({ object }) => object === id).map(({ action }) => action);
    assert.deepEqual(actions, ['follow_up_changed', 'follow_up_changed', 'follow_up_changed', 'follow_up_changed', 'follow_up_opened']);
});

test('what users do is looked at by the written numbers', async () => {
    const base = Math.floor(Date.now() / kDay) * kDay;
    const lines = [];
    const day = (user, ago, count, status = 'ok') => {
        for (let i = 0; i < count; ++i) {
            lines.push({ started_at: new Date(base - ago * kDay + i * 1_000).toISOString(), provider: 'openai', model: 'gpt-4o', operation: 'chat', status, user, latency_ms: 10 });
        }
    };
    for (let ago = 1; ago <= 28; ++ago) {
        day('falling', ago, ago <= 7 ? 1 : 10);
        day('steady', ago, 10);
    }
    day('falling', 100, 1);
    day('steady', 100, 1);
    day('eager', 2, 120);
    day('unlucky', 100, 1);
    const recent = Date.now() - 60_000;
    for (let i = 0; i < 6; ++i) {
        lines.push({ started_at: new Date(recent + i).toISOString(), provider: 'openai', model: 'gpt-4o', operation: 'chat', status: 'error', user: 'unlucky', latency_ms: 10 });
    }
    const file = path.join(temporaryFolder('followups'), 'calls.jsonl');
    fs.writeFileSync(file, `${lines.map((each) => JSON.stringify(each)).join('\n')}\n`);
    const done = await run(['import', file, '--yes', '--data-dir', server.dataDir], { env: { SIGHTGLASS_ADMIN_TOKEN: server.token } });
    assert.equal(done.code, 0, done.stderr);
    await waitFor(async () => (await server.api.totals('calls', { from: '-200d', filter: 'user:unlucky' })).calls === 7, { what: 'the import' });
    await server.api.ask('/api/v1/followup-look', { method: 'POST', body: {} });
    for (const [user, rule] of [['falling', 'drop_in_use'], ['eager', 'heavy_new_user'], ['unlucky', 'repeated_errors']]) {
        const [found, ...others] = await list({ user });
        assert.equal(found?.rule, rule, user);
        assert.equal(others.length, 0, user);
    }
    assert.deepEqual(await list({ user: 'steady' }), []);
});

test('a webhook hears of each event, with a pseudonym and no name', async (t) => {
    const heard = [];
    const hook = http.createServer((request, response) => {
        let body = '';
        request.setEncoding('utf8').on('data', (text) => (body += text));
        request.on('end', () => {
            heard.push(body);
            response.end('{}');
        });
    });
    await new Promise((resolve) => hook.listen(0, '127.0.0.1', resolve));
    t.after(() => hook.close());
    const made = await server.api.ask('/api/v1/channels', {
        method: 'POST',
        body: { name: 'desk', kind: 'webhook', settings: { url: `http://127.0.0.1:${hook.address().port}/hook` } },
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const set = await put({ tell: ['opened', 'closed', 'due'], channels: [made.body.id] });
    assert.equal(set.status, 200, JSON.stringify(set.body));
    const { id, user } = await open({ user: 'dora.of.the.desk', due_at: '-1h' });
    await waitFor(() => heard.some((body) => body.includes('Follow-up due')), { what: 'the reminder', deadlineMs: 60_000 });
    await change(id, { state: 'closed', outcome: 'no_answer' });
    await waitFor(() => heard.some((body) => body.includes('Follow-up closed')), { what: 'the end', deadlineMs: 60_000 });
    const all = heard.filter((body) => body.includes(id));
    assert.ok(all.some((body) => body.includes('Follow-up opened')) && all.every((body) => body.includes(user)));
    assert.ok(all.every((body) => !body.includes('dora.of.the.desk')));
});

test('settings are kept and what is wrong is refused', async () => {
    for (const body of [{ more: 1 }, { rules: { by_hand: {} } }, { tell: ['all'] }, { remind_hours: 0 }]) {
        assert.equal((await put(body)).status, 400, JSON.stringify(body));
    }
    const kept = await put({ rules: { bad_feedback: { owner: 'carol', due_days: 1 } }, tell: [] });
    assert.equal(kept.status, 200);
    assert.equal(kept.body.rules.bad_feedback.owner, 'carol');
    const id = await call('eve');
    await server.api.ask('/api/v1/feedback', { method: 'POST', body: { call_id: id, score: -1 } });
    assert.equal((await one({ user: 'eve' }, 'the follow-up of eve')).owner, 'carol');
});

test('the report counts, and the queue survives a restart', async () => {
    const before = await server.api.get('/api/v1/followup-report');
    assert.equal(before.all.opened, (await list({ limit: 1000 })).length);
    assert.equal(before.by_outcome.no_answer, 1);
    assert.equal(Object.values(before.by_rule).reduce((sum, { opened }) => sum + opened, 0), before.all.opened);
    const all = await list({ limit: 1000 });
    const pages = [];
    let cursor;
    do {
        const page = await server.api.get('/api/v1/followups', { limit: 2, ...(cursor ? { cursor } : {}) });
        pages.push(...page.items);
        cursor = page.next;
    } while (cursor);
    assert.deepEqual(pages.map(({ id }) => id), all.map(({ id }) => id));
    const env = { SIGHTGLASS_ADMIN_TOKEN: server.token };
    const csv = await run(['followups', '--state', 'all', '--csv', '--data-dir', server.dataDir], { env });
    assert.equal(csv.code, 0, csv.stderr);
    assert.equal(csv.stdout.trim().split('\n').length, all.length + 1);
    const json = await run(['followups', '--state', 'closed', '--json', '--data-dir', server.dataDir], { env });
    assert.deepEqual(json.stdout.trim().split('\n').map((line) => JSON.parse(line).state), (await list({ state: 'closed' })).map(({ state }) => state));
    const { dataDir, token } = server;
    await server.stop();
    server = await Sightglass.start({ upstreams: { openai: upstream.origin }, dataDir, token, config: kConfig });
    assert.deepEqual((await list({ limit: 1000 })).map(({ id }) => id), all.map(({ id }) => id));
});
