// Sightglass keys: issued, listed, rotated, revoked over the API and the command line; asked of the unmodified OpenAI client;
// what they say goes before what headers claim; none of them ever reaches the upstream or a file.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { client, failure, kKey, kMessages } from '../support/sdk.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

let upstream;
let server;

before(async () => {
    upstream = await Upstream.start();
    server = await Sightglass.start({ upstreams: { openai: upstream.origin } });
});

after(async () => {
    await server.stop();
    await upstream.stop();
});

async function issue(body = {}, to = server) {
    const answer = await to.api.ask('/api/v1/keys', { method: 'POST', body });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
}

const chat = (openai, model = 'gpt-4o-mini') => openai.chat.completions.create({ model, messages: kMessages });

const withKey = (key, more = {}) => client(server.origin, { ...more, headers: { 'x-sightglass-key': key, ...more.headers } });

async function callOf(openai) {
    return server.api.waitForCall(openai.seen.callIds.at(-1));
}

/// Sends one chat and expects it to be refused: what the client saw, and the call.
async function refused(openai, model) {
    const before = upstream.requests.length;
    const error = await failure(chat(openai, model));
    assert.equal(upstream.requests.length, before, 'nothing reached the upstream');
    assert.equal(openai.seen.headers.at(-1).get('x-sightglass-error'), '1');
    const call = await callOf(openai);
    assert.equal(call.status, 'blocked');
    assert.equal(call.http_status, error.status);
    return { error, call };
}

test('a key in x-sightglass-key: the call is its owner\'s, whatever headers claim, and the key is not passed on', async () => {
    const key = await issue({ name: 'search-bot', owner: 'alice', team: 'search', service: 'bot' });
    assert.match(key.key, /^sg-[A-Za-z0-9_-]{43}$/);
    const openai = withKey(key.key, {
        id: 'owner-1',
        headers: {
            'x-sightglass-user': 'mallory',
            'x-sightglass-team': 'other',
            'x-sightglass-service': 'other',
            'x-sightglass-environment': 'production',
        },
    });
    await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages, user: 'body-user' });
    const call = await callOf(openai);
    assert.equal(call.status, 'ok');
    assert.equal(call.user, 'alice');
    assert.equal(call.team, 'search');
    assert.equal(call.service, 'bot');
    assert.equal(call.environment, 'production');
    assert.equal(call.api_key, key.id.replaceAll('-', ''));
    assert.equal(call.api_key_label, 'search-bot');
    const seen = upstream.find('owner-1');
    assert.equal(seen.headers.authorization, `Bearer ${kKey}`);
    assert.ok(!JSON.stringify(seen.rawHeaders).includes(key.key));
});

test('where only some targets have keys, a key as the credential goes to those', async (t) => {
    const [open, keyed] = [await Upstream.start(), await Upstream.start()];
    const config =
        `upstreams:\n  mixed: {dialect: openai, targets: [{name: open, base_url: ${open.origin}}, ` +
        `{name: keyed, base_url: ${keyed.origin}, key: '\${MIXED_KEY}'}]}\n`;
    t.after(() => Promise.all([open.stop(), keyed.stop()]));
    const own = await Sightglass.startFor(t, { config, env: { MIXED_KEY: 'provider-secret' } });
    const { key } = await issue({ name: 'mixed' }, own);
    const openai = client(own.origin, { apiKey: key });
    for (let i = 0; i < 6; ++i) {
        await chat(openai);
    }
    assert.equal(open.requests.length, 0, 'the key would have reached a provider');
    assert.equal(keyed.requests.length, 6);
    assert.ok(keyed.requests.every((seen) => seen.headers.authorization === 'Bearer provider-secret'));
    for (let i = 0; i < 4; ++i) {
        await chat(client(own.origin, { headers: { 'x-sightglass-key': key } }));
    }
    assert.equal(open.requests.length, 2, 'who brings a key of the provider goes to both');
});

test('a key given as the credential to an upstream without a key of its own is refused, wherever it stands', async () => {
    const { key } = await issue({ name: 'credential' });
    const { error, call } = await refused(client(server.origin, { apiKey: key }));
    assert.equal(error.class, 'AuthenticationError');
    assert.equal(error.code, 'sightglass_key_as_credential');
    assert.match(error.message, /x-sightglass-key/);
    assert.equal(call.error_type, 'policy_denied');
    assert.equal(call.error_code, 'sightglass_key_as_credential');

    for (const name of ['x-api-key', 'api-key', 'x-goog-api-key']) {
        await refused(client(server.origin, { headers: { [name]: key } }));
    }
    for (const query of [`key=${key}`, `a=b&key=sg%2D${key.slice(3)}`]) {
        await refused(client(server.origin, { defaultQuery: Object.fromEntries(new URLSearchParams(query)) }));
    }
    assert.ok(!upstream.requests.some((seen) => `${seen.url}${seen.rawHeaders}`.includes(key.slice(3))));
});

