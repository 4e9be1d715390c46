// Every way in which an upstream can fail, at every stage of an answer: what the client sees, what is recorded, and what
// becomes of it where a second target is there. The gateway goes around whatever has not reached the client yet.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { chat, send } from '../support/client.mjs';
import { kWholeAnswer, RawUpstream } from '../support/raw_upstream.mjs';
import { RawConnection, request } from '../support/raw_http.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kHead = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const kEvent = 'data: {"id":"chatcmpl-s","object":"chat.completion.chunk","model":"gpt-4o-mini","choices":[]}\n\n';
const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`;
const kStream = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';

const then = (text, end) => (socket) => {
    // The pause lets the gateway read what was sent: a reset would take it away.
    socket.write(text, () => setTimeout(() => end(socket), 60));
};
const reset = (socket) => socket.resetAndDestroy();
const close = (socket) => socket.end();
const stall = () => {};

/// Stage by stage: what came before it happened. `whole` is what the client may have seen of an answer then.
const kStages = {
    nothing: ['', null],
    half_a_head: [`${kHead}Content-Le`, null],
    a_head: [`${kHead}Content-Length: 100\r\n\r\n`, ''],
    half_a_body: [`${kHead}Content-Length: 100\r\n\r\n{"half":`, '{"half":'],
    half_a_chunk: [`${kStream}${chunk(kEvent)}40\r\ndata: {`, `${kEvent}data: {`],
    some_events: [`${kStream}${chunk(kEvent)}${chunk(kEvent)}`, kEvent + kEvent],
};

const kScripts = {};
for (const [stage, [bytes]] of Object.entries(kStages)) {
    kScripts[`reset_after_${stage}`] = bytes === '' ? reset : then(bytes, reset);
    kScripts[`close_after_${stage}`] = bytes === '' ? close : then(bytes, close);
    kScripts[`stall_after_${stage}`] = then(bytes, stall);
}
Object.assign(kScripts, {
    bad_chunk_size: (socket) => socket.write(`${kStream}zz\r\nx\r\n`),
    chunk_without_end: (socket) => socket.write(`${kStream}${chunk(kEvent)}3\r\nabcdef\r\n`),
    huge_header: (socket) => socket.write(`${kHead}X-Huge: ${'x'.repeat(200_000)}\r\n\r\n`),
    many_headers: (socket) => socket.write(`${kHead}${'X-Many: 1\r\n'.repeat(3_000)}\r\n`),
    two_lengths: (socket) => socket.write(`${kHead}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`),
    not_http: (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n\r\n'),
    busy: (socket) => socket.write('HTTP/1.1 429 No\r\nRetry-After: 3600\r\nContent-Length: 4\r\n\r\nbusy'),
    overloaded: (socket) => socket.write('HTTP/1.1 529 No\r\nContent-Length: 4\r\n\r\nover'),
    unavailable: (socket) => socket.write('HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\ndown'),
    broken: (socket) => socket.write('HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\noops'),
});

const kTimeouts = {
    SIGHTGLASS_TIMEOUTS_CONNECT: '1s',
    SIGHTGLASS_TIMEOUTS_FIRST_BYTE: '600ms',
    SIGHTGLASS_TIMEOUTS_IDLE: '600ms',
};

let faulty;
let good;
let server;

before(async () => {
    faulty = await RawUpstream.start(kScripts);
    good = await RawUpstream.start();
    const gone = await RawUpstream.start();
    await gone.stop();
    // A breaker would hide the faulty target after a few tests.
    const pair = (first) => `{dialect: openai, breaker: off, balance: sticky, targets: [${first}, ${good.origin}]}`;
    server = await Sightglass.start({
        config:
            `upstreams:\n  alone: {base_url: ${faulty.origin}, dialect: openai}\n` +
            `  pair: ${pair(faulty.origin)}\n  gone: ${pair(gone.origin)}\n`,
        env: kTimeouts,
    });
});

after(async () => {
    await server.stop();
    await Promise.all([faulty.stop(), good.stop()]);
});

const ask = (upstream, name, options = {}) =>
    chat(server.origin, 'default', { path: `/${upstream}/v1/${name}/chat/completions`, ...options });

/// Asks the pair as a session that belongs to the faulty target.
async function askFaultyFirst(name) {
    for (let i = 0; i < 64; ++i) {
        const before = faulty.requests;
        const answer = await ask('pair', name, { headers: { 'x-sightglass-session': `session ${i}` } });
        if (faulty.requests > before) {
            return answer;
        }
    }
    throw new Error('no session belongs to the faulty target');
}

for (const how of ['reset', 'close', 'stall']) {
    for (const [stage, [, seen]] of Object.entries(kStages)) {
        const name = `${how}_after_${stage}`;
        test(`${how} after ${stage.replaceAll('_', ' ')}: alone`, async () => {
            const answer = await ask('alone', name);
            const call = await server.api.waitForCall(answer.callId);
            if (seen === null) {
                assert.equal(answer.status, how === 'stall' ? 504 : 502);
                assert.equal(answer.headers['x-sightglass-error'], '1');
                assert.equal(call.status, 'error');
            } else {
                assert.deepEqual([answer.status, answer.complete], [200, false]);
                assert.equal(answer.bytes.toString(), seen);
                assert.equal(call.status, 'interrupted');
                assert.equal(call.response_bytes, seen.length);
            }
            const types = how === 'stall' ? ['provider_timeout'] : ['provider_unreachable', 'provider_bad_answer'];
            assert.ok(types.includes(call.error_type), call.error_type);
            assert.equal(call.attempts.length, 1);
        });

        test(`${how} after ${stage.replaceAll('_', ' ')}: with another target`, async () => {
            const answer = await askFaultyFirst(name);
            const call = await server.api.waitForCall(answer.callId);
            if (seen === null) {
                assert.deepEqual([answer.status, answer.complete], [200, true]);
                assert.equal(call.status, 'ok');
                assert.equal(call.output_tokens, 2);
                assert.deepEqual(call.attempts.map((one) => one.target), ['pair/1', 'pair/2']);
                assert.ok(['connection_closed', 'timeout'].includes(call.attempts[1].why), call.attempts[1].why);
            } else {
                assert.deepEqual([answer.status, answer.complete], [200, false]);
                assert.equal(call.attempts.length, 1, 'an answer that has begun is never asked for again');
            }
        });
    }
}

for (const [name, status] of [['huge_header', 502], ['many_headers', 502], ['two_lengths', 502], ['not_http', 502]]) {
    test(`${name.replaceAll('_', ' ')}: an answer of ours alone, somebody else's with another target`, async () => {
        const alone = await ask('alone', name);
        assert.equal(alone.status, status);
        assert.equal((await server.api.waitForCall(alone.callId)).error_type, 'provider_bad_answer');
        assert.equal((await askFaultyFirst(name)).status, 200);
    });
}

