// HTTP as it is meant: kept connections, chunked bodies both ways, Expect: 100-continue, bodies larger than any buffer,
// answers without bodies, a compressed answer that is read, TLS to the upstream with verification.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { chat, kChat, send } from '../support/client.mjs';
import { cannotMake } from '../support/compression.mjs';
import { kUsage } from '../support/openai_answers.mjs';
import { temporaryFolder } from '../support/places.mjs';
import { RawConnection } from '../support/raw_http.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { sleep } from '../support/wait.mjs';

let upstream;
let server;

before(async () => {
    upstream = await Upstream.start({ no_content: ({ response }) => response.writeHead(204).end() });
    server = await Sightglass.start({
        upstreams: { openai: upstream.origin },
        args: ['--workers', '1'],
        env: { SIGHTGLASS_LIMITS_RECORDED_BODY: '256KiB' },
    });
});

after(async () => {
    await server.stop();
    await upstream.stop();
});

test('one client connection carries many calls, and so does one to the upstream', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const before = upstream.connections.size;
    const ports = new Set();
    for (let i = 0; i < 20; ++i) {
        const answer = await chat(server.origin, 'default', { agent });
        assert.equal(answer.status, 200);
        ports.add([...upstream.connections].map((socket) => socket.remotePort).join());
    }
    assert.ok(upstream.connections.size <= before + 1);
    agent.destroy();
});

test('one client connection carries calls and questions to us in turn', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const statuses = [];
    for (let i = 0; i < 3; ++i) {
        statuses.push((await chat(server.origin, 'default', { agent })).status);
        statuses.push((await send(server.origin, '/healthz', { method: 'GET', agent })).status);
        statuses.push((await send(server.origin, '/api/v1/session', { method: 'GET', agent })).status);
    }
    assert.deepEqual(statuses, Array(9).fill(200), 'what pools connections by origin is not told 421');
    agent.destroy();
});

test('a chunked request body goes through, and so does its end', async () => {
    const pieces = ['{"model":"gpt-4o-mini",', '"messages":[{"role":"user",', '"content":"pieces"}]}'];
    const answer = await chat(server.origin, 'default', {
        headers: { 'x-test-id': 'chunked' },
        body: async (request) => {
            for (const piece of pieces) {
                request.write(piece);
                await sleep(30);
            }
            request.end();
        },
    });
    assert.equal(answer.status, 200);
    assert.equal(upstream.find('chunked').body.toString(), pieces.join(''));
    const call = await server.api.waitForCall(answer.callId);
    assert.equal(call.model_requested, 'gpt-4o-mini');
    assert.equal(call.request_bytes, pieces.join('').length);
});

test('Expect: 100-continue: the client is told to go on', async () => {
    const connection = await RawConnection.open(server.port);
    connection.send(
        'POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n' +
            `Content-Length: ${kChat.length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
    );
    await connection.waitForText(/^HTTP\/1\.1 100 /);
    connection.send(kChat);
    await connection.waitForClose();
    assert.match(connection.text, /HTTP\/1\.1 200 /);
    connection.close();
});

test('a body that nobody could hold in memory is streamed through, both ways', async () => {
    const piece = crypto.randomBytes(1 << 20);
    const pieces = 160;
    const sent = crypto.createHash('sha256');
    const answer = await streamThrough(piece, pieces, sent);
    assert.deepEqual(answer, { status: 200, bytes: piece.length * pieces, sha256: sent.digest('hex') });
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]);
    assert.ok(peak < 512 * 1024, `the server's memory reached ${peak} kB`);
});

/// Sends `pieces` times `piece` to an upstream that sends each back as it comes.
async function streamThrough(piece, pieces, sent) {
    const echo = http.createServer((request, response) => request.pipe(response)).listen(0, '127.0.0.1');
    await new Promise((resolve) => echo.once('listening', resolve));
    const own = await Sightglass.start({ upstreams: { openai: `http://127.0.0.1:${echo.address().port}` } });
    try {
        return await new Promise((resolve, reject) => {
            const options = { port: own.port, host: '127.0.0.1', method: 'POST', path: '/v1/files', agent: false };
            const request = http.request(options, (response) => {
                const got = crypto.createHash('sha256');
                let bytes = 0;
                response.on('data', (chunk) => {
                    got.update(chunk);
                    bytes += chunk.length;
                });
                response.on('error', reject).on('end', () => {
                    resolve({ status: response.statusCode, bytes, sha256: got.digest('hex') });
                });
            });
            request.on('error', reject);
            (async () => {
                for (let i = 0; i < pieces; ++i) {
                    sent.update(piece);
                    if (!request.write(piece)) {
                        await new Promise((drained) => request.once('drain', drained));
                    }
                }
                request.end();
            })();
        });
    } finally {
        await own.stop();
        echo.closeAllConnections();
        echo.close();
    }
}

test('usage is read from answers longer than what is kept of them', async (t) => {
    const long = await Upstream.startFor(t, {
        long: ({ response }) => {
            const content = 'long '.repeat(200_000);
            const answer = {
                id: 'chatcmpl-long',
                object: 'chat.completion',
                model: 'gpt-4o-mini-2024-07-18',
                choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'length' }],
                usage: { prompt_tokens: 7, completion_tokens: 200_001, total_tokens: 200_008 },
            };
            response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
        },
    });
    const own = await Sightglass.startFor(t, {
        upstreams: { openai: long.origin },
        env: { SIGHTGLASS_LIMITS_RECORDED_BODY: '64KiB' },
    });
    const answer = await chat(own.origin, 'long');
    const call = await own.api.waitForCall(answer.callId);
    assert.deepEqual([call.input_tokens, call.output_tokens, call.model], [7, 200_001, 'gpt-4o-mini-2024-07-18']);
});