test('keys that are unknown, expired or revoked are refused and recorded', async () => {
    const unknown = await refused(withKey(`sg-${'x'.repeat(43)}`));
    assert.equal(unknown.error.class, 'AuthenticationError');
    assert.equal(unknown.call.error_code, 'sightglass_key_unknown');
    assert.equal(unknown.call.error_type, 'policy_denied');

    const soon = new Date(Date.now() + 1_000).toISOString();
    const expiring = await issue({ name: 'soon', expires_at: soon });
    await waitFor(async () => Date.now() > Date.parse(soon));
    const expired = await refused(withKey(expiring.key));
    assert.equal(expired.call.error_code, 'sightglass_key_expired');

    const key = await issue({ name: 'to revoke' });
    await chat(withKey(key.key));
    const answer = await server.api.ask(`/api/v1/keys/${key.id}`, { method: 'DELETE' });
    assert.equal(answer.body.state, 'revoked');
    const revoked = await refused(withKey(key.key));
    assert.equal(revoked.call.error_code, 'sightglass_key_revoked');
});

test('a rotated key: the old text ends at once, or after its overlap; it stays the same key', async () => {
    const key = await issue({ name: 'rotating' });
    const overlapped = await server.api.ask(`/api/v1/keys/${key.id}/rotate`, { method: 'POST', body: { overlap: '1h' } });
    assert.equal(overlapped.status, 200);
    assert.equal(overlapped.body.id, key.id);
    await chat(withKey(key.key));
    const openai = withKey(overlapped.body.key);
    await chat(openai);
    assert.equal((await callOf(openai)).api_key, key.id.replaceAll('-', ''));
    const rotated = await server.api.ask(`/api/v1/keys/${key.id}/rotate`, { method: 'POST' });
    await refused(withKey(overlapped.body.key));
    await chat(withKey(rotated.body.key));
    await server.api.ask(`/api/v1/keys/${key.id}`, { method: 'DELETE' });
    assert.equal((await server.api.ask(`/api/v1/keys/${key.id}/rotate`, { method: 'POST' })).status, 409);
    assert.equal((await server.api.ask('/api/v1/keys/none/rotate', { method: 'POST' })).status, 404);
});

test('a key may use its models only; what hides the model is refused', async () => {
    const { key } = await issue({ name: 'small', models: ['gpt-4o-mini*', 'o?'] });
    await chat(withKey(key), 'gpt-4o-mini');
    await chat(withKey(key), 'o3');
    const { error, call } = await refused(withKey(key), 'gpt-4o');
    assert.equal(error.class, 'PermissionDeniedError');
    assert.equal(call.error_code, 'model_not_allowed');
    assert.equal(call.model_requested, 'gpt-4o');

    const send = async (body, headers = {}) => {
        const answer = await fetch(`${server.origin}/v1/chat/completions`, {
            method: 'POST',
            headers: { authorization: `Bearer ${kKey}`, 'x-sightglass-key': key, 'content-type': 'application/json', ...headers },
            body,
            duplex: 'half',
        });
        return { status: answer.status, body: await answer.text() };
    };
    for (const body of [
        '{"model":"gpt-4o-mini","model":"gpt-4o","messages":[]}',
        '{"model":"gpt-4o-mini","Model":"gpt-4o","messages":[]}',
        '{"messages":[]}',
        'model=gpt-4o',
    ]) {
        assert.equal((await send(body)).status, 403, body);
    }
    const large = (model) => JSON.stringify({ messages: [{ role: 'user', content: 'x'.repeat(300_000) }], model });
    assert.equal((await send(large('gpt-4o'))).status, 403);
    assert.equal((await send(large('gpt-4o-mini'))).status, 200);
    assert.notEqual((await withKey(key).models.list().asResponse()).status, 403);
});

test('the API says what is wrong, shows no text again, and the audit log knows who did what', async () => {
    for (const body of [
        { nam: 'x' },
        { models: 'gpt' },
        { models: [''] },
        { limits: { rpm: 1 } },
        { limits: { requests_per_minute: -1 } },
        { limits: { mode: 'maybe' } },
        { expires_at: 'yesterday' },
        { expires_at: '-1h' },
        { name: 7 },
        [],
    ]) {
        const answer = await server.api.ask('/api/v1/keys', { method: 'POST', body });
        assert.equal(answer.status, 400, JSON.stringify(body));
    }
    assert.equal((await server.api.ask('/api/v1/keys', { method: 'POST', body: {}, token: 'wrong' })).status, 401);

    const key = await issue({ name: 'listed', limits: { requests_per_minute: 60, usd_per_day: 2.5, mode: 'shadow' } });
    const first = await server.api.get('/api/v1/keys', { limit: 1 });
    assert.equal(first.items[0].id, key.id);
    assert.equal(first.items[0].limits.usd_per_day, 2.5);
    assert.equal(first.items[0].limits.mode, 'shadow');
    assert.equal(first.items[0].key, undefined);
    assert.equal(first.items[0].hint, `sg-...${key.key.slice(-4)}`);
    const second = await server.api.get('/api/v1/keys', { limit: 1, cursor: first.next });
    assert.notEqual(second.items[0].id, key.id);

    await server.api.ask(`/api/v1/keys/${key.id}`, { method: 'DELETE' });
    const audit = await server.api.get('/api/v1/audit', { limit: 2 });
    assert.deepEqual(audit.items.map((entry) => [entry.action, entry.object]), [
        ['key_revoked', key.id],
        ['key_issued', key.id],
    ]);
    assert.ok(!JSON.stringify(audit).includes(key.key));
});

