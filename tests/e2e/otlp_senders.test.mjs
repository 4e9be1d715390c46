// Instrumented applications as people have them, with unmodified npm packages: each call arrives with its tokens, model,
// user, session and content, over every transport that the package has.
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

const kUsage = {
    prompt_tokens: 11,
    completion_tokens: 7,
    total_tokens: 18,
    prompt_tokens_details: { cached_tokens: 8 },
    completion_tokens_details: { reasoning_tokens: 2 },
};
const kHead = { created: 1, model: 'gpt-4o-mini-2024-07-18' };

/// A provider that says one thing, streamed where it is asked to.
async function answer(exchange) {
    const asked = JSON.parse(exchange.seen.body.toString());
    const id = `chatcmpl-${asked.stream ? 'streamed' : 'whole'}`;
    if (!asked.stream) {
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
    const last = { id, object: 'chat.completion.chunk', ...kHead, choices: [], usage: kUsage };
    await sendEvents(exchange, [
        chunk({ role: 'assistant', content: 'From ' }),
        chunk({ content: 'the west.' }),
        chunk({}, 'stop'),
        last,
        '[DONE]',
    ]);
}

function runSender(kind, protocol, environment) {
    return new Promise((resolve, reject) => {
        const options = { cwd: kSenders, env: cleanEnvironment(environment), timeout: 60_000 };
        execFile(process.execPath, ['run.cjs', kind, protocol], options, (error, stdout, stderr) =>
            error ? reject(new Error(`${kind} ${protocol}: ${error.message}\n${stdout}\n${stderr}`)) : resolve(stderr),
        );
    });
}

/// The calls that one application made, each with its content, oldest first.
async function callsOf(t, kind, protocol) {
    const upstream = await Upstream.startFor(t, { default: answer });
    const server = await Sightglass.startFor(t, { args: ['--capture', 'full'] });
    const listener = protocol === 'grpc' ? server.ready.otlp_grpc : server.ready.otlp_http;
    const origin = kind === 'langfuse' ? server.origin : `http://${listener}`;
    const { body: issued } = await server.api.ask('/api/v1/keys', { method: 'POST', body: { name: 'exporter' } });
    const log = await runSender(kind, protocol, {
        OTEL_EXPORTER_OTLP_ENDPOINT: origin,
        OPENAI_BASE_URL: `${upstream.origin}/v1`,
        LANGFUSE_SECRET_KEY: issued.key,
    });
    return waitFor(
        async () => {
            const calls = await server.api.calls();
            const whole = await Promise.all(calls.map((call) => server.api.call(call.call_id)));
            const complete = whole.length >= 2 && whole.every((call) => call.content?.input);
            return complete && whole.sort((a, b) => a.started_at.localeCompare(b.started_at));
        },
        { what: `two calls with content from ${kind} over ${protocol} (its log: ${log})`, deadlineMs: 20_000 },
    );
}

const kAll = { output: 7, cached: 8, reasoning: 2 };
const kPlain = { output: 7, cached: null, reasoning: null };
const kUnknown = { output: null, cached: null, reasoning: null };
const kNobody = { user: null, session: null };

/// `tokens`: what the instrumentation reports of the whole answer and of the streamed one.
function check(calls, tokens, { user = 'ada', session = 'session-9' } = {}) {
    assert.equal(calls.length, 2);
    calls.forEach((call, i) => {
        assert.equal(call.source, 'otlp');
        assert.equal(call.status, 'ok');
        assert.equal(call.model_requested, 'gpt-4o-mini');
        assert.deepEqual(
            { output: call.output_tokens, cached: call.cached_input_tokens, reasoning: call.reasoning_tokens },
            tokens[i],
        );
        const input = tokens[i].output === null ? null : call.fresh_input_tokens + (call.cached_input_tokens ?? 0);
        assert.equal(input, tokens[i].output === null ? null : 11);
        assert.equal(call.user, user);
        assert.equal(call.session_id, session);
        assert.match(call.content.input, /Which way does the wind blow\?/);
        assert.match(call.content.output, /From the west\./);
    });
}

const kCases = [
    ['opentelemetry', 'http/protobuf', [kPlain, kPlain], kNobody],
    ['opentelemetry', 'http/json', [kPlain, kPlain], kNobody],
    ['traceloop', 'http/protobuf', [kPlain, kUnknown], kNobody],
    ['traceloop', 'grpc', [kPlain, kUnknown], kNobody],
    ['openinference', 'http/protobuf', [kAll, kUnknown], {}],
    ['openinference', 'http/json', [kAll, kUnknown], {}],
    ['openinference', 'grpc', [kAll, kUnknown], {}],
    ['vercel', 'http/protobuf', [kPlain, kAll], {}],
    ['vercel', 'grpc', [kPlain, kAll], {}],
    ['langfuse', 'http/json', [kAll, kAll], {}],
];

for (const [kind, protocol, tokens, who] of kCases) {
    test(`${kind} over ${protocol}`, { skip }, async (t) => check(await callsOf(t, kind, protocol), tokens, who));
}
