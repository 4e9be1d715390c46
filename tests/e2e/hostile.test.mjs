// Requests that no honest client sends: garbage, heads without end, request smuggling. Each is refused or let go, none
// becomes a second request at the upstream, and the next honest request is answered.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, beforeEach, test } from 'node:test';

import { chat } from '../support/client.mjs';
import { RawConnection, statusOf } from '../support/raw_http.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { sleep, waitFor } from '../support/wait.mjs';

let upstream;
let server;

before(async () => {
    upstream = await Upstream.start();
    server = await Sightglass.start({
        upstreams: { openai: upstream.origin },
        env: {
            SIGHTGLASS_TIMEOUTS_FIRST_BYTE: '1s',
            SIGHTGLASS_TIMEOUTS_IDLE: '1s',
            SIGHTGLASS_TIMEOUTS_KEEP_ALIVE: '1s',
        },
    });
});

after(async () => {
    await server.stop();
    await upstream.stop();
});

beforeEach(() => {
    upstream.requests.length = 0;
});

/// Sends bytes, and returns what came back once the server has closed the connection.
async function talk(bytes) {
    const connection = await RawConnection.open(server.port);
    connection.send(bytes);
    await connection.waitForClose();
    connection.close();
    return connection.text;
}

async function stillServes() {
    const answer = await chat(server.origin, 'default');
    assert.equal(answer.status, 200);
}

const kHost = 'Host: 127.0.0.1\r\n';
const kSmuggled = `GET /v1/smuggled HTTP/1.1\r\n${kHost}\r\n`;
const post = (headers, rest) => `POST /v1/chat/completions HTTP/1.1\r\n${kHost}${headers}\r\n${rest}`;

