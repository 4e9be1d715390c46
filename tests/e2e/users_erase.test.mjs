// A user is erased: nothing of them is in any byte of the data directory, all totals stay, and the server goes on as before.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { send } from '../support/client.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kUser = 'ada.lovelace@example.org';
const kOther = 'charles.babbage@example.org';
const kSecret = 'the engine weaves algebraical patterns';
const kComment = 'looms do not listen to me';
const kSession = 'conversation-with-ada-lovelace';
const kTag = 'countess-of-the-north';
const kAlways = { from: '-7d', to: '2100-01-01T00:00:00Z' };
const kTotals = ['calls', 'errors', 'cost_usd', 'input_tokens', 'output_tokens', 'sessions', 'feedback_count', 'satisfaction_rate'];

function* filesOf(folder) {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
        const place = path.join(folder, entry.name);
        if (entry.isDirectory()) {
            yield* filesOf(place);
        } else if (entry.isFile()) {
            yield place;
        }
    }
}

/// Which files hold which of the texts, as it is or as JSON.
const holding = (folder, texts) =>
    [...filesOf(folder)].flatMap((file) => {
        const bytes = fs.readFileSync(file);
        return texts
            .filter((text) => bytes.includes(text) || bytes.includes(JSON.stringify(text).slice(1, -1)))
            .map((text) => `${path.relative(folder, file)}: ${text}`);
    });

async function talk(server, user, session, content) {
    const response = await send(server.origin, '/v1/chat/completions', {
        headers: {
            'content-type': 'application/json',
            'x-sightglass-user': user,
            'x-sightglass-session': session,
            'x-sightglass-tag-rank': user === kUser ? kTag : 'professor',
            'user-agent': `${user}-browser`,
        },
        body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] }),
    });
    assert.equal(response.status, 200);
    await server.api.waitForCall(response.callId);
    return response.callId;
}

test('nothing of an erased user is left, and everything else is', async (t) => {
    const upstream = await Upstream.start();
    t.after(() => upstream.stop());
    const upstreams = { openai: upstream.origin };
    const args = ['--capture', 'full'];
    let server = await Sightglass.start({ upstreams, args });
    t.after(() => server.stop());
    let last;
    for (let i = 0; i < 5; ++i) {
        last = await talk(server, kUser, kSession, `${kSecret} ${i}`);
        await talk(server, kOther, 'conversation-with-charles', `a difference ${i}`);
    }
    const content = await waitFor(
        async () => {
            const { body } = await server.api.ask(`/api/v1/calls/${last}`);
            return body.content?.input !== undefined && JSON.stringify(body.content).includes(kSecret);
        },
        { what: 'the content' },
    );
    assert.ok(content);
    const given = await server.api.ask('/api/v1/feedback', { method: 'POST', body: { call_id: last, score: -1, comment: kComment, user: kUser } });
    assert.equal(given.status, 201);
    await waitFor(async () => (await server.api.get('/api/v1/followups', { user: kUser })).items.length === 1, { what: 'the follow-up', deadlineMs: 60_000 });
    await server.api.ask('/api/v1/followups', { method: 'POST', body: { user: kOther, reason: 'he asked' } });
    const before = await server.api.totals(kTotals, kAlways);
    const { user: pseudonym } = (await server.api.get('/api/v1/users', { ...kAlways, names: 'true' })).items.find(({ name }) => name === kUser);

    const env = { SIGHTGLASS_ADMIN_TOKEN: server.token };
    const erase = (...more) => run(['users', 'erase', pseudonym, '--yes', '--json', '--data-dir', server.dataDir, ...more], { env });
    const refused = await erase();
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /stop it first/);

    const { dataDir, token } = server;
    await server.stop();
    const traces = [kUser, kSecret, kComment, kSession, kTag];
    assert.ok(holding(dataDir, traces).length > 0, 'else the test would show nothing');
    const done = await erase();
    assert.equal(done.code, 0, done.stderr);
    const report = JSON.parse(done.stdout);
    assert.deepEqual([report.calls, report.feedback, report.follow_ups], [5, 1, 1]);
    assert.deepEqual([report.leftovers, report.found_in], [[], []]);
    assert.deepEqual(holding(dataDir, traces), []);
    assert.ok(holding(dataDir, [kOther]).length > 0, 'the other user is still there');

    server = await Sightglass.start({ upstreams, args, dataDir, token });
    assert.deepEqual(await server.api.totals(kTotals, kAlways), before);
    const users = (await server.api.get('/api/v1/users', { ...kAlways, names: 'true' })).items;
    assert.deepEqual(users.map(({ name }) => name), [kOther]);
    assert.equal((await server.api.get('/api/v1/followups')).items.length, 1);
    const entry = (await server.api.get('/api/v1/audit')).items.find(({ action }) => action === 'user_erased');
    assert.equal(entry.object, pseudonym);

    // It goes on: calls are recorded, once, also over another restart.
    await talk(server, kOther, 'conversation-with-charles', 'again');
    await server.stop();
    server = await Sightglass.start({ upstreams, args, dataDir, token });
    assert.equal((await server.api.totals('calls', kAlways)).calls, before.calls + 1);
    assert.deepEqual(holding(dataDir, traces), []);
});

test('what cannot be erased is said', async (t) => {
    const server = await Sightglass.start();
    t.after(() => server.stop());
    await server.stop();
    const env = { SIGHTGLASS_ADMIN_TOKEN: server.token };
    const args = ['--data-dir', server.dataDir];
    assert.equal((await run(['users', 'erase', 'u_0123456789abcdef', '--yes', ...args], { env })).code, 1);
    const without = await run(['users', 'erase', 'nobody@example.org', ...args], { env });
    assert.equal(without.code, 1);
    assert.match(without.stderr, /--yes/);
    const nobody = await run(['users', 'erase', 'nobody@example.org', '--yes', '--json', ...args], { env });
    assert.equal(nobody.code, 0, nobody.stderr);
    assert.equal(JSON.parse(nobody.stdout).calls, 0);
});
