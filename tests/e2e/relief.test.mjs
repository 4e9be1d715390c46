// Pressure and relief: targets that die and come back under load, limits that are seen before they are reached, fallbacks,
// settings that change while traffic runs. What must not happen is that a call fails that somebody could have answered.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { chat } from '../support/client.mjs';
import { sendCalls } from '../support/load.mjs';
import { temporaryFolder } from '../support/places.mjs';
import { kAnswer, kWholeAnswer, RawUpstream } from '../support/raw_upstream.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kBody = '{"model":"gpt-4o-mini","messages":[]}';

/// Load that goes on until `stop()`, which returns the statuses that were seen and how often.
function startLoad(port, { connections = 32, path: target = '/v1/chat/completions', body = kBody } = {}) {
    const statuses = new Map();
    let stopped = false;
    let answered = 0;
    const done = sendCalls(port, {
        total: Infinity,
        connections,
        requestOf: () => ({ path: target, body }),
        onAnswer: (_, status) => {
            answered += 1;
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
        },
        stopped: () => stopped,
    });
    return {
        get answered() {
            return answered;
        },
        async more(count) {
            const until = answered + count;
            await waitFor(() => answered >= until, { what: `${count} more answers` });
        },
        async stop() {
            stopped = true;
            await done;
            return Object.fromEntries(statuses);
        },
    };
}

/// A settings file that can be written again.
function settings(text) {
    const file = path.join(temporaryFolder('settings'), 'sightglass.yaml');
    fs.writeFileSync(file, text);
    return file;
}

const group = (targets, more = '') =>
    `upstreams:\n  openai:\n    dialect: openai\n    targets: [${targets.map(({ origin }) => origin).join(', ')}]\n${more}`;

test('a target is killed and restored under load: no call fails', async (t) => {
    const [first, second] = [await RawUpstream.startFor(t), await RawUpstream.startFor(t)];
    const server = await Sightglass.startFor(t, { config: group([first, second], '    breaker: {open: 300ms}\n') });
    const load = startLoad(server.port);
    await load.more(300);
    await first.kill();
    await load.more(500);
    const status = await server.api.get('/api/v1/status');
    assert.equal(status.upstreams[0].targets[0].state === 'closed', false, 'it is left alone');
    const before = first.requests;
    await first.restore();
    await waitFor(() => first.requests > before + 200, { what: 'traffic to return' });
    await second.kill();
    await load.more(500);
    await second.restore();
    await load.more(200);
    assert.deepEqual(Object.keys(await load.stop()), ['200'], 'every call was answered');
    const { calls } = await server.api.totals('calls');
    assert.ok(calls > 0);
    const tried = await server.api.calls({ filter: 'status:ok', from: '-10m' });
    const around = await server.api.call(tried.find((call) => call.upstream === 'openai').call_id);
    assert.ok(around.attempts.length >= 1);
});

for (const [what, script] of [
    ['answers 500', (socket) => socket.write('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n')],
    ['resets every connection', (socket) => socket.resetAndDestroy()],
    ['talks nonsense', (socket) => socket.write('nonsense\r\n\r\n')],
]) {
    for (const balance of ['round_robin', 'least_in_flight', 'latency', 'headroom', 'sticky']) {
        test(`two targets, of which one ${what}, ${balance}: no client sees it`, async (t) => {
            const failing = await RawUpstream.startFor(t, { x: script });
            const good = await RawUpstream.startFor(t);
            const config = group([failing, good], `    balance: ${balance}\n    breaker: {open: 100ms}\n`);
            const server = await Sightglass.startFor(t, { config });
            const load = startLoad(server.port, { path: '/v1/x/chat/completions', connections: 16 });
            await load.more(500);
            assert.deepEqual(Object.keys(await load.stop()), ['200']);
            assert.ok(good.requests >= 500);
            assert.ok(failing.requests < good.requests / 2, `${failing.requests} went to the failing one`);
        });
    }
}