/// What must be refused with a 400 or its like, and never reach the upstream.
const kRefused = {
    'two lengths that differ': post('Content-Length: 4\r\nContent-Length: 30\r\n', `{}xx${kSmuggled}`),
    'two lengths in one line': post('Content-Length: 4, 30\r\n', `{}xx${kSmuggled}`),
    'length and chunks': post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${kSmuggled}`),
    'chunks and length': post('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', `0\r\n\r\n${kSmuggled}`),
    'an unknown transfer coding': post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${kSmuggled}`),
    'chunked that is not last': post('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${kSmuggled}`),
    'chunked twice': post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${kSmuggled}`),
    'a transfer coding behind a control character': post('Transfer-Encoding: \u000bchunked\r\n', `0\r\n\r\n${kSmuggled}`),
    'a space before the colon': post('Content-Length : 4\r\n', `{}xx${kSmuggled}`),
    'a folded header': post('X-A: 1\r\n Content-Length: 4\r\n', `{}xx${kSmuggled}`),
    'a header without a name': post(': 4\r\n', kSmuggled),
    'a header without a colon': post('Content-Length 4\r\n', kSmuggled),
    'a carriage return in a value': post('X-A: 1\rContent-Length: 4\r\n', `{}xx${kSmuggled}`),
    'a NUL in a value': post('X-A: 1\u0000\r\n', kSmuggled),
    'a negative length': post('Content-Length: -1\r\n', kSmuggled),
    'a length with a sign': post('Content-Length: +4\r\n', `{}xx${kSmuggled}`),
    'a hexadecimal length': post('Content-Length: 0x4\r\n', `{}xx${kSmuggled}`),
    'a length beyond all bounds': post('Content-Length: 99999999999999999999\r\n', kSmuggled),
    'no Host': 'GET /v1/models HTTP/1.1\r\n\r\n',
    'two Hosts': `GET /v1/models HTTP/1.1\r\n${kHost}Host: other\r\n\r\n`,
    'a Host that nobody knows': 'GET /v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n',
    'a target with a space': `GET /v1/models /x HTTP/1.1\r\n${kHost}\r\n`,
    'a target with a control character': `GET /v1/mo\u0001dels HTTP/1.1\r\n${kHost}\r\n`,
    'no target': `GET HTTP/1.1\r\n${kHost}\r\n`,
    'a version that is not there': `GET /v1/models HTTP/3.7\r\n${kHost}\r\n`,
    'a method that is no token': `G(T /v1/models HTTP/1.1\r\n${kHost}\r\n`,
    'the start of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'a TLS hello': Buffer.from('1603010200010001fc0303', 'hex'),
    'zeros': Buffer.alloc(2000),
    'a line without end': 'G'.repeat(200_000),
    'headers without end': `GET /v1/models HTTP/1.1\r\n${kHost}${'X-Filler: 0123456789\r\n'.repeat(20_000)}`,
    'one header without end': `GET /v1/models HTTP/1.1\r\n${kHost}X-Filler: ${'y'.repeat(300_000)}`,
};

for (const [what, bytes] of Object.entries(kRefused)) {
    test(`refused: ${what}`, async () => {
        const text = await talk(bytes);
        const status = statusOf(text);
        assert.ok(text === '' || (status >= 400 && status <= 505), text.slice(0, 200));
        assert.ok(text.split(/HTTP\/1\.1 \d{3} /).length <= 2, 'one answer at most');
        assert.deepEqual(upstream.requests.map((seen) => seen.url), []);
        await stillServes();
    });
}

test('a head that is too large is told so', async () => {
    const connection = await RawConnection.open(server.port);
    connection.send(`GET /v1/models HTTP/1.1\r\n${kHost}X-Filler: ${'y'.repeat(100_000)}\r\n\r\n`);
    await connection.waitForText(/^HTTP\/1\.1 431 /);
    connection.close();
});

/// Bodies whose chunks are wrong: the call may reach the upstream, but what is behind it may not.
const kBadChunks = {
    'a size that is no number': 'zz\r\n{}\r\n0\r\n\r\n',
    'a size beyond all bounds': 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n',
    'a negative size': '-2\r\n{}\r\n0\r\n\r\n',
    'a size with 0x': '0x2\r\n{}\r\n0\r\n\r\n',
    'data longer than its size': '2\r\n{}more\r\n0\r\n\r\n',
    'a line feed alone': '2\n{}\n0\n\n',
    'an extension without end': `2;${'x'.repeat(100_000)}`,
    'a trailer that would be a header': '2\r\n{}\r\n0\r\nContent-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n',
};

for (const [what, body] of Object.entries(kBadChunks)) {
    test(`chunks with ${what}: nothing is smuggled behind them`, async () => {
        const text = await talk(post('Transfer-Encoding: chunked\r\nConnection: close\r\n', body + kSmuggled));
        assert.ok(!upstream.requests.some((seen) => seen.url === '/v1/smuggled'));
        assert.ok(upstream.requests.length <= 1);
        assert.ok(text === '' || statusOf(text) >= 200);
        await stillServes();
    });
}

const get = (id, more = '') => `GET /v1/models HTTP/1.1\r\n${kHost}x-test-id: ${id}\r\n${more}\r\n`;

test('honest requests in one packet are answered in order, also when the first has to connect', async () => {
    const ids = ['first', 'second', 'third', 'fourth'];
    // Whatever connections to the upstream there are, they go: the first request needs a new one.
    upstream.connections.forEach((socket) => socket.destroy());
    await sleep(100);
    const text = await talk(ids.slice(0, 3).map((id) => get(id)).join('') + get('fourth', 'Connection: close\r\n'));
    assert.equal(text.split('HTTP/1.1 200').length, 5, text);
    assert.deepEqual(upstream.requests.map((seen) => seen.headers['x-test-id']), ids);
    assert.deepEqual(upstream.requests.map((seen) => `${seen.method} ${seen.url}`), Array(4).fill('GET /v1/models'));
});

test('a request without a body that comes in pieces is the same request', async () => {
    const whole = get('pieces', 'Connection: close\r\n');
    for (const at of [1, 3, 4, 20, whole.length - 3, whole.length - 1]) {
        const connection = await RawConnection.open(server.port);
        connection.send(whole.slice(0, at));
        await sleep(30);
        connection.send(whole.slice(at));
        await connection.waitForClose();
        assert.match(connection.text, /^HTTP\/1\.1 200 /, `cut after ${at} bytes`);
        const { method, url, headers } = upstream.last;
        assert.deepEqual([method, url, headers['x-test-id']], ['GET', '/v1/models', 'pieces']);
    }
});

test('a request with a body that comes in pieces is the same request', async () => {
    const whole = post('x-test-id: pieces\r\nContent-Length: 23\r\nConnection: close\r\n', '{"model":"gpt-4o-mini"}');
    for (const at of [1, 3, 4, 20, whole.indexOf('\r\n\r\n'), whole.indexOf('\r\n\r\n') + 2, whole.length - 10]) {
        const connection = await RawConnection.open(server.port);
        connection.send(whole.slice(0, at));
        await sleep(30);
        connection.send(whole.slice(at));
        await connection.waitForClose();
        assert.match(connection.text, /^HTTP\/1\.1 200 /, `cut after ${at} bytes`);
        const { method, url, headers, body } = upstream.last;
        assert.deepEqual([method, url, headers['x-test-id']], ['POST', '/v1/chat/completions', 'pieces']);
        assert.equal(body.toString(), '{"model":"gpt-4o-mini"}');
    }
});

test('what a connection header names does not reach the upstream', async () => {
    const headers = 'Connection: close, x-hop\r\nx-hop: 1\r\nKeep-Alive: 5\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\n';
    await talk(`GET /v1/models HTTP/1.1\r\n${kHost}${headers}x-stays: 1\r\n\r\n`);
    const [seen] = upstream.requests;
    assert.equal(seen.headers['x-stays'], '1');
    for (const name of ['x-hop', 'keep-alive', 'proxy-connection']) {
        assert.ok(!(name in seen.headers), name);
    }
});

test('the credential cannot be hidden from the record, nor our headers be forged upstream, by naming them hop-by-hop', async () => {
    const headers = 'Connection: close, x-sightglass-service\r\nx-sightglass-service: hidden\r\n';
    await talk(`GET /v1/models HTTP/1.1\r\n${kHost}${headers}\r\n`);
    assert.ok(!('x-sightglass-service' in upstream.last.headers));
});

/// An upstream that writes exactly these bytes as its answer.
async function startRaw(t, bytes) {
    const raw = net.createServer((socket) => {
        socket.on('error', () => {}).once('data', () => socket.end(bytes));
    });
    await new Promise((resolve) => raw.listen(0, '127.0.0.1', resolve));
    t.after(() => raw.close());
    return Sightglass.startFor(t, { upstreams: { openai: `http://127.0.0.1:${raw.address().port}` } });
}

const kBadAnswers = {
    'two lengths that differ': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}',
    'no status': 'HTTP/1.1 OK\r\nContent-Length: 2\r\n\r\n{}',
    'a head without end': `HTTP/1.1 200 OK\r\nX-Filler: ${'y'.repeat(1 << 20)}`,
    'a header with a NUL': 'HTTP/1.1 200 OK\r\nX-A: a\u0000b\r\nContent-Length: 2\r\n\r\n{}',
    'another protocol': 'SSH-2.0-OpenSSH_9.2\r\n',
};

