// The OTLP receiver: captures of real instrumentations arrive as calls, answers follow the specification, hostile input
// is refused and counted, and what was answered with success survives `kill -9`.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import zlib from 'node:zlib';

import { needsRecordings, recordedFile } from '../support/places.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kJson = 'application/json';
const kProtobuf = 'application/x-protobuf';

/// One request to the receiver; {status, headers, body}.
function post(origin, path, body, headers = {}) {
    return new Promise((resolve, reject) => {
        const request = http.request(new URL(path, origin), { method: 'POST', headers }, (answer) => {
            const pieces = [];
            answer.on('data', (piece) => pieces.push(piece));
            answer.on('end', () =>
                resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }),
            );
        });
        request.on('error', reject);
        request.end(body);
    });
}

const otlp = (server) => `http://${server.ready.otlp_http}`;
const capture = (name) => fs.readFileSync(recordedFile(`otlp/${name}`));
const attribute = (key, value) => ({
    key,
    value: typeof value === 'number' ? { intValue: value } : { stringValue: value },
});

let made = 0;
/// A chat span with ids of its own.
function span(attributes = {}, more = {}) {
    made += 1;
    return {
        traceId: made.toString(16).padStart(32, 'a'),
        spanId: made.toString(16).padStart(16, 'b'),
        name: 'chat gpt-4o-mini',
        kind: 3,
        startTimeUnixNano: `${Date.now() - 1000}000000`,
        endTimeUnixNano: `${Date.now()}000000`,
        attributes: Object.entries({ 'gen_ai.operation.name': 'chat', ...attributes }).map(([k, v]) => attribute(k, v)),
        ...more,
    };
}
const exported = (...spans) => ({
    resourceSpans: [
        {
            resource: { attributes: [attribute('service.name', 'shop')] },
            scopeSpans: [{ scope: { name: 'test', version: '1' }, spans }],
        },
    ],
});
const send = (server, document, headers = {}) =>
    post(otlp(server), '/v1/traces', JSON.stringify(document), { 'content-type': kJson, ...headers });

/// Counts and sums over everything that is stored, once `calls` are.
async function totals(server, calls, params = {}) {
    const from = '2020-01-01T00:00:00Z';
    const to = '2100-01-01T00:00:00Z';
    return waitFor(async () => {
        const all = await server.api.totals(['calls', 'input_tokens', 'output_tokens', 'errors'], { from, to, ...params });
        return all.calls >= calls && all;
    });
}

test('protobuf and JSON of one run give the same totals, and every span is a call', {
    skip: needsRecordings('otlp/otel-openai-json/001-traces.json'),
}, async (t) => {
    const runs = [];
    for (const [name, type] of [['otel-openai-json/001-traces.json', kJson], ['otel-openai-pb/001-traces.pb', kProtobuf]]) {
        const server = await Sightglass.startFor(t);
        const answer = await post(otlp(server), '/v1/traces', capture(name), { 'content-type': type });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['content-type'], type);
        assert.equal(answer.body.toString(), type === kJson ? '{}' : '');
        runs.push(await totals(server, 33));
        await server.stop();
    }
    const spans = JSON.parse(capture('otel-openai-json/001-traces.json')).resourceSpans[0].scopeSpans[0].spans;
    const sum = (key) =>
        spans.flatMap((one) => one.attributes).filter((one) => one.key === key).reduce((all, one) => all + one.value.intValue, 0);
    assert.deepEqual(runs[0], runs[1]);
    assert.deepEqual(runs[0], {
        calls: 33,
        input_tokens: sum('gen_ai.usage.input_tokens'),
        output_tokens: sum('gen_ai.usage.output_tokens'),
        errors: spans.filter((one) => one.status.code === 2).length,
    });
});