/// A target with a limit that its headers tell: `most` calls, and from then on 429.
async function limitedTarget(t, most) {
    const target = { served: 0, refused: 0 };
    const answer = (socket) => {
        const left = most - target.served;
        if (left <= 0) {
            target.refused += 1;
            socket.write('HTTP/1.1 429 No\r\nRetry-After: 600\r\nContent-Length: 0\r\n\r\n');
            return;
        }
        target.served += 1;
        setTimeout(() => socket.write(
            'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n' +
                `x-ratelimit-limit-requests: ${most}\r\nx-ratelimit-remaining-requests: ${left - 1}\r\n` +
                `x-ratelimit-reset-requests: 10m\r\nContent-Length: ${kAnswer.length}\r\n\r\n${kAnswer}`,
        ), 2);
    };
    const upstream = await RawUpstream.startFor(t, { x: answer });
    return Object.assign(target, { origin: upstream.origin });
}

for (const balance of ['headroom', 'round_robin', 'least_in_flight', 'latency']) {
    test(`a target near its limit, ${balance}: traffic moves before it refuses anything`, async (t) => {
        const small = await limitedTarget(t, 100);
        const large = await limitedTarget(t, 1_000_000);
        const server = await Sightglass.startFor(t, { config: group([small, large], `    balance: ${balance}\n`) });
        // Until the first answer nothing is known of a limit.
        for (let i = 0; i < 4; ++i) {
            assert.equal((await chat(server.origin, 'default', { path: '/v1/x/chat/completions' })).status, 200);
        }
        const load = startLoad(server.port, { path: '/v1/x/chat/completions', connections: 16 });
        await load.more(600);
        assert.deepEqual(Object.keys(await load.stop()), ['200']);
        assert.equal(small.refused, 0, `of ${small.served} that it served`);
        // With headroom the larger one is asked almost always.
        assert.ok(small.served >= (balance === 'headroom' ? 1 : 20) && small.served <= 100, `${small.served}`);
    });
}

test('a target\'s own limit of a minute is never exceeded: traffic moves, and then waits', async (t) => {
    const [small, large] = [await RawUpstream.startFor(t), await RawUpstream.startFor(t)];
    const target = (upstream, limit) => `      - {base_url: ${upstream.origin}, limits: {requests_per_minute: ${limit}}}\n`;
    const server = await Sightglass.startFor(t, {
        config: `upstreams:\n  openai:\n    dialect: openai\n    targets:\n${target(small, 20)}${target(large, 100)}`,
        args: ['--workers', '2'],
    });
    const statuses = new Map();
    await sendCalls(server.port, {
        total: 300,
        connections: 64,
        requestOf: () => ({ path: '/v1/chat/completions', body: kBody }),
        onAnswer: (_, status, head) => {
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            if (status === 429) {
                const retryAfter = Number(/retry-after: (\d+)/i.exec(head)[1]);
                assert.ok(retryAfter >= 1 && retryAfter <= 61, head);
            }
        },
    });
    assert.deepEqual(Object.fromEntries(statuses), { 200: 120, 429: 180 });
    assert.deepEqual([small.requests, large.requests], [20, 100]);
});

for (const [what, dialect, path, changed] of [
    ['Gemini', 'gemini', '/v1beta/models/gemini-pro:generateContent?alt=json', '/v1beta/models/gemini-flash:generateContent?alt=json'],
    ['Azure', 'azure', '/openai/deployments/prod%201/chat/completions', '/openai/deployments/gemini-flash/chat/completions'],
    ['Bedrock', 'bedrock', '/model/claude%3A1/converse', '/model/gemini-flash/converse'],
]) {
    test(`a fallback's model takes the place of the one in the path: ${what}`, async (t) => {
        const seen = [];
        const note = (status) => (socket, request) => {
            seen.push(request.slice(0, request.indexOf(' HTTP/')).replace('POST ', ''));
            socket.write(`HTTP/1.1 ${status} X\r\nContent-Length: 2\r\n\r\n{}`);
        };
        const down = await RawUpstream.startFor(t, { x: note(503) });
        const spare = await RawUpstream.startFor(t, { x: note(200) });
        const server = await Sightglass.startFor(t, {
            config:
                `upstreams:\n  main: {base_url: ${down.origin}/v1/x/chat, dialect: ${dialect}, fallback: [{upstream: spare, model: gemini-flash}]}\n` +
                `  spare: {base_url: ${spare.origin}/v1/x/chat, dialect: ${dialect}}\n`,
        });
        const answer = await chat(server.origin, 'default', { path: `/main${path}`, body: '{"contents":[],"model":"kept"}' });
        assert.equal(answer.status, 200);
        assert.deepEqual(seen, [`/v1/x/chat${path}`, `/v1/x/chat${changed}`]);
        const call = await server.api.waitForCall(answer.callId);
        assert.equal(call.attempts[1].why, 'http_503, model gemini-flash');
    });
}

