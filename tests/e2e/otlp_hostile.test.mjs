// What no exporter sends and anybody may: OTLP that is broken at any byte, compressed to explode, endless, nested without
// bottom, of no encoding or of another century. Each is refused or repaired, counted, and never fatal.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http2 from 'node:http2';
import net from 'node:net';
import { test } from 'node:test';
import zlib from 'node:zlib';

import { attributeField, bytesField, numberField, postOtlp, spanMessage, tracesRequest } from '../support/otlp.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { waitFor, within } from '../support/wait.mjs';

const kProtobuf = { 'content-type': 'application/x-protobuf' };
const kJson = { 'content-type': 'application/json' };
const kMiB = 1 << 20;
const kAlways = { from: '2000-01-01T00:00:00Z', to: '2200-01-01T00:00:00Z' };

const originOf = (server) => `http://${server.ready.otlp_http}`;
const send = (server, body, headers = {}) => postOtlp(originOf(server), '/v1/traces', body, { ...kProtobuf, ...headers });

let made = 0;
function nextIds() {
    made += 1;
    const ids = { trace: Buffer.alloc(16, 7), span: Buffer.alloc(8, 9) };
    ids.trace.writeUInt32BE(made, 4);
    ids.span.writeUInt32BE(made, 0);
    return ids;
}

const oneSpan = (attributes = {}) => spanMessage(nextIds(), Date.now() - 1000, Date.now(), attributes);

/// The server goes on as if nothing had been.
async function assertWell(server) {
    const before = (await server.api.totals('calls', kAlways)).calls;
    assert.equal((await send(server, tracesRequest([oneSpan()]))).status, 200);
    await waitFor(async () => (await server.api.totals('calls', kAlways)).calls > before);
}

async function metric(server, name) {
    const text = await (await server.api.fetch('/metrics')).text();
    return Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
}