test('sent twice, by whatever way, a span is one call', { skip: needsRecordings('otlp/otel-openai-json/001-traces.json') }, async (t) => {
    const server = await Sightglass.startFor(t);
    const body = capture('otel-openai-json/001-traces.json');
    await post(otlp(server), '/v1/traces', body, { 'content-type': kJson });
    const gzip = { 'content-type': kJson, 'content-encoding': 'gzip' };
    assert.equal((await post(server.origin, '/otlp/v1/traces', zlib.gzipSync(body), gzip)).status, 200);
    const langfuse = { ...gzip, authorization: `Basic ${Buffer.from('pk-lf-1:sk-lf-2').toString('base64')}` };
    assert.equal((await post(server.origin, '/api/public/otel/v1/traces', zlib.gzipSync(body), langfuse)).status, 200);
    await send(server, exported(span()));
    assert.equal((await totals(server, 34)).calls, 34);
});

test('a call shows what its span said', async (t) => {
    const server = await Sightglass.startFor(t);
    const one = span({
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.cache_read.input_tokens': 60,
        'gen_ai.usage.output_tokens': 7,
        'gen_ai.conversation.id': 'conv-1',
        'user.id': 'ada',
    });
    assert.equal((await send(server, exported(one))).status, 200);
    await totals(server, 1);
    const [call] = await server.api.calls();
    assert.equal(call.source, 'otlp');
    assert.equal(call.trace_id, one.traceId);
    assert.equal(call.span_id, one.spanId);
    assert.equal(call.service, 'shop');
    assert.equal(call.user, 'ada');
    assert.equal(call.session_id, 'conv-1');
    assert.equal(call.model, 'gpt-4o-mini-2024-07-18');
    assert.equal(call.cached_input_tokens, 60);
    assert.equal(call.fresh_input_tokens, 40);
    assert.ok(call.cost_usd > 0 || call.cost_nano_usd > 0);
});

test('content of spans and of log records is redacted before it is kept', {
    skip: needsRecordings('otlp/otel-openai-json/002-logs.json'),
}, async (t) => {
    const server = await Sightglass.startFor(t, { args: ['--capture', 'redacted'] });
    const json = { 'content-type': kJson };
    await post(otlp(server), '/v1/logs', capture('otel-openai-json/002-logs.json'), json);
    await post(otlp(server), '/v1/traces', capture('otel-openai-json/001-traces.json'), json);
    const asked = JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'mail ada@example.org' }] }]);
    const one = span({ 'gen_ai.input.messages': asked, 'gen_ai.output.messages': '[{"role":"assistant"}]' });
    await send(server, exported(one));
    await totals(server, 34);
    const find = (spanId) => async () => {
        const calls = await server.api.calls({ from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', limit: '100' });
        const found = calls.find((call) => call.span_id === spanId);
        const whole = found && (await server.api.call(found.call_id));
        return whole?.content?.input ? whole.content : null;
    };
    const content = await waitFor(find(one.spanId));
    assert.match(content.input, /mail \[email:[0-9a-f]{6}\]/);
    assert.ok(!content.input.includes('ada@'), content.input);
    const logged = await waitFor(find('9bbc706d9f0d4f5d'));
    assert.deepEqual(JSON.parse(logged.input), [{ content: 'Say this is a test', role: 'user' }]);
    assert.ok(logged.output.includes('How can I assist you further?'));
});

