// What goes wrong around us: upstreams that refuse, reset, hang, break off or talk nonsense, a full disk, a torn journal, a
// second server. Each gets a clear error, is recorded where it is a call, and disturbs nothing else.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { chat, kStreamedChat, send } from '../support/client.mjs';
import { FastUpstream, sendCalls } from '../support/load.mjs';
import { temporaryFolder } from '../support/places.mjs';
import { RawConnection, request } from '../support/raw_http.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { sleep, waitFor } from '../support/wait.mjs';

const kShortTimeouts = {
    SIGHTGLASS_TIMEOUTS_CONNECT: '800ms',
    SIGHTGLASS_TIMEOUTS_FIRST_BYTE: '800ms',
    SIGHTGLASS_TIMEOUTS_IDLE: '800ms',
    SIGHTGLASS_TIMEOUTS_KEEP_ALIVE: '800ms',
};

let upstream;
let server;
let gone;

before(async () => {
    upstream = await Upstream.start();
    gone = await Upstream.start();
    await gone.stop();
    server = await Sightglass.start({
        upstreams: {
            openai: upstream.origin,
            gone: gone.origin,
            nowhere: 'http://no-such-host.invalid',
            'not-tls': upstream.origin.replace('http:', 'https:'),
        },
        env: kShortTimeouts,
    });
});

after(async () => {
    await server.stop();
    await upstream.stop();
});

/// The call's record, and proof that the next ordinary call is answered.
async function recordOf(answer) {
    assert.match(answer.callId ?? '', /^[0-9a-f-]{36}$/, 'every answer of the gateway names its call');
    const ordinary = await chat(server.origin, 'default');
    assert.equal(ordinary.status, 200);
    return server.api.waitForCall(answer.callId);
}

/// An error of ours, in the provider's shape.
function checkOurError(answer, status) {
    assert.equal(answer.status, status);
    assert.equal(answer.headers['x-sightglass-error'], '1');
    assert.match(answer.headers['content-type'], /^application\/json/);
    const { error } = JSON.parse(answer.bytes.toString());
    assert.ok(error.message.length > 10 && typeof error.type === 'string');
    assert.ok(!error.message.includes('sk-'));
}

const kFailures = [
    ['refuses the connection', '/gone/v1/chat/completions', 'default', 502, 'provider_unreachable'],
    ['has a name that nobody knows', '/nowhere/v1/chat/completions', 'default', 502, 'provider_unreachable'],
    ['does not speak TLS', '/not-tls/v1/chat/completions', 'default', 502, 'provider_unreachable'],
    ['resets the connection', '/v1/chat/completions', 'reset', 502, 'provider_unreachable'],
    ['talks nonsense', '/v1/chat/completions', 'nonsense', 502, 'provider_bad_answer'],
    ['never answers', '/v1/chat/completions', 'hang', 504, 'provider_timeout'],
];

for (const [what, target, behaviour, status, type] of kFailures) {
    test(`an upstream that ${what}: ${status}, ${type}`, async () => {
        const answer = await chat(server.origin, behaviour, { path: target, headers: { authorization: 'Bearer sk-secret' } });
        checkOurError(answer, status);
        const call = await recordOf(answer);
        assert.equal(call.status, 'error');
        assert.equal(call.error_type, type);
        assert.equal(call.http_status, status);
        assert.equal(call.model_requested, 'gpt-4o-mini');
        assert.equal(call.output_tokens, null);
    });
}

for (const [what, behaviour, body, types] of [
    ['cut in the middle of an event', 'cut', kStreamedChat, ['provider_unreachable', 'provider_bad_answer', 'other']],
    ['that stalls', 'stall', kStreamedChat, ['provider_timeout']],
    ['cut in the middle of a body', 'half', undefined, ['provider_unreachable', 'provider_bad_answer', 'other']],
]) {
    test(`an answer ${what}: the client has what came and sees that it broke off`, async () => {
        const answer = await chat(server.origin, behaviour, { body });
        assert.equal(answer.status, 200);
        assert.equal(answer.complete, false, 'it must not look whole');
        assert.ok(answer.bytes.length > 25);
        const call = await recordOf(answer);
        assert.ok(['error', 'interrupted'].includes(call.status), call.status);
        assert.ok(types.includes(call.error_type), call.error_type);
        assert.equal(call.response_bytes, answer.bytes.length);
    });
}