const peakMiB = (server) =>
    Number(/VmHWM:\s*(\d+)/.exec(fs.readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1024;

test('a request that is cut or changed at any byte is taken or refused', async (t) => {
    const server = await Sightglass.startFor(t);
    const whole = tracesRequest([
        oneSpan({ 'gen_ai.usage.input_tokens': 5, 'user.id': 'ada' }),
        Buffer.concat([oneSpan(), bytesField(11, Buffer.concat([bytesField(2, 'gen_ai.choice'), bytesField(3, Buffer.alloc(3))]))]),
    ]);
    const bodies = [];
    for (let at = 0; at < whole.length; ++at) {
        bodies.push(whole.subarray(0, at));
        for (const bits of [0x01, 0x80, 0xff]) {
            const changed = Buffer.from(whole);
            changed[at] ^= bits;
            bodies.push(changed);
        }
    }
    const statuses = new Map();
    for (const body of bodies) {
        const { status } = await send(server, body);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    assert.deepEqual([...statuses.keys()].sort(), [200, 400]);
    assert.ok(statuses.get(400) > bodies.length / 10, JSON.stringify([...statuses]));
    assert.equal(await metric(server, 'sightglass_otlp_requests_total{answer="refused"}'), statuses.get(400));
    await assertWell(server);
});

test('compressed bodies that break off are refused, at whatever byte', async (t) => {
    const server = await Sightglass.startFor(t);
    const body = tracesRequest(Array.from({ length: 20 }, () => oneSpan({ 'user.id': 'ada' })));
    const forms = { gzip: zlib.gzipSync(body), deflate: zlib.deflateSync(body) };
    for (const [encoding, bytes] of Object.entries(forms)) {
        for (let end = 1; end < bytes.length; end += 37) {
            const answer = await send(server, bytes.subarray(0, end), { 'content-encoding': encoding });
            assert.equal(answer.status, 400, `${encoding}, ${end} of ${bytes.length} bytes`);
        }
        const tail = await send(server, Buffer.concat([bytes, Buffer.from('behind it')]), { 'content-encoding': encoding });
        assert.ok([200, 400].includes(tail.status), `${encoding}: ${tail.status}`);
    }
    await assertWell(server);
});

test('what explodes when it is unpacked is refused within bounded memory', async (t) => {
    const server = await Sightglass.startFor(t);
    const before = peakMiB(server);
    const thousandMiB = (encoder) =>
        new Promise((resolve) => {
            const pieces = [];
            encoder.on('data', (piece) => pieces.push(piece)).on('end', () => resolve(Buffer.concat(pieces)));
            const zeros = Buffer.alloc(4 * kMiB);
            for (let i = 0; i < 256; ++i) {
                encoder.write(zeros);
            }
            encoder.end();
        });
    for (const [encoding, encoder] of [['gzip', zlib.createGzip()], ['deflate', zlib.createDeflate()]]) {
        const bomb = await thousandMiB(encoder);
        assert.ok(bomb.length < 2 * kMiB);
        const answers = await Promise.all(Array.from({ length: 4 }, () => send(server, bomb, { 'content-encoding': encoding })));
        for (const { status } of answers) {
            assert.ok([413, 429].includes(status), `${encoding}: ${status}`);
        }
    }
    assert.ok(peakMiB(server) < before + 512, `${before} MiB became ${peakMiB(server)}`);
    await assertWell(server);
});

/// Sends `head` and then pieces until the server answers, or closes; the answer, and how many MiB went out.
function stream(server, head, piece, piecesMax) {
    return new Promise((resolve) => {
        const { hostname, port } = new URL(originOf(server));
        const socket = net.connect(Number(port), hostname);
        let answer = '';
        let sent = 0;
        let over = false;
        const done = () => {
            over = true;
            socket.destroy();
            resolve({ answer, sent });
        };
        socket.setEncoding('latin1').on('error', done).on('close', done);
        socket.on('data', (text) => {
            answer += text;
            if (answer.includes('\r\n\r\n')) {
                done();
            }
        });
        const pump = () => {
            while (!over && sent < piecesMax) {
                sent += 1;
                if (!socket.write(piece)) {
                    socket.once('drain', pump);
                    return;
                }
            }
        };
        socket.write(head, 'latin1', pump);
    });
}

test('a body of a gigabyte is refused before it has come, with a length or without', async (t) => {
    const server = await Sightglass.startFor(t);
    const before = peakMiB(server);
    const head = 'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n';
    const zeros = Buffer.alloc(kMiB);
    const declared = await stream(server, `${head}Content-Length: ${1024 * kMiB}\r\n\r\n`, zeros, 1024);
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), zeros, Buffer.from('\r\n')]);
    const chunked = await stream(server, `${head}Transfer-Encoding: chunked\r\n\r\n`, chunk, 1024);
    for (const { answer, sent } of [declared, chunked]) {
        assert.ok(answer === '' || answer.startsWith('HTTP/1.1 413 '), answer);
        assert.ok(sent < 512, `${sent} MiB were taken`);
    }
    assert.ok(peakMiB(server) < before + 512, `${before} MiB became ${peakMiB(server)}`);
    await assertWell(server);
});

