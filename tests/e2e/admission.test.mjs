// What decides about a call is what its provider would do with it: ways around a key's models, and around limits, by how a
// request is framed or where it names its model.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { send } from '../support/client.mjs';
import { RawConnection } from '../support/raw_http.mjs';
import { kKey } from '../support/sdk.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';

let upstream;
let server;
let key;

before(async () => {
    upstream = await Upstream.start();
    server = await Sightglass.start({
        config:
            `upstreams:\n  openai: {base_url: ${upstream.origin}, dialect: openai}\n` +
            `  azure: {base_url: ${upstream.origin}, dialect: azure}\n` +
            `  any: {base_url: ${upstream.origin}}\n`,
    });
    const issued = await server.api.ask('/api/v1/keys', { method: 'POST', body: { name: 'cheap', models: ['cheap*'] } });
    key = issued.body.key;
});

after(async () => {
    await server.stop();
    await upstream.stop();
});

/// The status of a request with the key; and nothing reached the upstream where it was refused.
async function statusOf(path, { body = '', headers = {}, method = 'POST' } = {}) {
    const before = upstream.requests.length;
    const answer = await send(server.origin, path, {
        method,
        body,
        headers: {
            authorization: `Bearer ${kKey}`,
            'x-sightglass-key': key,
            ...(typeof body === 'string' ? { 'content-length': Buffer.byteLength(body) } : {}),
            ...headers,
        },
    });
    if (answer.status === 403) {
        assert.equal(upstream.requests.length, before, 'nothing reached the upstream');
    }
    return answer.status;
}

const kCheap = '{"model":"cheap-1","messages":[]}';
const kDear = '{"model":"dear","messages":[]}';

test('a WebSocket that names no model in its query is refused', async () => {
    for (const [path, expected] of [
        ['/v1/responses', 403],
        ['/v1/realtime', 403],
        ['/v1/realtime?model=dear', 403],
        ['/v1/realtime?model=cheap-1&model=dear', 403],
        ['/v1/realtime?model=cheap-1', null],
    ]) {
        const connection = await RawConnection.open(server.port);
        connection.send(
            `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
                `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGVzdHRlc3R0ZXN0dGVzdA==\r\nx-sightglass-key: ${key}\r\n\r\n`,
        );
        await connection.waitForText(/^HTTP\/1\.1 \d+ /);
        const refused = connection.text.startsWith('HTTP/1.1 403 ');
        assert.equal(refused, expected === 403, path);
        connection.close();
    }
});

test('the deployment in the path decides at Azure, whatever the body says', async () => {
    const path = (deployment) => `/azure/openai/deployments/${deployment}/chat/completions?api-version=2024-10-21`;
    assert.equal(await statusOf(path('dear'), { body: kCheap }), 403);
    assert.notEqual(await statusOf(path('cheap-1'), { body: kDear }), 403);
    assert.equal(await statusOf(path('cheap-1/../dear'), { body: kCheap }), 403);
    assert.equal(await statusOf('/azure/openai/%64eployments/dear/chat/completions', { body: kCheap }), 403);
    // Who stands behind that path is not known: both have to fit.
    assert.equal(await statusOf('/openai/openai/deployments/dear/chat/completions', { body: kCheap }), 403);
    // The path tells that it is Azure's.
    assert.equal(await statusOf('/any/openai/deployments/dear/chat/completions', { body: kCheap }), 403);
});

test('realtime: a query and a body that disagree are refused', async () => {
    const body = '{"session":{"type":"realtime","model":"cheap-1"}}';
    assert.equal(await statusOf('/v1/realtime/calls?model=dear', { body }), 403);
    assert.notEqual(await statusOf('/v1/realtime/calls?model=cheap-1', { body }), 403);
});

test('a form that names its model twice is refused', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=B' };
    const part = (name, value) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const form = (...parts) => ({ body: `${parts.join('')}--B--\r\n`, headers });
    const path = '/v1/audio/transcriptions';
    assert.equal(await statusOf(path, form(part('model', 'cheap-1'), part('model', 'dear'))), 403);
    assert.equal(await statusOf(path, form(part('model', 'dear'), part('model', 'cheap-1'))), 403);
    assert.notEqual(await statusOf(path, form(part('model', 'cheap-1'), part('language', 'en'))), 403);
});

/// Writes the body in pieces, without saying how long it is.
const inPieces = (...pieces) => async (request) => {
    for (const piece of pieces) {
        request.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    request.end();
};

test('chunked bodies and those that wait for 100 Continue are read like others', async () => {
    const path = '/v1/chat/completions';
    const cut = (body) => inPieces(body.slice(0, 9), body.slice(9, 20), body.slice(20));
    assert.equal(await statusOf(path, { body: cut(kDear) }), 403);
    assert.equal(await statusOf(path, { body: cut(kCheap) }), 200);
    assert.equal(upstream.last.body.toString(), kCheap);
    assert.equal(upstream.last.headers['transfer-encoding'], 'chunked');
    const large = (model) => `{"messages":[{"role":"user","content":"${'x'.repeat(3_000_000)}"}],"model":"${model}"}`;
    assert.equal(await statusOf(path, { body: inPieces(large('cheap-1')) }), 200);
    assert.equal(await statusOf(path, { body: inPieces(large('dear')) }), 403);

    for (const [body, expected] of [[kCheap, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /], [kDear, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 403 /]]) {
        const connection = await RawConnection.open(server.port);
        connection.send(
            `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nExpect: 100-continue\r\nContent-Type: application/json\r\n` +
                `x-sightglass-key: ${key}\r\nContent-Length: ${body.length}\r\n\r\n`,
        );
        await connection.waitForText(/100 Continue\r\n\r\n/);
        connection.send(body);
        await connection.waitForText(expected);
        connection.close();
    }
});

test('a malformed chunked body is refused before anything is sent', async () => {
    const connection = await RawConnection.open(server.port);
    const before = upstream.requests.length;
    connection.send(
        `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nTransfer-Encoding: chunked\r\n` +
            `x-sightglass-key: ${key}\r\n\r\n5\r\n{"mod\r\nnonsense\r\n`,
    );
    await connection.waitForText(/^HTTP\/1\.1 400 /);
    connection.close();
    assert.equal(upstream.requests.length, before);
});

test('chunked bodies reserve the tokens that they are, and so do those that wait for 100 Continue', async (t) => {
    const limited = await Sightglass.startFor(t, {
        upstreams: { openai: upstream.origin },
        config: 'limits:\n  - {name: tokens, tokens_per_minute: 10000}\n',
    });
    const body = `{"model":"m","messages":[{"role":"user","content":"${'x'.repeat(50_000)}"}]}`;
    const ask = (more) =>
        send(limited.origin, '/v1/chat/completions', { headers: { 'content-type': 'application/json' }, ...more });
    const chunked = await ask({ body: inPieces(body) });
    assert.equal(chunked.status, 429);
    assert.match(chunked.bytes.toString(), /this request alone/);
    const waiting = await ask({
        body: (request) => request.on('continue', () => request.end(body)).flushHeaders(),
        headers: { 'content-length': body.length, expect: '100-continue' },
    });
    assert.equal(waiting.status, 429);
    const small = await ask({ body: inPieces('{"model":"m",', '"messages":[]}') });
    assert.equal(small.status, 200);
});
