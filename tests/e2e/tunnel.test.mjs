// An Upgrade (WebSocket) goes through as a tunnel: both sides' bytes untouched, the call recorded by size and time.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';
import { test } from 'node:test';

import { RawConnection } from '../support/raw_http.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/// A server that accepts every Upgrade, says a frame, and sends back whatever bytes come.
async function startEcho(t) {
    const server = http.createServer((request, response) => response.writeHead(426).end('upgrade, please'));
    const echo = { upgrades: [], closed: 0 };
    server.on('upgrade', (request, socket, head) => {
        echo.upgrades.push(request);
        const accept = crypto.createHash('sha1').update(request.headers['sec-websocket-key'] + kGuid).digest('base64');
        socket.write(
            'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
                `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
        );
        socket.write(Buffer.from([0x81, 0x02, 0x68, 0x69]));
        if (head.length > 0) {
            socket.write(head);
        }
        socket.on('data', (chunk) => socket.write(chunk));
        socket.on('end', () => socket.end());
        socket.on('error', () => {}).on('close', () => (echo.closed += 1));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    return Object.assign(echo, { origin: `http://127.0.0.1:${server.address().port}` });
}

function upgradeRequest(port, more = []) {
    const lines = [
        'GET /v1/realtime?model=gpt-realtime HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${crypto.randomBytes(16).toString('base64')}`,
        'Authorization: Bearer sk-test-tunnel',
        'x-sightglass-service: voice',
        ...more,
    ];
    return `${lines.join('\r\n')}\r\n\r\n`;
}

test('a WebSocket is tunnelled, byte for byte, and recorded', async (t) => {
    const echo = await startEcho(t);
    const server = await Sightglass.startFor(t, { upstreams: { openai: echo.origin } });
    const connection = await RawConnection.open(server.port);
    const sent = crypto.randomBytes(300_000);

    connection.send(upgradeRequest(server.port));
    await connection.waitForText(/\r\n\r\n/);
    const [head] = connection.text.split('\r\n\r\n');
    assert.match(head, /^HTTP\/1\.1 101 /);
    assert.match(head, /sec-websocket-accept: /i);
    connection.send(sent);
    const before = Buffer.byteLength(head, 'latin1') + 4 + 4;
    await waitFor(() => connection.received.length === before + sent.length, { what: 'the echo' });
    assert.ok(connection.received.subarray(before - 4).equals(Buffer.concat([Buffer.from([0x81, 2, 0x68, 0x69]), sent])));
    connection.socket.end();
    await connection.waitForClose();

    const [request] = echo.upgrades;
    assert.equal(request.url, '/v1/realtime?model=gpt-realtime');
    assert.equal(request.headers.authorization, 'Bearer sk-test-tunnel');
    assert.ok(!('x-sightglass-service' in request.headers));
    await server.api.waitForCount(1);
    const [listed] = await server.api.calls();
    const call = await server.api.call(listed.call_id);
    assert.equal(call.operation, 'realtime');
    assert.equal(call.endpoint, '/v1/realtime');
    assert.equal(call.http_status, 101);
    assert.equal(call.status, 'ok');
    assert.equal(call.service, 'voice');
    assert.equal(call.request_bytes, sent.length);
    assert.equal(call.response_bytes, sent.length + 4);
    assert.ok(call.latency_us > 0);
});

test('bytes that the client sends right behind its request are not lost', async (t) => {
    const echo = await startEcho(t);
    const server = await Sightglass.startFor(t, { upstreams: { openai: echo.origin } });
    const connection = await RawConnection.open(server.port);
    connection.send(`${upgradeRequest(server.port)}early bytes`);
    await connection.waitForText(/early bytes$/);
    connection.close();
    await waitFor(() => echo.closed === 1, { what: 'the upstream to see the client go' });
    await server.api.waitForCount(1);
});

test('an upstream that does not upgrade: its answer comes through as it is', async (t) => {
    const upstream = http.createServer().listen(0, '127.0.0.1');
    upstream.on('upgrade', (request, socket) => {
        socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}');
    });
    await new Promise((resolve) => upstream.once('listening', resolve));
    t.after(() => upstream.close());
    const origin = `http://127.0.0.1:${upstream.address().port}`;
    const server = await Sightglass.startFor(t, { upstreams: { openai: origin } });
    const connection = await RawConnection.open(server.port);
    connection.send(upgradeRequest(server.port));
    await connection.waitForText(/\{\}$/);
    assert.match(connection.text, /^HTTP\/1\.1 401 /);
    connection.close();
    await server.api.waitForCount(1);
    const [call] = await server.api.calls();
    assert.equal(call.http_status, 401);
    assert.equal(call.status, 'error');
});

test('a foreign page cannot open a WebSocket through the gateway', async (t) => {
    const echo = await startEcho(t);
    const server = await Sightglass.startFor(t, { upstreams: { openai: echo.origin } });
    const connection = await RawConnection.open(server.port);
    connection.send(upgradeRequest(server.port, ['Origin: http://evil.example']));
    await connection.waitForText(/^HTTP\/1\.1 403 /);
    connection.close();
    assert.equal(echo.upgrades.length, 0);
});

test('open tunnels do not hold the end up for ever', async (t) => {
    const echo = await startEcho(t);
    const env = { SIGHTGLASS_TIMEOUTS_DRAIN: '500ms' };
    const server = await Sightglass.startFor(t, { upstreams: { openai: echo.origin }, env });
    const connection = await RawConnection.open(server.port);
    connection.send(upgradeRequest(server.port));
    await connection.waitForText(/ 101 /);
    await server.stop();
    await connection.waitForClose();

    const again = await Sightglass.startFor(t, { upstreams: { openai: echo.origin }, dataDir: server.dataDir });
    const [call] = await again.api.calls();
    assert.equal(call.status, 'interrupted');
});