for (const [what, bytes] of Object.entries(kBadAnswers)) {
    test(`an answer with ${what}: 502, provider_bad_answer`, async (t) => {
        const own = await startRaw(t, bytes);
        const answer = await chat(own.origin, 'default');
        assert.equal(answer.status, 502);
        assert.equal(answer.headers['x-sightglass-error'], '1');
        const call = await own.api.waitForCall(answer.callId);
        assert.equal(call.error_type, 'provider_bad_answer');
    });
}

test('an upstream cannot put a second answer behind its first', async (t) => {
    const second = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\ninjected';
    const own = await startRaw(t, `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}${second}`);
    const first = await chat(own.origin, 'default');
    const next = await chat(own.origin, 'default');
    assert.deepEqual([first.bytes.toString(), next.bytes.toString()], ['{}', '{}']);
});

test('an upstream that compresses a bomb: it passes, and is not unpacked whole', async (t) => {
    const zlib = await import('node:zlib');
    const bomb = zlib.gzipSync(Buffer.alloc(512 << 20, 0x20));
    const origin = await Upstream.startFor(t, {
        bomb: ({ response }) => {
            const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', 'content-length': bomb.length };
            response.writeHead(200, headers).end(bomb);
        },
    });
    const own = await Sightglass.startFor(t, { upstreams: { openai: origin.origin }, args: ['--capture', 'full'] });
    const answer = await chat(own.origin, 'bomb');
    assert.ok(answer.bytes.equals(bomb));
    await own.api.waitForCall(answer.callId);
    const fs = await import('node:fs');
    await waitFor(async () => (await own.api.get('/api/v1/status')).pipeline.lag_s === 0);
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${own.pid}/status`, 'utf8'))[1]);
    assert.ok(peak < 400 * 1024, `the server's memory reached ${peak} kB`);
});