test('a fallback answers for another upstream and another model, and the record says so', async (t) => {
    const down = await RawUpstream.startFor(t, {
        x: (socket) => socket.write('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n'),
    });
    let body = null;
    const spare = await RawUpstream.startFor(t, {
        x: (socket, request) => {
            body = request.slice(request.indexOf('\r\n\r\n') + 4);
            socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${kAnswer.length}\r\n\r\n${kAnswer}`);
        },
    });
    const server = await Sightglass.startFor(t, {
        config:
            `upstreams:\n  main: {base_url: ${down.origin}, dialect: openai, fallback: [{upstream: spare, model: gpt-4o-mini, for: gpt-4o}]}\n` +
            `  spare: {base_url: ${spare.origin}, dialect: openai}\n`,
    });
    const sent = '{"messages":[{"role":"user","content":"\\"model\\": 1"}],  "model" : "gpt-4o"}';
    const answer = await chat(server.origin, 'default', { path: '/main/v1/x/chat/completions', body: sent });
    assert.equal(answer.status, 200);
    assert.equal(body, sent.replace('"gpt-4o"', '"gpt-4o-mini"'));
    const call = await server.api.waitForCall(answer.callId);
    assert.deepEqual([call.upstream, call.model_requested, call.model], ['spare', 'gpt-4o', 'gpt-4o-mini']);
    assert.deepEqual(
        call.attempts.map(({ target, http_status: status, why }) => [target, status, why]),
        [['main', 503, null], ['spare', 200, 'http_503, model gpt-4o-mini']],
    );
    const other = await chat(server.origin, 'default', { path: '/main/v1/x/chat/completions' });
    assert.equal(other.status, 503, 'the fallback is for gpt-4o');
});

test('where some targets have keys, who shows none goes to the others', async (t) => {
    const [keyed, open] = [await RawUpstream.startFor(t), await RawUpstream.startFor(t)];
    const server = await Sightglass.startFor(t, {
        config:
            `upstreams:\n  openai:\n    dialect: openai\n    targets:\n` +
            `      - {base_url: ${keyed.origin}, key: "\${OWN_KEY}"}\n      - ${open.origin}\n`,
        env: { OWN_KEY: 'sk-upstream-0123456789abcdefghij' },
    });
    for (let i = 0; i < 6; ++i) {
        assert.equal((await chat(server.origin, 'default', { headers: { authorization: 'Bearer sk-mine' } })).status, 200);
    }
    assert.deepEqual([keyed.requests, open.requests], [0, 6]);
    const { body } = await server.api.ask('/api/v1/keys', { method: 'POST', body: { name: 'one' } });
    for (let i = 0; i < 6; ++i) {
        const headers = { authorization: 'Bearer sk-mine', 'x-sightglass-key': body.key };
        assert.equal((await chat(server.origin, 'default', { headers })).status, 200);
    }
    assert.deepEqual([keyed.requests, open.requests], [3, 9]);
    const only = await chat(server.origin, 'default', { headers: { authorization: `Bearer ${body.key}` } });
    assert.equal(only.status, 200);
    assert.deepEqual([keyed.requests, open.requests], [4, 9], 'who shows nothing else goes to the one with a key');
});

test('a target with its own key serves callers with a Sightglass key alone, and its key is nowhere', async (t) => {
    let seen = '';
    const upstream = await RawUpstream.startFor(t, {
        x: (socket, request) => {
            seen = request;
            socket.write(kWholeAnswer);
        },
    });
    const key = 'sk-upstream-0123456789abcdefghij';
    const server = await Sightglass.startFor(t, {
        config: `upstreams: {openai: {base_url: ${upstream.origin}, key: "\${OWN_KEY}"}}\n`,
        env: { OWN_KEY: key },
    });
    const answer = await chat(server.origin, 'default', { headers: { authorization: 'Bearer sk-of-the-caller' } });
    assert.equal(answer.status, 401);
    assert.equal(upstream.requests, 0);
    await server.api.waitForCall(answer.callId);
    const issued = await server.api.ask('/api/v1/keys', { method: 'POST', body: { name: 'one' } });
    for (const headers of [{ authorization: `Bearer ${issued.body.key}` }, { 'x-sightglass-key': issued.body.key }]) {
        const served = await chat(server.origin, 'default', { path: '/v1/x/chat/completions', headers });
        assert.equal(served.status, 200);
        assert.match(seen, new RegExp(`\r\nAuthorization: Bearer ${key}\r\n`));
        assert.ok(!seen.includes(issued.body.key), 'ours stays here');
    }
    await server.stop();
    assert.ok(!server.stderr.includes(key));
    for (const name of fs.readdirSync(server.dataDir, { recursive: true })) {
        const file = path.join(server.dataDir, name);
        if (fs.statSync(file).isFile()) {
            assert.ok(!fs.readFileSync(file).includes(key), name);
        }
    }
});

test('settings change under load without a failed call, by signal and by the API', async (t) => {
    const [first, second] = [await RawUpstream.startFor(t), await RawUpstream.startFor(t)];
    const file = settings(group([first]));
    const server = await Sightglass.startFor(t, { args: ['--config', file] });
    const load = startLoad(server.port, { connections: 8 });
    await load.more(300);
    fs.writeFileSync(file, group([second]));
    server.signal('SIGHUP');
    await waitFor(() => second.requests > 100, { what: 'traffic at the new target' });
    const atFirst = first.requests;
    await load.more(300);
    assert.equal(first.requests, atFirst, 'the old one gets nothing any more');
    fs.writeFileSync(file, group([first, second]));
    const reloaded = await server.api.ask('/api/v1/reload', { method: 'POST' });
    assert.equal(reloaded.status, 204);
    await waitFor(() => first.requests > atFirst + 50, { what: 'traffic at both' });
    assert.deepEqual(Object.keys(await load.stop()), ['200']);
    const { items } = await server.api.get('/api/v1/audit');
    const changes = items.filter(({ action }) => action === 'config_change');
    assert.deepEqual(changes.map(({ actor }) => actor), ['admin', 'system']);
    assert.equal((await server.api.get('/api/v1/status')).upstreams[0].targets.length, 2);
});

test('settings that are not allowed are refused with their line, and the old ones hold', async (t) => {
    const upstream = await RawUpstream.startFor(t);
    const file = settings(group([upstream]));
    const server = await Sightglass.startFor(t, { args: ['--config', file] });
    fs.writeFileSync(file, group([upstream], '    balance: fair\n'));
    const refused = await server.api.ask('/api/v1/reload', { method: 'POST' });
    assert.equal(refused.status, 400);
    assert.match(refused.body.detail, /sightglass\.yaml:5: upstreams\.openai\.balance: 'fair'.*round_robin/);
    server.signal('SIGHUP');
    await waitFor(() => (server.stderr.match(/were not reloaded/g) ?? []).length === 2, { what: 'the log line' });
    assert.equal((await chat(server.origin, 'default')).status, 200);
    assert.equal((await server.api.ask('/api/v1/reload', { method: 'POST', token: null })).status, 401);
    const checked = await run(['check-config', file]);
    assert.equal(checked.code, 1);
    assert.match(checked.stderr, /sightglass\.yaml:5/);
});