test('spans that are no calls are counted and left out; spans without ids are rejected and said so', async (t) => {
    const server = await Sightglass.startFor(t);
    const agent = span({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.usage.input_tokens': 5 });
    const other = span({}, { attributes: [attribute('http.request.method', 'GET')] });
    const invalid = span({}, { traceId: '0'.repeat(32) });
    const answer = await send(server, exported(agent, other, invalid, span()));
    assert.equal(answer.status, 200);
    const { partialSuccess } = JSON.parse(answer.body);
    assert.equal(partialSuccess.rejectedSpans, '1');
    assert.match(partialSuccess.errorMessage, /span id/);
    assert.equal((await totals(server, 1)).calls, 1);
    const metrics = await (await server.api.fetch('/metrics')).text();
    for (const kind of ['call', 'run', 'other', 'rejected']) {
        assert.match(metrics, new RegExp(`sightglass_otlp_spans_total\\{kind="${kind}"\\} 1\\b`));
    }
});

test('logs and metrics are taken, in both encodings and empty', async (t) => {
    const server = await Sightglass.startFor(t);
    for (const path of ['/v1/logs', '/v1/metrics', '/v1/traces']) {
        assert.equal((await post(otlp(server), path, '{}', { 'content-type': kJson })).body.toString(), '{}');
        const answer = await post(otlp(server), path, '', { 'content-type': kProtobuf });
        assert.deepEqual([answer.status, answer.body.length], [200, 0]);
    }
});

test('what is wrong with a request is said as the specification has it', async (t) => {
    const server = await Sightglass.startFor(t);
    const check = async (status, path, body, headers) => {
        const answer = await post(otlp(server), path, body, headers);
        assert.equal(answer.status, status, `${path} ${JSON.stringify(headers)}: ${answer.body}`);
        return answer;
    };
    const json = { 'content-type': kJson };
    const wrong = await check(400, '/v1/traces', '{"resourceSpans":[{]}', json);
    assert.equal(wrong.headers['content-type'], kJson);
    assert.equal(JSON.parse(wrong.body).code, 3);
    await check(400, '/v1/traces', '[]', json);
    await check(400, '/v1/traces', '{"resourceSpans":{}}', json);
    await check(400, '/v1/traces', '['.repeat(100_000), json);
    const binary = await check(400, '/v1/traces', Buffer.from([0x0a, 0xff, 0x01, 0x00]), { 'content-type': kProtobuf });
    assert.equal(binary.headers['content-type'], kProtobuf);
    assert.equal(binary.body[0], 0x08);
    await check(415, '/v1/traces', 'x', { 'content-type': 'text/plain' });
    await check(415, '/v1/traces', 'x', { ...json, 'content-encoding': 'compress' });
    await check(415, '/v1/traces', zlib.brotliCompressSync('{}'), { ...json, 'content-encoding': 'br' });
    await check(404, '/v1/nothing', '{}', json);
    await check(413, '/v1/traces', '', { ...json, 'content-length': String(1 << 30) }).catch((error) =>
        assert.match(error.code, /EPIPE|ECONNRESET/),
    );
    const gzip = { ...json, 'content-encoding': 'gzip' };
    await check(400, '/v1/traces', zlib.gzipSync('{"resourceSpans":[]}').subarray(0, 20), gzip);
    await check(400, '/v1/traces', 'not gzip', gzip);
    await check(413, '/v1/traces', zlib.gzipSync(Buffer.alloc(200 << 20)), gzip);
    await check(403, '/v1/traces', '{}', { ...json, host: 'rebound.example' });
    await check(403, '/v1/traces', '{}', { ...json, origin: 'https://evil.example' });
    assert.equal((await send(server, exported(span()))).status, 200);
});

test('a body without end is cut off and costs no more than its bound', async (t) => {
    const server = await Sightglass.startFor(t);
    const { hostname, port } = new URL(otlp(server));
    const socket = net.connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('latin1').on('data', (text) => (answer += text)).on('error', () => {});
    socket.write('POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n');
    const piece = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(1 << 20, ' '), Buffer.from('\r\n')]);
    let sent = 0;
    while (!answer && sent < 1024 && !socket.destroyed) {
        sent += 1;
        const room = socket.write(piece);
        await (room ? new Promise(setImmediate) : new Promise((resolve) => socket.once('drain', resolve).once('close', resolve)));
    }
    await waitFor(() => /^HTTP\/1.1 413 /.test(answer));
    assert.ok(sent < 512, `${sent} MiB were taken`);
    socket.destroy();
    assert.equal((await send(server, exported(span()))).status, 200);
});

