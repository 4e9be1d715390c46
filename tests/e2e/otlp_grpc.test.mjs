// OTLP over gRPC as it is on the wire: statuses in trailers, compressed messages, and what is not gRPC at all.
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import net from 'node:net';
import { test } from 'node:test';
import zlib from 'node:zlib';

import { Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kTraces = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/// A length-prefixed message.
function framed(bytes, compressed = 0) {
    const prefix = Buffer.alloc(5);
    prefix[0] = compressed;
    prefix.writeUInt32BE(bytes.length, 1);
    return Buffer.concat([prefix, bytes]);
}

const field = (number, bytes) => Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
const text = (key, value) => field(9, Buffer.concat([field(1, Buffer.from(key)), field(2, field(1, Buffer.from(value)))]));

/// An export request with one chat span.
function oneSpan(id) {
    const start = Buffer.alloc(9);
    start[0] = 0x39;
    start.writeBigUInt64LE(BigInt(Date.now()) * 1_000_000n, 1);
    const span = [field(1, Buffer.alloc(16, id)), field(2, Buffer.alloc(8, id)), start, text('gen_ai.operation.name', 'chat')];
    return field(1, field(2, field(2, Buffer.concat(span))));
}

/// One call; {status, message, body, headers}.
async function call(server, path, body, headers = {}) {
    const session = http2.connect(`http://${server.ready.otlp_grpc}`);
    try {
        return await new Promise((resolve, reject) => {
            session.on('error', reject);
            const all = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', ...headers };
            const stream = session.request(all);
            const answer = { headers: {}, body: Buffer.alloc(0) };
            const note = (fields) => {
                answer.headers = { ...answer.headers, ...fields };
            };
            stream.on('response', note).on('trailers', note).on('error', reject);
            stream.on('data', (piece) => (answer.body = Buffer.concat([answer.body, piece])));
            stream.on('close', () => resolve({ ...answer, status: answer.headers['grpc-status'] }));
            stream.end(body);
        });
    } finally {
        session.destroy();
    }
}

test('a message is taken plain and compressed, and answered with an empty one', async (t) => {
    const server = await Sightglass.startFor(t);
    const plain = await call(server, kTraces, framed(oneSpan(1)));
    assert.deepEqual([plain.status, [...plain.body]], ['0', [0, 0, 0, 0, 0]]);
    const gzip = await call(server, kTraces, framed(zlib.gzipSync(oneSpan(2)), 1), { 'grpc-encoding': 'gzip' });
    assert.equal(gzip.status, '0');
    for (const service of ['logs.v1.LogsService', 'metrics.v1.MetricsService']) {
        const answer = await call(server, `/opentelemetry.proto.collector.${service}/Export`, framed(Buffer.alloc(0)));
        assert.equal(answer.status, '0');
    }
    await server.api.waitForCount(2);
});

test('what is wrong is said in the status', async (t) => {
    const server = await Sightglass.startFor(t);
    const status = async (...args) => (await call(server, ...args)).status;
    assert.equal(await status('/nobody.Service/Export', framed(oneSpan(3))), '12');
    assert.equal(await status(kTraces, framed(oneSpan(3)).subarray(0, 20)), '3');
    assert.equal(await status(kTraces, framed(Buffer.from([0x0a, 0xff, 0x01, 0x00]))), '3');
    assert.equal(await status(kTraces, framed(Buffer.from('not gzip'), 1), { 'grpc-encoding': 'gzip' }), '3');
    assert.equal(await status(kTraces, framed(oneSpan(3), 1), { 'grpc-encoding': 'snappy' }), '12');
    assert.equal(await status(kTraces, framed(zlib.gzipSync(Buffer.alloc(100 << 20)), 1), { 'grpc-encoding': 'gzip' }), '8');
    assert.equal(await status(kTraces, framed(oneSpan(3)), { ':authority': 'rebound.example' }), '7');
    assert.equal(await status(kTraces, framed(oneSpan(3)), { authorization: 'Bearer sg-wrong' }), '16');
    assert.equal(await status(kTraces, framed(oneSpan(4))), '0');
});

test('what is not sent as gRPC is refused with the HTTP status 415', async (t) => {
    const server = await Sightglass.startFor(t);
    for (const type of ['text/plain', 'application/x-protobuf', '']) {
        const answer = await call(server, kTraces, framed(oneSpan(7)), { 'content-type': type });
        assert.deepEqual([answer.headers[':status'], answer.status], [415, '3'], type);
        assert.match(decodeURIComponent(answer.headers['grpc-message']), /application\/grpc/);
    }
    for (const type of ['application/grpc+proto', 'application/grpc; charset=utf-8']) {
        assert.equal((await call(server, kTraces, framed(oneSpan(8)), { 'content-type': type })).status, '0');
    }
});

test('a probe of its health is answered, also where spans need a key', async (t) => {
    const server = await Sightglass.startFor(t, { env: { SIGHTGLASS_OTLP_GRPC: '0.0.0.0:0' } });
    const local = { ready: { otlp_grpc: `127.0.0.1:${server.ready.otlp_grpc.split(':').pop()}` } };
    const check = (service) => call(local, '/grpc.health.v1.Health/Check', framed(service ? field(1, Buffer.from(service)) : Buffer.alloc(0)));
    for (const service of ['', 'opentelemetry.proto.collector.trace.v1.TraceService']) {
        const answer = await check(service);
        assert.deepEqual([answer.status, [...answer.body]], ['0', [0, 0, 0, 0, 2, 8, 1]]);
    }
    assert.equal((await check('nobody')).status, '5');
    assert.equal((await call(local, '/grpc.health.v1.Health/Watch', framed(Buffer.alloc(0)))).status, '16');
    assert.equal((await call(local, kTraces, framed(oneSpan(6)))).status, '16');
});

test('bytes that are no HTTP/2 end the connection and nothing else', async (t) => {
    const server = await Sightglass.startFor(t);
    const { hostname, port } = new URL(`http://${server.ready.otlp_grpc}`);
    for (const bytes of ['GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', '\0'.repeat(10_000), 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + 'x'.repeat(5000)]) {
        const socket = net.connect(Number(port), hostname);
        let closed = false;
        socket.on('error', () => {}).on('close', () => (closed = true)).resume();
        socket.write(bytes);
        await waitFor(() => closed);
    }
    assert.equal((await call(server, kTraces, framed(oneSpan(5)))).status, '0');
});