test('what was recorded of a stream before it broke off is kept', async () => {
    const answer = await chat(server.origin, 'cut', { body: kStreamedChat });
    const call = await recordOf(answer);
    assert.equal(call.model, 'gpt-4o-mini-2024-07-18');
    assert.equal(call.provider_response_id, 'chatcmpl-test-2');
    assert.ok(call.ttft_us > 0);
});

test('an answer that is not what its type says passes as it is', async () => {
    const broken = await chat(server.origin, 'not_json');
    assert.deepEqual([broken.status, broken.bytes.toString().slice(0, 6)], [200, '{"id":']);
    const call = await recordOf(broken);
    assert.equal(call.http_status, 200);
    assert.notEqual(call.token_source, 'provider');

    const empty = await chat(server.origin, 'empty');
    assert.deepEqual([empty.status, empty.bytes.length, empty.complete], [200, 0, true]);
    await recordOf(empty);

    const html = await chat(server.origin, 'html');
    assert.deepEqual([html.status, html.headers['content-type']], [502, 'text/html']);
    assert.match(html.bytes.toString(), /<h1>502<\/h1>/);
    assert.ok(!('x-sightglass-error' in html.headers), 'it is the upstream that says so');
    const record = await recordOf(html);
    assert.equal(record.status, 'error');
    assert.equal(record.http_status, 502);
});

test('a request body that is not JSON is forwarded as it is, and recorded', async () => {
    const body = Buffer.from([0x7b, 0xff, 0x00, 0x22, 0x0a, 0x80]);
    const answer = await chat(server.origin, 'echo', { body });
    assert.ok(answer.bytes.equals(body));
    const call = await recordOf(answer);
    assert.equal(call.status, 'ok');
    assert.equal(call.model_requested, null);
    const deep = await chat(server.origin, 'echo', { body: '['.repeat(200_000) });
    assert.equal(deep.bytes.length, 200_000);
    await recordOf(deep);
});

test('a body that says it is compressed, and is not', async () => {
    const answer = await chat(server.origin, 'default', { headers: { 'content-encoding': 'gzip' } });
    assert.equal(answer.status, 200);
    await recordOf(answer);
});

test('a client that goes silent in the middle of its request is let go', async () => {
    const connection = await RawConnection.open(server.port);
    const head = request('POST', '/v1/chat/completions', [`Host: 127.0.0.1:${server.port}`, 'Content-Length: 100']);
    connection.send(`${head}{"model":`);
    await connection.waitForClose('the gateway to let go');
    connection.close();
    assert.equal((await chat(server.origin, 'default')).status, 200);
});

test('heads that come drop by drop are let go, and hold nobody up', async () => {
    const connections = await Promise.all(Array.from({ length: 40 }, () => RawConnection.open(server.port)));
    const text = `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ${'x'.repeat(10_000)}`;
    let at = 0;
    const drip = setInterval(() => {
        connections.filter((one) => !one.closed).forEach((one) => one.send(text[at]));
        at += 1;
    }, 150);
    try {
        assert.equal((await chat(server.origin, 'default')).status, 200);
        await Promise.all(connections.map((one) => one.waitForClose('the gateway to let go of a slow head')));
    } finally {
        clearInterval(drip);
        connections.forEach((one) => one.close());
    }
});

test('a second server on the same data directory is refused, and says why', async () => {
    const args = ['serve', '--data-dir', server.dataDir, '--listen', '127.0.0.1:0'];
    const { code, stdout, stderr } = await run(args);
    assert.equal(code, 1);
    assert.ok(!stdout.includes('ready'));
    assert.ok(stderr.includes(server.dataDir), stderr);
    assert.match(stderr, /another|already|in use|running/i);
    assert.equal((await chat(server.origin, 'default')).status, 200, 'the first goes on');
});