for (const name of ['bad_chunk_size', 'chunk_without_end']) {
    test(`${name.replaceAll('_', ' ')}: the client never takes it for a whole answer`, async () => {
        const answer = await ask('alone', name);
        assert.ok(answer.status === 502 || !answer.complete, `${answer.status} ${answer.complete}`);
        const call = await server.api.waitForCall(answer.callId);
        assert.equal(call.error_type, 'provider_bad_answer');
    });
}

for (const [name, status, type] of [
    ['overloaded', 529, 'provider_overloaded'],
    ['unavailable', 503, 'provider_overloaded'],
    ['broken', 500, 'provider_server_error'],
    // Last: it asks to be left alone.
    ['busy', 429, 'provider_rate_limited'],
]) {
    test(`${status}: passes as it is alone, and is not seen with another target`, async () => {
        const alone = await ask('alone', name);
        assert.deepEqual([alone.status, alone.bytes.length], [status, 4]);
        assert.ok(!('x-sightglass-error' in alone.headers), 'it is the upstream that says so');
        const call = await server.api.waitForCall(alone.callId);
        assert.deepEqual([call.status, call.error_type], ['error', type]);
        const answer = await askFaultyFirst(name);
        assert.equal(answer.status, 200);
        const record = await server.api.waitForCall(answer.callId);
        assert.deepEqual([record.attempts[0].http_status, record.attempts[1].why], [status, `http_${status}`]);
    });
}

test('a target that refuses connections is gone around', async () => {
    const answers = await Promise.all(
        Array.from({ length: 16 }, (_, i) => ask('gone', 'x', { headers: { 'x-sightglass-session': `${i}` } })),
    );
    assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
    const calls = await Promise.all(answers.map((answer) => server.api.waitForCall(answer.callId)));
    const around = calls.filter((call) => call.attempts.length === 2);
    assert.ok(around.length > 0);
    assert.ok(around.every((call) => call.attempts[1].why === 'connect_failed'));
});

test('a client that reads slowly gets everything, and a client that goes is noticed', async (t) => {
    const size = 8 << 20;
    const upstream = await RawUpstream.startFor(t, {
        large: (socket) => socket.write(`${kHead}Content-Length: ${size}\r\n\r\n${'x'.repeat(size)}`),
        endless: then(`${kStream}${chunk(kEvent)}`, stall),
    });
    const own = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });
    const slow = await RawConnection.open(own.port);
    slow.socket.pause();
    slow.send(request('POST', '/v1/large/chat/completions', ['Host: localhost', 'Connection: close'], '{}'));
    await waitFor(() => upstream.requests === 1);
    assert.equal((await chat(own.origin, 'default')).status, 200, 'nobody else waits for it');
    slow.socket.resume();
    await slow.waitForClose();
    assert.equal(slow.received.length - slow.text.indexOf('\r\n\r\n') - 4, size);

    const going = await RawConnection.open(own.port);
    going.send(request('POST', '/v1/endless/chat/completions', ['Host: localhost'], '{}'));
    await going.waitForText(/chatcmpl-s/);
    const id = /x-sightglass-call-id: (\S+)/.exec(going.text)[1];
    going.close();
    assert.equal((await own.api.waitForCall(id)).status, 'cancelled');
    await waitFor(() => upstream.sockets.size <= 1, { what: 'the upstream to be left' });
});

test('after all of that, ordinary calls are answered byte for byte', async () => {
    for (const upstream of ['alone', 'pair']) {
        const answer = await send(server.origin, `/${upstream}/v1/chat/completions`, { body: '{"model":"gpt-4o-mini"}' });
        assert.equal(answer.status, 200);
        assert.equal(answer.bytes.toString(), kWholeAnswer.slice(kWholeAnswer.indexOf('\r\n\r\n') + 4));
    }
    const status = await server.api.get('/api/v1/status');
    assert.equal(status.in_flight, 0);
    assert.ok(status.upstreams.every(({ targets }) => targets.every((target) => target.in_flight === 0)));
});
