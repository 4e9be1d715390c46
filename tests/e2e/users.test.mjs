// Users over the API and the command line: what each did, by counting the lines that were planted; pseudonyms everywhere, names only
// where somebody asks, which the audit log says; segments by rules that can be changed.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { temporaryFolder } from '../support/places.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kDay = 86_400_000;
const kToday = Math.floor(Date.now() / kDay) * kDay;
const kNames = { heavy: 'ada@example.org', regular: 'bob, the "builder"', light: '=cmd()', lapsing: '李雷', fresh: 'eve' };

/// One call, `daysAgo` days before today.
const line = (user, daysAgo, i, more = {}) => ({
    started_at: new Date(kToday - daysAgo * kDay - (i + 1) * 60_000).toISOString(),
    provider: 'openai',
    model: i % 2 === 0 ? 'gpt-4o' : 'gpt-4o-mini',
    service: 'desk',
    operation: 'chat',
    status: 'ok',
    user,
    session_id: `${user}-${daysAgo}`,
    prompt_tokens: 1_000,
    completion_tokens: 100,
    latency_ms: 800,
    ...more,
});

function plantedLines() {
    const lines = [];
    const day = (user, daysAgo, calls, more) => {
        for (let i = 0; i < calls; ++i) {
            lines.push(line(user, daysAgo, i, more));
        }
    };
    for (let ago = 0; ago < 28; ++ago) {
        day(kNames.heavy, ago, 6);
        if (ago % 2 === 0) {
            day(kNames.regular, ago, 2, { status: ago === 0 ? 'error' : 'ok' });
        }
    }
    for (const name of ['heavy', 'regular', 'light', 'lapsing']) {
        day(kNames[name], 60, 1);
    }
    day(kNames.light, 5, 1);
    day(kNames.lapsing, 20, 3);
    day(kNames.fresh, 1, 2);
    return lines;
}

let server;
const lines = plantedLines();
const kRange = { from: new Date(kToday - 100 * kDay).toISOString(), to: new Date(kToday + kDay).toISOString() };

before(async () => {
    server = await Sightglass.start();
    const file = path.join(temporaryFolder('users'), 'calls.jsonl');
    fs.writeFileSync(file, `${lines.map((one) => JSON.stringify(one)).join('\n')}\n`);
    const done = await run(['import', file, '--yes', '--json', '--data-dir', server.dataDir], { env: { SIGHTGLASS_ADMIN_TOKEN: server.token } });
    assert.equal(done.code, 0, done.stderr);
    await server.api.waitForCount(lines.length, kRange);
});

after(() => server?.stop());

const users = async (params = {}) => (await server.api.get('/api/v1/users', { ...kRange, ...params })).items;
const named = async (params = {}) => new Map((await users({ names: 'true', ...params })).map((user) => [user.name, user]));
const of = (name) => lines.filter(({ user }) => user === kNames[name]);

test('each user has what was planted, and the segment that follows from it', async () => {
    const all = await named();
    assert.deepEqual(new Set(all.keys()), new Set(Object.values(kNames)));
    for (const name of Object.keys(kNames)) {
        const user = all.get(kNames[name]);
        const planted = of(name);
        assert.equal(user.calls, planted.length, name);
        assert.equal(user.errors, planted.filter(({ status }) => status === 'error').length, name);
        assert.equal(user.sessions, new Set(planted.map(({ session_id }) => session_id)).size, name);
        assert.equal(user.total_tokens, planted.length * 1_100, name);
        assert.ok(user.cost_usd > 0, name);
        assert.equal(user.satisfaction_rate, null);
        assert.match(user.user, /^u_[0-9a-f]{16}$/);
    }
    const segments = Object.fromEntries(Object.keys(kNames).map((name) => [name, all.get(kNames[name]).segment]));
    assert.deepEqual(segments, { heavy: 'heavy', regular: 'regular', light: 'light', lapsing: 'lapsing', fresh: 'new' });
});