test('answers without a body: HEAD, 204', async () => {
    const head = await send(server.origin, '/v1/models', { method: 'HEAD' });
    assert.deepEqual([head.status, head.bytes.length, head.complete], [200, 0, true]);
    const none = await chat(server.origin, 'no_content');
    assert.deepEqual([none.status, none.bytes.length, none.complete], [204, 0, true]);
});

test('a client of HTTP/1.0 gets its answer and the end of the connection', async () => {
    const connection = await RawConnection.open(server.port);
    connection.send('GET /v1/models HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n');
    await connection.waitForClose();
    assert.match(connection.text, /^HTTP\/1\.[01] 200 /);
    assert.ok(!/transfer-encoding: *chunked/i.test(connection.text), 'it knows no chunks');
    assert.match(connection.text, /\}$/);
    connection.close();
});

for (const encoding of ['gzip', 'br', 'zstd', 'deflate']) {
    test(`an answer in ${encoding} passes as it is, and is read`, { skip: cannotMake(encoding) }, async () => {
        const headers = { 'x-test-encoding': encoding, 'accept-encoding': encoding };
        const through = await chat(server.origin, 'encoded', { headers });
        const direct = await chat(upstream.origin, 'encoded', { headers });
        assert.ok(through.bytes.equals(direct.bytes));
        assert.equal(through.headers['content-encoding'], encoding);
        const call = await server.api.waitForCall(through.callId);
        assert.deepEqual([call.input_tokens, call.output_tokens], [kUsage.input, kUsage.output]);
    });
}

test('answer headers pass as they are, but for those of the connection', async () => {
    const strip = ({ headers }) => {
        const { connection, 'keep-alive': keepAlive, date, 'x-sightglass-call-id': id, ...others } = headers;
        return others;
    };
    const [through, direct] = [await chat(server.origin, 'default'), await chat(upstream.origin, 'default')];
    assert.deepEqual(strip(through), strip(direct));
});

test('path and query go along undecoded; the endpoint that is recorded names neither the query nor an id', async () => {
    const target = '/v1/files/a%2Fb%20c?purpose=x%26y&after=';
    await send(server.origin, target, { method: 'GET', headers: { 'x-test-id': 'query' } });
    assert.equal(upstream.find('query').url, target);
    const answer = await send(server.origin, `/openai${target}`, { method: 'GET', headers: { 'x-test-id': 'named' } });
    assert.equal(upstream.find('named').url, target);
    const call = await server.api.waitForCall(answer.callId);
    assert.equal(call.endpoint, '/v1/files/{id}');
});

test('an upstream that nobody configured is not found', async () => {
    const answer = await send(server.origin, '/elsewhere/v1/models', { method: 'GET' });
    assert.equal(answer.status, 404);
    assert.equal(answer.headers['x-sightglass-error'], '1');
});

function openssl(args, folder) {
    const ended = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    assert.equal(ended.status, 0, ended.stderr);
}

/// A certificate authority, and a key with a certificate for `name` from it.
function makeCertificates(folder, name, days) {
    const file = path.join(folder, 'names');
    fs.writeFileSync(file, `subjectAltName=${name}\n`);
    const authority = ['-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test CA', '-days', '2'];
    if (!fs.existsSync(path.join(folder, 'ca.pem'))) {
        openssl(['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...authority], folder);
    }
    openssl(['req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'csr.pem', '-subj', '/CN=test'], folder);
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', String(days)];
    openssl(['x509', '-req', '-in', 'csr.pem', '-out', 'cert.pem', ...signed], folder);
    const read = (what) => fs.readFileSync(path.join(folder, what));
    return { key: read('key.pem'), cert: read('cert.pem') };
}

async function startTls(t, pair) {
    const secure = https.createServer(pair, (request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"object":"list","data":[]}');
    });
    await new Promise((resolve) => secure.listen(0, '127.0.0.1', resolve));
    t.after(() => secure.closeAllConnections());
    t.after(() => secure.close());
    return secure.address().port;
}

test('TLS to the upstream is verified: authority, name and date', async (t) => {
    const folder = temporaryFolder('tls');
    const port = await startTls(t, makeCertificates(folder, 'IP:127.0.0.1,DNS:localhost', 2));
    const wrongName = await startTls(t, makeCertificates(folder, 'DNS:other.example', 2));
    const upstreams = {
        openai: `https://127.0.0.1:${port}`,
        named: `https://localhost:${port}`,
        other: `https://127.0.0.1:${wrongName}`,
    };
    const get = (own, name) => send(own.origin, `/${name}/v1/models`, { method: 'GET' });

    const trusting = await Sightglass.startFor(t, {
        upstreams,
        env: { SIGHTGLASS_CA_FILE: path.join(folder, 'ca.pem') },
    });
    assert.equal((await get(trusting, 'openai')).status, 200);
    assert.equal((await get(trusting, 'named')).status, 200);
    const misnamed = await get(trusting, 'other');
    assert.equal(misnamed.status, 502);
    assert.match(misnamed.bytes.toString(), /certificate|verif|TLS/i);
    assert.equal((await trusting.api.waitForCall(misnamed.callId)).error_type, 'provider_unreachable');

    const strict = await Sightglass.startFor(t, { upstreams });
    assert.equal((await get(strict, 'openai')).status, 502, 'an authority that the system does not know');
});
