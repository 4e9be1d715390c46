// One application, both behind the gateway and instrumented with unmodified npm packages: each call is counted once, with its
// place in the trace and the gateway's timings, whichever of the two tells of it first.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { kSourceDir } from '../support/places.mjs';
import { cleanEnvironment, Sightglass } from '../support/sightglass.mjs';
import { sendEvents, Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kSenders = path.join(kSourceDir, 'tests/senders');
const skip = !fs.existsSync(path.join(kSenders, 'node_modules')) && 'tests/senders/node_modules is not installed';

const kUsage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
const kHead = { created: 1, model: 'gpt-4o-mini-2024-07-18' };

/// Says one thing, streamed where it is asked to; each answer has an id of its own.
function provider() {
    let answers = 0;
    return async (exchange) => {
        answers += 1;
        const id = `chatcmpl-both-${process.pid}-${answers}`;
        if (!exchange.seen.json.stream) {
            const message = { role: 'assistant', content: 'From the west.' };
            const choices = [{ index: 0, message, finish_reason: 'stop' }];
            const body = { id, object: 'chat.completion', ...kHead, choices, usage: kUsage };
            exchange.response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
            return;
        }
        const chunk = (delta, finish_reason = null) => ({
            id,
            object: 'chat.completion.chunk',
            ...kHead,
            choices: [{ index: 0, delta, finish_reason }],
        });
        await sendEvents(exchange, [
            chunk({ role: 'assistant', content: 'From ' }),
            chunk({ content: 'the west.' }),
            chunk({}, 'stop'),
            { ...chunk({}), choices: [], usage: kUsage },
            '[DONE]',
        ]);
    };
}

function runSender(kind, protocol, environment) {
    return new Promise((resolve, reject) => {
        const options = { cwd: kSenders, env: cleanEnvironment(environment), timeout: 60_000 };
        execFile(process.execPath, ['run.cjs', kind, protocol], options, (error, stdout, stderr) =>
            error ? reject(new Error(`${kind} ${protocol}: ${error.message}\n${stdout}\n${stderr}`)) : resolve(stderr),
        );
    });
}

const kBatch = 'application/vnd.sightglass.calls';

/// Brings the calls that one server's gateway saw to another server, as they are.
async function bringCalls(from, to) {
    await from.api.waitForCount(2);
    const answer = await from.api.fetch('/api/v1/export');
    const body = Buffer.from(await answer.arrayBuffer());
    const url = new URL('/api/v1/import', to.origin);
    const headers = { 'content-type': kBatch, authorization: `Bearer ${to.token}` };
    const taken = await fetch(url, { method: 'POST', headers, body });
    assert.equal(taken.status, 200, await taken.text());
}

const isJoined = (call) => call.joined?.map((record) => record.source).join() === 'gateway,otlp';

for (const [kind, protocol] of [
    ['opentelemetry', 'http/protobuf'],
    ['opentelemetry', 'http/json'],
    ['traceloop', 'grpc'],
    ['vercel', 'http/protobuf'],
]) {
    for (const first of ['gateway', 'library']) {
        test(`${kind} over ${protocol}, the ${first} first: each call once`, { skip }, async (t) => {
            const upstream = await Upstream.startFor(t, { default: provider() });
            const upstreams = { openai: upstream.origin };
            const server = await Sightglass.startFor(t, { upstreams });
            // A gateway tells of a call before its client has the end of the answer; for the other order, another one tells later.
            const gateway = first === 'gateway' ? server : await Sightglass.startFor(t, { upstreams });
            await runSender(kind, protocol, {
                OTEL_EXPORTER_OTLP_ENDPOINT: `http://${protocol === 'grpc' ? server.ready.otlp_grpc : server.ready.otlp_http}`,
                OPENAI_BASE_URL: `${gateway.origin}/v1`,
                SENDER_AGENT: '1',
            });
            await server.api.waitForCount(2);
            if (first === 'library') {
                await bringCalls(gateway, server);
            }
            const calls = await waitFor(async () => {
                const all = await server.api.calls();
                const whole = await Promise.all(all.map((call) => server.api.call(call.call_id)));
                return whole.length === 2 && whole.every(isJoined) && whole;
            }, { what: 'two calls, each of two sources' });
            const sums = await server.api.totals(['calls', 'input_tokens', 'output_tokens']);
            assert.deepEqual(sums, { calls: 2, input_tokens: 22, output_tokens: 14 });

            const trace = await server.api.get(`/api/v1/traces/${calls[0].trace_id}`);
            assert.equal(trace.name, 'invoke_agent forecaster');
            assert.equal(trace.calls, 2);
            const parent = (node) => trace.nodes.find((one) => one.id === node.parent_id);
            for (const call of calls) {
                assert.equal(call.trace_id, trace.trace_id);
                assert.ok(call.gateway_us > 0 && call.gateway_us < call.latency_us);
                assert.ok(call.joined[0].gave.includes('latency_us') && call.joined[1].gave.includes('span_id'));
                const node = trace.nodes.find((one) => one.id === call.call_id);
                assert.deepEqual(node.sources, ['gateway', 'otlp']);
                let above = node;
                while (parent(above)) {
                    above = parent(above);
                }
                assert.deepEqual([above.kind, above.subject], ['agent', 'forecaster']);
            }
        });
    }
}
