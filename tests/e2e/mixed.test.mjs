// Everything at once: steady calls, streams, large and broken bodies, failing targets, clients that go, operators who ask
// and change, traces and imports, for MIXED_SECONDS (5; the full show is 600, on a binary with sanitizers). What was answered
// is recorded, once, and the server ends in order: a sanitizer's report would be another exit code.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import zlib from 'node:zlib';

import { kStreamedChat, send } from '../support/client.mjs';
import { FastUpstream, sendCalls } from '../support/load.mjs';
import { temporaryFolder } from '../support/places.mjs';
import { exchange } from '../support/raw_http.mjs';
import { kAnswer, kWholeAnswer, RawUpstream } from '../support/raw_upstream.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { sleep } from '../support/wait.mjs';

const kSeconds = Number(process.env.MIXED_SECONDS ?? 5);

const kHead = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const kPacked = zlib.gzipSync(kAnswer);

/// How the failing upstream fails, by the name in the path.
const kFaults = {
    reset: (socket) => socket.resetAndDestroy(),
    close: (socket) => socket.end(),
    half: (socket) => socket.end(`${kHead}Content-Length: 100\r\n\r\n{"half":`),
    nonsense: (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n\r\n'),
    chunks: (socket) => socket.end(`${kHead}Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n`),
    busy: (socket) => socket.write('HTTP/1.1 429 No\r\nRetry-After: 1\r\nContent-Length: 4\r\n\r\nbusy'),
    down: (socket) => socket.write('HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\ndown'),
    packed: (socket) => {
        socket.write(`${kHead}Content-Encoding: gzip\r\nContent-Length: ${kPacked.length}\r\n\r\n`);
        socket.write(kPacked);
    },
    slowly: async (socket) => {
        for (let at = 0; at < kWholeAnswer.length && !socket.destroyed; at += 40) {
            socket.write(kWholeAnswer.slice(at, at + 40));
            await sleep(5);
        }
    },
};

const kGarbage = [
    'GET\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}',
    `GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Huge: ${'x'.repeat(100_000)}\r\n\r\n`,
    'POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n',
];

function settings(fast, faulty) {
    return (
        `upstreams:\n  openai: {base_url: ${fast.origin}, dialect: openai}\n` +
        `  faulty: {dialect: openai, balance: latency, breaker: off, targets: [${faulty.origin}, ${fast.origin}]}\n` +
        'capture: {content: redacted}\n' +
        'limits:\n  - {name: shadowed, match: {service: shadowed}, requests_per_minute: 10, mode: shadow}\n'
    );
}

/// A question that is answered, or given up in order where a sanitizer makes everything slow.
async function asked(server, path, params = {}) {
    const answer = await server.api.ask(path, { params });
    assert.ok([200, 504].includes(answer.status), `${path}: ${answer.status}`);
}

/// What runs side by side until `stopped()`; each takes the traffic's state and returns when it is over.
const kParts = {
    async steady({ server, stopped, answered }) {
        await sendCalls(server.port, {
            total: Infinity,
            connections: 6,
            stopped,
            requestOf: (i) => ({
                headers: { 'x-test-tokens': '3,2', 'x-sightglass-service': i % 3 ? 'steady' : 'shadowed' },
                body: `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"mail me: user${i}@example.com"}]}`,
            }),
            onAnswer: (i, status, head) => answered(status, /x-sightglass-call-id: *(\S+)/i.exec(head)[1]),
        });
    },

    async large({ server, stopped, answered }) {
        const body = `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"${'word '.repeat(7_000)}"}]}`;
        await sendCalls(server.port, {
            total: Infinity,
            connections: 2,
            stopped,
            requestOf: () => ({ headers: { 'x-sightglass-service': 'large' }, body }),
            onAnswer: (i, status, head) => answered(status, /x-sightglass-call-id: *(\S+)/i.exec(head)[1]),
        });
    },

    async streams({ server, stopped, answered }) {
        await sendCalls(server.port, {
            total: Infinity,
            connections: 4,
            stopped,
            requestOf: () => ({
                headers: { 'x-test-stream': '12', 'x-sightglass-service': 'streams' },
                body: kStreamedChat,
            }),
            onAnswer: (i, status, head) => answered(status, /x-sightglass-call-id: *(\S+)/i.exec(head)[1]),
        });
    },

    async faults({ server, stopped }) {
        const names = Object.keys(kFaults);
        for (let i = 0; !stopped(); ++i) {
            const path = `/faulty/v1/${names[i % names.length]}/chat/completions`;
            await send(server.origin, path, { body: kAnswer, headers: { 'content-type': 'application/json' } });
        }
    },

    async clientsThatGo({ server, stopped }) {
        while (!stopped()) {
            const signal = AbortSignal.timeout(20);
            const headers = { 'content-type': 'application/json', 'x-test-stream': '50' };
            await send(server.origin, '/v1/chat/completions', { body: kStreamedChat, headers, signal });
        }
    },

    async garbage({ server, stopped }) {
        for (let i = 0; !stopped(); ++i) {
            const bytes = kGarbage[i % kGarbage.length].replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
            await exchange(server.port, bytes).catch((error) => {
                throw new Error(`${error.message}: ${JSON.stringify(bytes.slice(0, 80))}`);
            });
        }
    },

    async operators({ server, stopped, file, texts }) {
        for (let i = 0; !stopped(); ++i) {
            const feed = await server.api.live();
            const series = { metrics: 'calls,error_rate,latency_p95_ms,cost_usd', group_by: 'service', interval: '1m' };
            await asked(server, '/api/v1/query', series);
            await asked(server, '/api/v1/calls', { limit: 50, filter: 'status:error' });
            await asked(server, '/api/v1/limits');
            const key = await server.api.ask('/api/v1/keys', { method: 'POST', body: { name: `key-${i}` } });
            const headers = { 'content-type': 'application/json', 'x-sightglass-key': key.body.key };
            await send(server.origin, '/v1/chat/completions', { body: kAnswer, headers });
            await server.api.ask(`/api/v1/keys/${key.body.id}`, { method: 'DELETE' });
            fs.writeFileSync(file, texts[i % texts.length]);
            server.signal('SIGHUP');
            await server.api.fetch('/metrics').then((answer) => answer.text());
            await feed.close();
            await sleep(100);
        }
    },

    async traces({ server, stopped }) {
        const attributes = [
            { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
            { key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o-mini' } },
            { key: 'gen_ai.usage.input_tokens', value: { intValue: 3 } },
        ];
        for (let i = 1; !stopped(); ++i) {
            const spans = Array.from({ length: 20 }, (_, k) => ({
                traceId: i.toString(16).padStart(32, 'a'),
                spanId: k.toString(16).padStart(16, 'b'),
                name: 'chat',
                startTimeUnixNano: `${Date.now() - 1000}000000`,
                endTimeUnixNano: `${Date.now()}000000`,
                attributes,
            }));
            const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
            const headers = { 'content-type': 'application/json' };
            await send(`http://${server.ready.otlp_http}`, '/v1/traces', { body: i % 7 ? body : body.slice(1), headers });
            await sleep(20);
        }
    },
};

test(`${kSeconds} s of everything at once`, async (t) => {
    const fast = await FastUpstream.start({ pauseMs: 2 });
    const faulty = await RawUpstream.startFor(t, kFaults);
    t.after(() => fast.stop());
    const texts = [settings(fast, faulty), settings(fast, faulty).replace('latency', 'least_in_flight')];
    const file = path.join(temporaryFolder('config'), 'sightglass.yaml');
    fs.writeFileSync(file, texts[0]);
    const server = await Sightglass.startFor(t, { args: ['--config', file], env: { SIGHTGLASS_TIMEOUTS_IDLE: '5s' } });

    const until = Date.now() + kSeconds * 1000;
    const ids = new Set();
    const statuses = new Set();
    const traffic = {
        server,
        file,
        texts,
        stopped: () => Date.now() > until,
        answered: (status, id) => {
            statuses.add(status);
            ids.add(id);
        },
    };
    await Promise.all(Object.values(kParts).map((part) => part(traffic)));

    assert.deepEqual([...statuses], [200], 'what goes to a healthy target is answered, whatever happens beside it');
    const own = { filter: ['steady', 'shadowed', 'large', 'streams'].map((name) => `service:${name}`) };

    await server.api.waitForCount(ids.size, own, 120_000);
    const status = await server.api.get('/api/v1/status');
    // What derive works out may be left out, and is counted, where it comes faster than it can be read or written; calls may not.
    const { derive_queue_full: unread, derive_journal_full: unwritten, ...others } = status.dropped;
    assert.equal(Object.values(others).reduce((sum, count) => sum + count, 0), 0, 'nothing else was dropped');
    t.diagnostic(`${ids.size} calls answered and recorded, ${unread} unread and ${unwritten} unwritten by derive`);
    await server.stop();
    assert.doesNotMatch(server.stderr, /Sanitizer|runtime error/);
});