test('absurd times and broken texts are repaired, and the call says so', async (t) => {
    const server = await Sightglass.startFor(t);
    const old = span({}, { startTimeUnixNano: '1000000000', endTimeUnixNano: '2000000000' });
    const far = span({}, { startTimeUnixNano: '7300000000000000000', endTimeUnixNano: '7300000001000000000' });
    const answer = await send(server, exported(old, far));
    assert.equal(answer.status, 200);
    await totals(server, 2);
    for (const call of await server.api.calls()) {
        assert.ok(Math.abs(Date.parse(call.started_at) - Date.now()) < 3_600_000, call.started_at);
        assert.match(String(call.repairs), /span_time/);
    }
    const model = Buffer.from('"gpt-\xff\xfe"', 'latin1');
    const raw = Buffer.from(JSON.stringify(exported(span({ 'gen_ai.request.model': 'REPLACE' }))));
    const at = raw.indexOf('"REPLACE"');
    const broken = Buffer.concat([raw.subarray(0, at), model, raw.subarray(at + 9)]);
    assert.equal((await post(otlp(server), '/v1/traces', broken, { 'content-type': kJson })).status, 400);
});

test('a Sightglass key that is shown must be good, and names whose calls they are', async (t) => {
    const server = await Sightglass.startFor(t);
    const issued = await server.api.ask('/api/v1/keys', { method: 'POST', body: { name: 'exporter', team: 'blue' } });
    const { key } = issued.body;
    assert.ok(key.startsWith('sg-'), JSON.stringify(issued.body));
    assert.equal((await send(server, exported(span()), { authorization: 'Bearer sg-wrong' })).status, 401);
    assert.equal((await send(server, exported(span()), { authorization: 'Bearer other-vendor' })).status, 200);
    assert.equal((await send(server, exported(span()), { authorization: `Bearer ${key}` })).status, 200);
    const basic = `Basic ${Buffer.from(`pk:${key}`).toString('base64')}`;
    assert.equal((await post(server.origin, '/api/public/otel/v1/traces', JSON.stringify(exported(span())), {
        'content-type': kJson,
        authorization: basic,
    })).status, 200);
    await totals(server, 3);
    const teams = (await server.api.calls()).map((call) => call.team);
    assert.equal(teams.filter((team) => team === 'blue').length, 2);
});

test('a listener that others can reach needs a key', async (t) => {
    const server = await Sightglass.startFor(t, { args: ['--otlp-http', '0.0.0.0:0'] });
    const origin = `http://127.0.0.1:${server.ready.otlp_http.split(':').pop()}`;
    const ask = (headers) => post(origin, '/v1/traces', '{}', { 'content-type': kJson, ...headers });
    const refused = await ask({});
    assert.equal(refused.status, 401);
    assert.match(refused.headers['www-authenticate'], /Bearer/);
    assert.equal((await ask({ authorization: `Bearer ${server.token}` })).status, 200);
});

test('what was answered with success survives kill -9', async (t) => {
    const server = await Sightglass.start();
    t.after(() => server.stop().catch(() => {}));
    let acknowledged = 0;
    let going = true;
    const senders = Array.from({ length: 8 }, async () => {
        while (going) {
            const spans = Array.from({ length: 50 }, () => span({ 'gen_ai.usage.input_tokens': 1 }));
            const answer = await send(server, exported(...spans)).catch(() => null);
            acknowledged += answer?.status === 200 ? spans.length : 0;
        }
    });
    await waitFor(() => acknowledged > 2000);
    going = false;
    const atKill = acknowledged;
    await server.kill();
    await Promise.all(senders);
    const again = await Sightglass.startFor(t, { dataDir: server.dataDir, token: server.token });
    const stored = await totals(again, atKill);
    assert.ok(stored.calls >= atKill, `${stored.calls} of ${atKill}`);
    assert.equal(stored.input_tokens, stored.calls);
});