test('what a key says is changed while it is used; its text stays', async () => {
    const issued = await issue({ name: 'changing', owner: 'alice', models: ['gpt-4o-mini'], limits: { concurrent: 3, usd_per_day: 2 } });
    const change = (body, id = issued.id) => server.api.ask(`/api/v1/keys/${id}`, { method: 'PATCH', body });
    const openai = withKey(issued.key);
    await chat(openai);
    const changed = await change({ owner: null, models: ['o3'], limits: { concurrent: null, requests_per_minute: 1 } });
    assert.equal(changed.status, 200);
    const { key, name, owner, models, limits } = changed.body;
    assert.deepEqual([key, name, owner, models], [undefined, 'changing', null, ['o3']]);
    assert.deepEqual([limits.concurrent, limits.requests_per_minute, limits.usd_per_day], [null, 1, 2]);
    await refused(openai);
    await chat(openai, 'o3');
    assert.equal((await refused(openai, 'o3')).error.code, 'requests_per_minute');
    for (const body of [{ limits: { rpm: 1 } }, { models: [''] }, { expires_at: '-1h' }, [], { key: 'sg-mine' }]) {
        assert.equal((await change(body)).status, 400, JSON.stringify(body));
    }
    assert.equal((await change({}, 'none')).status, 404);
    await server.api.ask(`/api/v1/keys/${issued.id}`, { method: 'DELETE' });
    assert.equal((await change({})).status, 409);
    const audit = await server.api.get('/api/v1/audit', { limit: 3 });
    assert.deepEqual(audit.items.map((entry) => entry.action), ['key_revoked', 'key_changed', 'key_issued']);
});

test('the command line issues, lists, changes, rotates and revokes, with and without a running server', async (t) => {
    const own = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });
    const env = { SIGHTGLASS_ADMIN_TOKEN: own.token };
    const keys = (...args) => run(['keys', ...args, '--data-dir', own.dataDir], { env });
    const issued = await keys('issue', '--name', 'ci', '--owner', 'alice', '--model', 'gpt-4o*', '--limit', 'concurrent=2');
    assert.equal(issued.code, 0, issued.stderr);
    const text = issued.stdout.trim();
    assert.match(text, /^sg-/);
    const listed = await keys('list', '--json');
    const [key] = listed.stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.equal(key.name, 'ci');
    assert.deepEqual(key.models, ['gpt-4o*']);
    assert.equal(key.limits.concurrent, 2);
    await chat(client(own.origin, { headers: { 'x-sightglass-key': text } }));

    await own.stop();
    const table = await keys('list');
    assert.match(table.stdout, /alice/);
    const changed = await keys('change', key.id, '--limit', 'concurrent=none', '--limit', 'usd_per_day=5', '--shadow', '--json');
    assert.equal(changed.code, 0, changed.stderr);
    assert.deepEqual(
        (({ owner, limits }) => [owner, limits.concurrent, limits.usd_per_day, limits.mode])(JSON.parse(changed.stdout)),
        ['alice', null, 5, 'shadow'],
    );
    const rotated = await keys('rotate', key.id, '--overlap', '1h', '--json');
    assert.equal(JSON.parse(rotated.stdout).id, key.id);
    const revoked = await keys('revoke', key.id);
    assert.match(revoked.stdout, /is revoked/);
    assert.equal((await keys('revoke', 'none')).code, 1);
    assert.equal((await keys('issue', '--limit', 'rpm=1')).code, 2);
    assert.equal((await keys()).code, 2);
});

test('no file of the data directory holds a key', async () => {
    const { key } = await issue({ name: 'at rest' });
    await chat(withKey(key));
    const files = fs.readdirSync(server.dataDir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    assert.ok(files.length > 3);
    for (const file of files) {
        const content = fs.readFileSync(path.join(file.parentPath ?? file.path, file.name));
        assert.ok(!content.includes(key), file.name);
    }
    assert.ok(!server.stderr.includes(key));
});

test('beyond loopback, keys must be required; then nobody calls without one', async (t) => {
    const denied = await run(['serve', '--data-dir', path.join(server.dataDir, '..', 'x'), '--listen', '0.0.0.0:0']);
    assert.equal(denied.code, 1);
    assert.match(denied.stderr, /access\.require_key/);

    const open = await Sightglass.startFor(t, {
        upstreams: { openai: upstream.origin },
        listen: '0.0.0.0:0',
        env: { SIGHTGLASS_ACCESS_REQUIRE_KEY: 'true' },
    });
    const origin = `http://127.0.0.1:${open.port}`;
    open.api.origin = origin;
    const error = await failure(chat(client(origin)));
    assert.equal(error.class, 'AuthenticationError');
    assert.equal(error.code, 'sightglass_key_missing');
    const { key } = await issue({ name: 'outside' }, open);
    await chat(client(origin, { headers: { 'x-sightglass-key': key } }));
});