test('a port that is taken is refused, and says so', async () => {
    const data = path.join(temporaryFolder('taken'), 'data');
    const { code, stderr } = await run(['serve', '--data-dir', data, '--listen', `127.0.0.1:${server.port}`]);
    assert.equal(code, 1);
    assert.ok(stderr.includes(String(server.port)), stderr);
});

test('an upstream that comes back is used again', async (t) => {
    const moody = await Upstream.start();
    const own = await Sightglass.startFor(t, { upstreams: { openai: moody.origin }, env: kShortTimeouts });
    assert.equal((await chat(own.origin, 'default')).status, 200);
    await moody.stop();
    assert.equal((await chat(own.origin, 'default')).status, 502);
    const back = await Upstream.start();
    t.after(() => back.stop());
    await new Promise((resolve) => back.server.close(resolve));
    await new Promise((resolve) => back.server.listen(moody.port, '127.0.0.1', resolve));
    assert.equal((await chat(own.origin, 'default')).status, 200);
});

/// Kills a server in the middle of load, with one worker, so that its journal ends in records that are not in the store.
async function killedInLoad(t, dataDir, fast) {
    const server = await Sightglass.start({ upstreams: { openai: fast.origin }, dataDir, args: ['--workers', '1'] });
    t.after(() => server.stop());
    let killed = false;
    let answered = 0;
    const load = sendCalls(server.port, {
        total: Infinity,
        connections: 4,
        requestOf: () => ({ body: '{"model":"gpt-4o-mini"}' }),
        onAnswer: () => (answered += 1),
        stopped: () => killed,
    });
    await waitFor(() => answered > 300);
    killed = true;
    await server.kill();
    await load;
    return answered;
}

/// The place of the last byte that is not zero: segments are allocated ahead, so zeros follow what was written.
function endOf(bytes) {
    let end = bytes.length - 1;
    while (end >= 0 && bytes[end] === 0) {
        end -= 1;
    }
    return end;
}

const kDamages = [
    ['its last bytes flipped', (bytes, end) => {
        for (let i = end - 8; i <= end; ++i) {
            bytes[i] ^= 0x5a;
        }
        return bytes;
    }],
    ['cut short', (bytes, end) => bytes.subarray(0, end - 8)],
    ['garbage behind its end', (bytes, end) => {
        for (let i = end + 1; i < Math.min(bytes.length, end + 200); ++i) {
            bytes[i] = (i * 37) % 251;
        }
        return bytes;
    }],
];

for (const [what, damage] of kDamages) {
    test(`a journal segment with ${what}: what is before it is kept, and the server goes on`, async (t) => {
        const dataDir = path.join(temporaryFolder('torn'), 'data');
        const fast = await FastUpstream.start();
        t.after(() => fast.stop());
        const answered = await killedInLoad(t, dataDir, fast);
        const folder = path.join(dataDir, 'journal');
        let damaged = 0;
        for (const name of fs.readdirSync(folder).filter((one) => fs.statSync(path.join(folder, one)).size > 4096)) {
            const bytes = fs.readFileSync(path.join(folder, name));
            const end = endOf(bytes);
            // A segment that was allocated ahead holds a short header and zeros.
            if (end > 4096) {
                fs.writeFileSync(path.join(folder, name), damage(bytes, end));
                damaged += 1;
            }
        }
        assert.ok(damaged > 0, 'there was a segment to damage');

        const again = await Sightglass.startFor(t, { upstreams: { openai: fast.origin }, dataDir });
        const { calls } = await again.api.totals('calls');
        assert.ok(calls >= answered - 1 && calls <= fast.requests, `${calls} of ${answered} answered calls are kept`);
        assert.equal((await chat(again.origin, 'default')).status, 200);
        await again.api.waitForCount(calls + 1);
    });
}