const kBadHeads = [
    ['garbage\r\n\r\n', 400],
    ['GET /v1/traces HTTP/9.9\r\n\r\n', 505],
    ['POST /v1/traces HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    ['POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\n', 400],
    ['POST /v1/traces HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n', 400],
    [`POST /v1/traces HTTP/1.1\r\nX: ${'a'.repeat(200_000)}\r\n\r\n`, 431],
];

test('what is no head of a request is refused, and the server lives', async (t) => {
    const server = await Sightglass.startFor(t);
    for (const [head, status] of kBadHeads) {
        const { answer } = await stream(server, head, Buffer.alloc(0), 0);
        assert.equal(answer.slice(0, 12), `HTTP/1.1 ${status}`, head.slice(0, 60));
    }
    assert.equal(await metric(server, 'sightglass_otlp_requests_total{answer="refused"}'), kBadHeads.length);
    await assertWell(server);
});

test('a connection that is to be closed is closed after its answer', async (t) => {
    const server = await Sightglass.startFor(t);
    const { hostname, port } = new URL(originOf(server));
    const socket = net.connect(Number(port), hostname);
    socket.write('POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}');
    socket.resume();
    await within(once(socket, 'end'), 'the end of the connection', 5000);
    socket.destroy();
});

/// A message of gRPC that says it is so long, and sends so much of it. The status in the trailers, or how it ended.
function callGrpc(server, length, bytes) {
    const session = http2.connect(`http://${server.ready.otlp_grpc}`);
    return new Promise((resolve) => {
        session.on('error', () => resolve('closed'));
        const stream = session.request({
            ':method': 'POST',
            ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
            'content-type': 'application/grpc',
            te: 'trailers',
        });
        const note = (headers) => headers['grpc-status'] !== undefined && resolve(headers['grpc-status']);
        stream.on('response', note).on('trailers', note).on('error', () => resolve('closed')).resume();
        stream.on('close', () => resolve('closed'));
        const prefix = Buffer.alloc(5);
        prefix.writeUInt32BE(length, 1);
        stream.write(prefix);
        const piece = Buffer.alloc(kMiB);
        let sent = 0;
        const pump = () => {
            while (sent < bytes && !stream.destroyed) {
                sent += piece.length;
                if (!stream.write(piece)) {
                    stream.once('drain', pump);
                    return;
                }
            }
            stream.end();
        };
        pump();
    }).finally(() => session.destroy());
}

test('over gRPC, too, what is too long or shorter than it says is refused', async (t) => {
    const server = await Sightglass.startFor(t);
    const before = peakMiB(server);
    assert.equal(await callGrpc(server, 0xffffffff, 0), '3');
    assert.equal(await callGrpc(server, 10 * kMiB, kMiB), '3');
    assert.ok(['8', 'closed'].includes(await callGrpc(server, 1024 * kMiB, 1024 * kMiB)));
    assert.ok(peakMiB(server) < before + 512, `${before} MiB became ${peakMiB(server)}`);
    await assertWell(server);
});

/// An AnyValue of lists within lists.
function nested(depth) {
    let value = bytesField(1, 'bottom');
    for (let i = 0; i < depth; ++i) {
        value = bytesField(5, bytesField(1, value));
    }
    return value;
}

test('values nested without bottom are kept as far down as anybody reads', async (t) => {
    const server = await Sightglass.startFor(t, { args: ['--capture', 'full'] });
    const deep = (key, depth) => bytesField(9, Buffer.concat([bytesField(1, key), bytesField(2, nested(depth))]));
    const attributes = ['gen_ai.input.messages', 'gen_ai.request.stop_sequences', 'gen_ai.request.seed', 'anything'];
    const span = Buffer.concat([oneSpan(), ...attributes.map((key) => deep(key, 5_000))]);
    assert.equal((await send(server, tracesRequest([span]))).status, 200);
    let json = '{"stringValue":"bottom"}';
    for (let i = 0; i < 60; ++i) {
        json = `{"arrayValue":{"values":[${json}]}}`;
    }
    const spanJson = (value) =>
        `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${'c'.repeat(32)}","spanId":"${'d'.repeat(16)}",` +
        `"startTimeUnixNano":"${Date.now()}000000","endTimeUnixNano":"${Date.now() + 1}000000","attributes":[` +
        `{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"gen_ai.request.seed","value":${value}}]}]}]}]}`;
    assert.equal((await send(server, spanJson(json), kJson)).status, 200);
    const bottomless = `${'{"arrayValue":{"values":['.repeat(100_000)}${']}}'.repeat(100_000)}`;
    assert.equal((await send(server, spanJson(bottomless), kJson)).status, 400);
    assert.equal((await send(server, '['.repeat(1_000_000), kJson)).status, 400);
    const calls = await waitFor(async () => {
        const all = await server.api.calls();
        return all.length === 2 && all;
    });
    assert.ok(calls.every((call) => JSON.stringify(call).length < 20_000));
    await assertWell(server);
});

test('texts that are no UTF-8 become texts, in every field', async (t) => {
    const server = await Sightglass.startFor(t);
    const broken = Buffer.from([0x61, 0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80, 0x62]);
    const keys = ['user.id', 'gen_ai.response.model', 'gen_ai.conversation.id', 'gen_ai.response.id', 'error.type',
        'gen_ai.request.max_tokens', 'openai.response.service_tier', 'langfuse.trace.tags'];
    const span = Buffer.concat([
        oneSpan(Object.fromEntries(keys.map((key) => [key, broken]))),
        bytesField(5, broken),
        bytesField(9, Buffer.concat([bytesField(1, broken), bytesField(2, bytesField(1, broken))])),
        bytesField(15, Buffer.concat([bytesField(2, broken), numberField(3, 2)])),
    ]);
    assert.equal((await send(server, tracesRequest([span]))).status, 200);
    const [call] = await waitFor(async () => {
        const all = await server.api.calls();
        return all.length === 1 && all;
    });
    assert.match(call.user, /^a\ufffd+b$/);
    assert.match(call.model, /^a\ufffd+b$/);
    await assertWell(server);
});

test('times of 1970, 2200 and other centuries are repaired, and the call says so', async (t) => {
    const server = await Sightglass.startFor(t);
    const fixed = (number, ns) => {
        const bytes = Buffer.alloc(9);
        bytes[0] = number * 8 + 1;
        bytes.writeBigUInt64LE(ns, 1);
        return bytes;
    };
    const year = (n) => BigInt(Date.UTC(n, 0, 1)) * 1_000_000n;
    const kLastNs = 0xffffffffffffffffn;
    const absurd = [
        [0n, 0n], [0n, 1n], [1n, 1_000_000_000n], [year(1970) + 5n, year(1999)], [year(2200), year(2200) + 1n], [kLastNs, kLastNs],
        [year(2250), 0n], [kLastNs, 0n], [0n, kLastNs], [year(2200) - 1_000_000_000n, year(2200) - 1n],
    ];
    const plausible = [[year(2000), year(2000) + 1_000_000n]];
    const spanAt = ([start, end]) => Buffer.concat([oneSpan(), fixed(7, start), fixed(8, end)]);
    const answer = await send(server, tracesRequest([...absurd, ...plausible].map(spanAt)));
    assert.deepEqual([answer.status, answer.body.length], [200, 0]);
    await waitFor(async () => (await server.api.totals('calls', kAlways)).calls === absurd.length + plausible.length);
    const calls = await server.api.calls(kAlways);
    const repaired = calls.filter((call) => String(call.repairs).includes('span_time'));
    assert.equal(repaired.length, absurd.length);
    for (const call of repaired) {
        assert.ok(Math.abs(Date.parse(call.started_at) - Date.now()) < 3_600_000, call.started_at);
    }
    assert.equal(await metric(server, 'sightglass_otlp_repaired_spans_total'), absurd.length);
    await assertWell(server);
});

test('attributes that are none are left out and counted; the span is kept', async (t) => {
    const server = await Sightglass.startFor(t);
    const bad = [
        bytesField(9, Buffer.from([0xff])),  // No field at all.
        bytesField(9, bytesField(2, bytesField(1, 'no key'))),
        bytesField(9, Buffer.concat([bytesField(1, 'user.id'), bytesField(2, Buffer.from([0x0a, 0x7f]))])),  // Cut off.
        bytesField(9, Buffer.concat([bytesField(1, 'user.id'), Buffer.from([0x12, 0x7f])])),
    ];
    const span = Buffer.concat([oneSpan(), ...bad, attributeField('gen_ai.usage.input_tokens', 7)]);
    assert.equal((await send(server, tracesRequest([span]))).status, 200);
    const json = {
        resourceSpans: [{
            resource: { attributes: [{ key: 'service.name' }, 'nonsense', null] },
            scopeSpans: [{ spans: [{
                traceId: 'e'.repeat(32), spanId: 'f'.repeat(16), startTimeUnixNano: `${Date.now()}000000`,
                attributes: [
                    { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
                    { value: { stringValue: 'no key' } },
                    { key: 7, value: { intValue: 7 } },
                    { key: 'user.id', value: { intValue: 'many' } },
                    { key: 'gen_ai.usage.input_tokens', value: { intValue: '7' } },
                ],
            }] }],
        }],
    };
    assert.equal((await send(server, JSON.stringify(json), kJson)).status, 200);
    await waitFor(async () => (await server.api.totals('input_tokens', kAlways)).input_tokens === 14);
    assert.equal(await metric(server, 'sightglass_otlp_malformed_attributes_total'), bad.length + 5);
    await assertWell(server);
});