test('names are nowhere unless they are asked for, and that is in the audit log', async () => {
    const before = (await server.api.get('/api/v1/audit')).items.filter(({ action }) => action === 'user_names_shown').length;
    const plain = [await users(), await server.api.get('/api/v1/user-report', kRange)];
    const [{ user }] = await users({ limit: '1' });
    plain.push(await server.api.get(`/api/v1/users/${user}`, kRange));
    for (const name of Object.values(kNames)) {
        assert.ok(!JSON.stringify(plain).includes(JSON.stringify(name).slice(1, -1)), name);
    }
    const count = async () => (await server.api.get('/api/v1/audit')).items.filter(({ action }) => action === 'user_names_shown').length;
    assert.equal(await count(), before);
    await users({ names: 'true' });
    await server.api.get(`/api/v1/users/${user}`, { ...kRange, names: 'true' });
    assert.equal(await count(), before + 2);
});

test('a pseudonym filters calls, figures and sessions as the name does, whatever the name holds', async () => {
    for (const [name, { user }] of await named()) {
        const figures = await server.api.totals(['calls', 'cost_usd', 'users'], { ...kRange, filter: `user:${user}` });
        assert.equal(figures.calls, lines.filter((one) => one.user === name).length, name);
        assert.equal(figures.users, 1);
        const others = await server.api.totals(['calls'], { ...kRange, filter: `-user:${user}` });
        assert.equal(others.calls, lines.length - figures.calls, name);
        const listed = await server.api.calls({ ...kRange, filter: `user:${user}` });
        assert.ok(listed.length === figures.calls && listed.every((call) => call.user === name), name);
        const sessions = await server.api.get('/api/v1/sessions', { ...kRange, filter: `user:${user}`, limit: '200' });
        assert.ok(sessions.items.length > 0 && sessions.items.every((session) => session.user === name), name);
    }
    assert.equal((await server.api.totals(['calls'], { ...kRange, filter: 'user:u_0123456789abcdef' })).calls, 0);
});

test('a profile has its days, and is found by the name as well', async () => {
    const heavy = (await named()).get(kNames.heavy);
    const profile = await server.api.get(`/api/v1/users/${heavy.user}`, kRange);
    assert.equal(profile.days.length, new Set(of('heavy').map(({ started_at }) => started_at.slice(0, 10))).size);
    assert.equal(profile.days.reduce((sum, { calls }) => sum + calls, 0), of('heavy').length);
    assert.equal(profile.name, null);
    const byName = await server.api.get(`/api/v1/users/${encodeURIComponent(kNames.heavy)}`, kRange);
    assert.deepEqual(byName, profile);
    assert.equal((await server.api.ask('/api/v1/users/nobody')).status, 404);
    assert.equal((await server.api.ask('/api/v1/users/u_0123456789abcdef')).status, 404);
});

test('what a user says is in the profile, under the pseudonym, and counts', async () => {
    const [call] = await server.api.calls({ ...kRange, filter: 'user:eve', limit: 1 });
    const given = await server.api.ask('/api/v1/feedback', { method: 'POST', body: { call_id: call.call_id, score: -1, user: 'eve' } });
    assert.equal(given.status, 201);
    const eve = await waitFor(
        async () => {
            const user = (await named()).get('eve');
            return user.feedback_count === 1 && user;
        },
        { what: 'the feedback of eve' },
    );
    assert.equal(eve.satisfaction_rate, 0);
    const profile = await server.api.get(`/api/v1/users/${eve.user}`, { ...kRange, to: '2100-01-01T00:00:00Z' });
    assert.equal(profile.feedback.length, 1);
    assert.equal(profile.feedback[0].user, eve.user);
});