/// A file system of `megabytes`, or null with a reason where none can be mounted here.
function smallDisk(t, megabytes) {
    if (process.getuid?.() !== 0) {
        t.skip('a small disk needs root');
        return null;
    }
    const folder = temporaryFolder('disk');
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
    if (mounted.status !== 0) {
        t.skip(`a small disk cannot be mounted here: ${mounted.stderr}`);
        return null;
    }
    return folder;
}

test('a full disk: traffic goes on, what is not recorded is counted, and it heals', async (t) => {
    const disk = smallDisk(t, 64);
    if (disk === null) {
        return;
    }
    t.after(() => spawnSync('umount', ['-l', disk]));
    const fast = await FastUpstream.start();
    t.after(() => fast.stop());
    const full = await Sightglass.start({
        upstreams: { openai: fast.origin },
        dataDir: path.join(disk, 'data'),
        args: ['--workers', '1'],
        env: { SIGHTGLASS_JOURNAL_SEGMENT: '1MiB' },
    });
    t.after(() => full.stop());
    const load = async (total) => {
        let ok = 0;
        await sendCalls(full.port, {
            total,
            connections: 4,
            requestOf: () => ({ headers: { 'x-sightglass-user': 'u'.repeat(200) }, body: '{"model":"gpt-4o-mini"}' }),
            onAnswer: (i, status) => (ok += status === 200 ? 1 : 0),
        });
        assert.equal(ok, total, 'every call is answered');
    };
    await load(100);
    await full.api.waitForCount(100);

    const filler = path.join(disk, 'filler');
    const file = fs.openSync(filler, 'w');
    try {
        for (const block = Buffer.alloc(1 << 20, 1); ; ) {
            fs.writeSync(file, block);
        }
    } catch (error) {
        assert.equal(error.code, 'ENOSPC');
    }
    await load(8_000);
    await waitFor(
        async () => {
            const status = await full.api.get('/api/v1/status');
            const dropped = Object.values(status.dropped).reduce((sum, count) => sum + count, 0);
            return dropped > 0 || status.pipeline.failed_commits > 0;
        },
        { what: 'the status to show it' },
    );
    assert.match(full.stderr, /space|full/i, 'the log says so');

    fs.closeSync(file);
    fs.rmSync(filler);
    await sleep(500);
    await load(100);
    // Calm alone says nothing: what was just appended may not have been looked at yet.
    const { calls } = await waitFor(
        async () => {
            const now = await full.api.get('/api/v1/status');
            const lost = Object.values(now.dropped).reduce((sum, count) => sum + count, 0);
            const { calls } = await full.api.totals('calls');
            return now.pipeline.lag_s === 0 && now.pipeline.open_calls === 0 && calls + lost >= fast.requests && { calls };
        },
        { what: 'every call to be stored or counted as lost', deadlineMs: 60_000 },
    );
    assert.ok(calls <= fast.requests);
});

test('a data directory that cannot be written is refused, and says why', async (t) => {
    const folder = temporaryFolder('file');
    const file = path.join(folder, 'data');
    fs.writeFileSync(file, 'a file');
    const { code, stderr } = await run(['serve', '--data-dir', file, '--listen', '127.0.0.1:0']);
    assert.equal(code, 1);
    assert.ok(stderr.includes(file), stderr);
    t.diagnostic(stderr.trim().split('\n').at(-1));
});

test('memory stays bounded while many answers hang', async () => {
    const controller = new AbortController();
    const hanging = Array.from({ length: 200 }, () =>
        send(server.origin, '/v1/chat/completions', {
            headers: { 'x-test-behaviour': 'hang' },
            body: 'x'.repeat(50_000),
            signal: controller.signal,
        }),
    );
    // The upstream of these tests takes its time over so many bodies where the machine is busy.
    await waitFor(async () => (await chat(server.origin, 'default')).status === 200);
    await Promise.all(hanging);
    const { in_flight: inFlight } = await waitFor(async () => {
        const status = await server.api.get('/api/v1/status');
        return status.in_flight === 0 && status;
    });
    assert.equal(inFlight, 0);
});