test('the report adds up: segments, active users, cohorts, concentration', async () => {
    const report = await server.api.get('/api/v1/user-report', kRange);
    assert.equal(report.users, 5);
    assert.equal(report.segments.reduce((sum, { users: count }) => sum + count, 0), 5);
    assert.equal(report.segments.reduce((sum, { calls }) => sum + calls, 0), lines.length);
    const dayOf = (ms) => new Date(ms).toISOString().slice(0, 10);
    for (const active of report.active.slice(-30)) {
        const end = Date.parse(active.day) + kDay;
        const within = (days) =>
            new Set(lines.filter((one) => Date.parse(one.started_at) < end && Date.parse(one.started_at) >= end - days * kDay).map((one) => one.user)).size;
        assert.deepEqual([active.on_day, active.in_week, active.in_month], [within(1), within(7), within(28)], dayOf(end));
    }
    assert.equal(report.cohorts.length, 12);
    const born = report.cohorts.reduce((sum, { users: count }) => sum + count, 0);
    assert.equal(born, 5);
    for (const cohort of report.cohorts) {
        assert.equal(cohort.active[0], cohort.users);
        assert.ok(cohort.active.every((count) => count <= cohort.users));
    }
    assert.equal(report.calls.total, lines.length);
    assert.equal(report.calls.curve.at(-1).share, 1);
    assert.equal(report.calls.curve[0].share, of('heavy').length / lines.length);
});

test('pages follow each other, in the order that is asked for', async () => {
    const found = [];
    let cursor = '';
    do {
        const page = await server.api.get('/api/v1/users', { ...kRange, order_by: 'calls', limit: '2', ...(cursor ? { cursor } : {}) });
        found.push(...page.items.map(({ calls }) => calls));
        cursor = page.next;
    } while (cursor);
    assert.equal(found.length, 5);
    assert.deepEqual(found, [...found].sort((a, b) => a - b));
    const { items } = await server.api.get('/api/v1/users', { ...kRange, segment: 'light' });
    assert.deepEqual(items.map(({ segment }) => segment), ['light']);
});

test('rules can be changed, are kept over a restart, and go back; what is wrong is refused', async () => {
    const put = (body) => server.api.ask('/api/v1/user-segments', { method: 'PUT', body });
    for (const body of [{ text: 'Loud: calls>=1' }, { text: 'a: turnover>1' }, {}, { text: 'a: calls>=1', more: 1 }, { text: 3 }]) {
        assert.equal((await put(body)).status, 400, JSON.stringify(body));
    }
    const changed = await put({ text: 'loud: calls>=100\nquiet: calls<100' });
    assert.equal(changed.status, 200);
    assert.equal(changed.body.own, true);
    assert.deepEqual(
        [...(await named()).values()].map(({ segment }) => segment).sort(),
        ['loud', 'quiet', 'quiet', 'quiet', 'quiet'],
    );
    const { dataDir, token } = server;
    await server.stop();
    server = await Sightglass.start({ dataDir, token });
    assert.equal((await server.api.get('/api/v1/user-segments')).items.length, 2);
    const back = await put({ text: null });
    assert.equal(back.body.own, false);
    assert.equal(back.body.items.length, 6);
    assert.equal((await server.api.ask('/api/v1/users', { params: { segment: 'loud' } })).status, 400);
});

test('the command lists users, shows one and exports them, under pseudonyms', async () => {
    const env = { SIGHTGLASS_ADMIN_TOKEN: server.token };
    const args = ['--data-dir', server.dataDir];
    const list = await run(['users', 'list', '--from', '-100d', '--json', ...args], { env });
    assert.equal(list.code, 0, list.stderr);
    const listed = list.stdout.trim().split('\n').map((one) => JSON.parse(one));
    assert.deepEqual(new Set(listed.map(({ user }) => user)), new Set([...(await named()).values()].map(({ user }) => user)));
    const table = await run(['users', 'list', '--segment', 'lapsing', '--from', '-100d', ...args], { env });
    assert.match(table.stdout, /lapsing/);
    assert.ok(!table.stdout.includes(kNames.lapsing));
    const csv = await run(['users', 'export', '--from', '-100d', '--names', ...args], { env });
    assert.equal(csv.code, 0, csv.stderr);
    assert.ok(csv.stdout.includes('"bob, the ""builder"""'), csv.stdout);
    assert.ok(csv.stdout.includes("'=cmd()"), 'a spreadsheet takes no name for a formula');
    const shown = await run(['users', 'show', kNames.fresh, '--json', ...args], { env });
    assert.equal(JSON.parse(shown.stdout).user, (await named()).get('eve').user);
    assert.equal((await run(['users', 'show', 'nobody', ...args], { env })).code, 1);
});
