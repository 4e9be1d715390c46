// The unmodified OpenAI client for Node.js, through the gateway and without it: every answer, every chunk and every
// exception must be the same, and every call must be recorded as what it was.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import OpenAI from 'openai';

import { kAnswerHeaders, kText, kUsage } from '../support/openai_answers.mjs';
import { client, collect, compareWays, failure, kKey, kMessages, plain } from '../support/sdk.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

let upstream;
let server;

before(async () => {
    upstream = await Upstream.start();
    server = await Sightglass.start({ upstreams: { openai: upstream.origin } });
});

after(async () => {
    await server.stop();
    await upstream.stop();
});

const bothWays = compareWays(() => ({ upstream, server }));

function checkUsage(call, usage = kUsage) {
    assert.equal(call.input_tokens, usage.input);
    assert.equal(call.cached_input_tokens, usage.cached);
    assert.equal(call.fresh_input_tokens, usage.input - usage.cached);
    assert.equal(call.output_tokens, usage.output);
    assert.equal(call.reasoning_tokens, usage.reasoning);
    assert.equal(call.total_tokens, usage.input + usage.output);
    assert.equal(call.token_source, 'provider');
}

function checkTimes(call) {
    const [started, ended] = [Date.parse(call.started_at), Date.parse(call.ended_at)];
    assert.ok(started <= ended, 'it ends after it starts');
    assert.ok(call.latency_us >= 0 && Math.abs(call.latency_us / 1000 - (ended - started)) <= 2);
    assert.ok(call.gateway_us >= 0 && call.gateway_us <= call.latency_us);
}

test('chat: the same answer, and everything known about it is recorded', async () => {
    const { outcome, call } = await bothWays(async (openai) => {
        const request = { model: 'gpt-4o-mini', messages: kMessages, temperature: 0.25, max_completion_tokens: 64 };
        const { data, request_id: requestId } = await openai.chat.completions.create(request).withResponse();
        return { data: plain(data), requestId };
    });

    assert.equal(outcome.data.choices[0].message.content, kText);
    assert.equal(outcome.requestId, kAnswerHeaders['x-request-id']);
    checkUsage(call);
    checkTimes(call);
    const expected = {
        source: 'gateway',
        provider: 'openai',
        upstream: 'openai',
        operation: 'chat',
        method: 'POST',
        endpoint: '/v1/chat/completions',
        model_requested: 'gpt-4o-mini',
        model: 'gpt-4o-mini-2024-07-18',
        stream: false,
        status: 'ok',
        http_status: 200,
        error_type: null,
        finish_reason: 'stop',
        service_tier: 'default',
        provider_response_id: 'chatcmpl-test-1',
        provider_request_id: 'req_test_0001',
        organization: 'org-test',
        provider_us: 37_000,
        limit_requests: 10_000,
        remaining_requests: 9_999,
        reset_requests_us: 6_000,
        limit_tokens: 2_000_000,
        remaining_tokens: 1_999_000,
        reset_tokens_us: 90_000_000,
        client_ip: '127.0.0.1',
        content: null,
    };
    for (const [name, value] of Object.entries(expected)) {
        assert.deepEqual(call[name], value, name);
    }
    assert.match(call.user_agent, /^OpenAI\/JS /);
    assert.match(call.sdk, /^openai-js \d+\.\d+\.\d+$|^openai-(js|node) /);
    assert.equal(call.params.temperature, 0.25);
    assert.equal(call.attempts.length, 1);
    assert.equal(call.attempts[0].http_status, 200);
    assert.equal(call.usage.completion_tokens, kUsage.output);
    assert.ok(call.request_bytes > 0 && call.response_bytes > 0);
});

test('a known model has a price, an unknown one says so', async () => {
    const priced = await bothWays((openai) =>
        openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages }).then(plain),
    );
    assert.equal(priced.call.cost_source, 'priced');
    // gpt-4o-mini: 0.15, 0.075 (cached) and 0.60 dollars a million tokens: nano-dollars a token are 150, 75 and 600.
    const { input, cached, output } = kUsage;
    assert.equal(priced.call.cost_nano_usd, (input - cached) * 150 + cached * 75 + output * 600);
    assert.ok(Math.abs(priced.call.cost_usd - priced.call.cost_nano_usd / 1e9) < 1e-12);

    const unpriced = await bothWays((openai) =>
        openai.chat.completions.create({ model: 'house-model-7', messages: kMessages }).then(plain),
    );
    assert.equal(unpriced.call.cost_source, 'unpriced');
    assert.equal(unpriced.call.cost_nano_usd, null);
    assert.equal(unpriced.call.cost_usd, null);
});

test('streamed chat: the same chunks, with the usage of the last one', async () => {
    const { outcome, call } = await bothWays(async (openai) =>
        collect(
            await openai.chat.completions.create({
                model: 'gpt-4o-mini',
                messages: kMessages,
                stream: true,
                stream_options: { include_usage: true },
            }),
        ),
    );

    assert.equal(outcome.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''), kText);
    checkUsage(call);
    checkTimes(call);
    assert.equal(call.stream, true);
    assert.equal(call.finish_reason, 'stop');
    assert.equal(call.provider_response_id, 'chatcmpl-test-2');
    assert.ok(call.first_token_at !== null && call.ttft_us >= 0 && call.ttft_us <= call.latency_us);
});

test('a stream that reports no usage: nothing is added to it, and nothing is made up', async () => {
    const { outcome, call } = await bothWays(async (openai) =>
        collect(await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages, stream: true })),
    );

    assert.ok(outcome.every((chunk) => !('usage' in chunk)));
    assert.notEqual(call.token_source, 'provider');
    assert.equal(call.status, 'ok');
    assert.ok(call.cost_nano_usd === null || call.token_source === 'counted' || call.token_source === 'estimated');
});

test('a slow stream: chunks arrive as they are sent, and the first token has its time', async () => {
    const openai = client(server.origin, { headers: { 'x-test-behaviour': 'slow' } });
    const arrived = [];
    const stream = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages, stream: true });
    const seen = upstream.last;
    for await (const chunk of stream) {
        arrived.push({ chunk, answered: seen.answered });
    }

    assert.equal(arrived[0].answered, false, 'the first chunk comes while the upstream is still sending');
    assert.equal(arrived[5].answered, false);
    const call = await server.api.waitForCall(openai.seen.callIds[0]);
    assert.ok(call.ttft_us < call.latency_us / 2, `first token ${call.ttft_us} µs of ${call.latency_us} µs`);
});

test('tools: whole and streamed', async () => {
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }];
    const whole = await bothWays((openai) =>
        openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages, tools }).then(plain),
    );
    assert.equal(whole.outcome.choices[0].message.tool_calls[0].function.arguments, '{"city":"Delft"}');
    assert.equal(whole.call.finish_reason, 'tool_calls');
    assert.equal(whole.call.params.tools, 1);

    const streamed = await bothWays(async (openai) => {
        const stream = openai.chat.completions.stream({ model: 'gpt-4o-mini', messages: kMessages, tools });
        return plain(await stream.finalMessage());
    });
    assert.equal(streamed.outcome.tool_calls[0].function.arguments, '{"city":"Delft"}');
    assert.equal(streamed.call.finish_reason, 'tool_calls');
});

test('responses: the same answer and usage', async () => {
    const { outcome, call } = await bothWays((openai) =>
        openai.responses.create({ model: 'gpt-4o-mini', input: 'What does a sight glass show?' }).then(plain),
    );
    assert.equal(outcome.output_text, kText);
    checkUsage(call);
    assert.equal(call.operation, 'response');
    assert.equal(call.endpoint, '/v1/responses');
    assert.equal(call.provider_response_id, 'resp_test_1');
    assert.equal(call.model, 'gpt-4o-mini-2024-07-18');
});

test('streamed responses: the same events, with the usage of the last one', async () => {
    const { outcome, call } = await bothWays(async (openai) =>
        collect(await openai.responses.create({ model: 'gpt-4o-mini', input: 'Hello', stream: true })),
    );
    assert.equal(outcome.at(-1).type, 'response.completed');
    checkUsage(call);
    assert.equal(call.stream, true);
    assert.equal(call.provider_response_id, 'resp_test_1');
    assert.ok(call.ttft_us !== null);
});

test('completions, embeddings, the list of models', async () => {
    const completion = await bothWays((openai) =>
        openai.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Say' }).then(plain),
    );
    assert.equal(completion.call.operation, 'completion');
    assert.equal(completion.call.output_tokens, kUsage.output);

    const embedding = await bothWays((openai) =>
        openai.embeddings.create({ model: 'text-embedding-3-small', input: ['one', 'two'] }).then(plain),
    );
    assert.deepEqual(embedding.outcome.data[0].embedding, [0.25, -0.5, 0.125, 1]);
    assert.equal(embedding.call.operation, 'embedding');
    assert.equal(embedding.call.input_tokens, kUsage.input);

    const models = await bothWays(async (openai) => {
        const ids = [];
        for await (const model of openai.models.list()) {
            ids.push(model.id);
        }
        return ids;
    });
    assert.equal(models.outcome.length, 3);
    assert.equal(models.call.method, 'GET');
    assert.equal(models.call.endpoint, '/v1/models');
    assert.equal(models.call.operation, 'other');
});

test('an endpoint that nobody knows yet is forwarded like any other', async () => {
    const { call } = await bothWays((openai) => failure(openai.post('/decisions?x=1', { body: { model: 'm' } })));
    assert.equal(call.endpoint, '/v1/decisions');
    assert.equal(call.http_status, 404);
});

/// Behaviour, status, exception, our error_type, our error_code (the provider's code, or its type where it gives none).
const kErrors = [
    ['unauthorized', 401, 'AuthenticationError', 'provider_auth', 'invalid_api_key'],
    ['forbidden', 403, 'PermissionDeniedError', null, 'unsupported_country'],
    ['not_found', 404, 'NotFoundError', 'caller_model_unknown', 'model_not_found'],
    ['bad_request', 400, 'BadRequestError', null, 'context_length_exceeded'],
    ['rate_limited', 429, 'RateLimitError', 'provider_rate_limited', 'rate_limit_exceeded'],
    ['quota', 429, 'RateLimitError', 'provider_billing', 'insufficient_quota'],
    ['server_error', 500, 'InternalServerError', 'provider_server_error', 'server_error'],
    ['overloaded', 503, 'InternalServerError', 'provider_overloaded', 'server_error'],
];

for (const [behaviour, status, exception, type, code] of kErrors) {
    test(`${status} ${behaviour}: the client raises ${exception}, the call is an error`, async () => {
        const { outcome, call } = await bothWays(
            (openai) => failure(openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages })),
            { headers: { 'x-test-behaviour': behaviour } },
        );
        assert.equal(outcome.class, exception);
        assert.equal(outcome.status, status);
        assert.equal(call.status, 'error');
        assert.equal(call.http_status, status);
        assert.ok(type === null ? call.error_type !== null : call.error_type === type, call.error_type);
        assert.equal(call.error_code, code);
        assert.ok(outcome.message.includes(call.error_message) && call.error_message.length > 0);
        assert.equal(call.output_tokens, null);
    });
}

test('an error inside a stream that began with 200 is raised, and recorded as an error', async () => {
    const { outcome, call } = await bothWays(
        async (openai) => {
            const request = { model: 'gpt-4o-mini', messages: kMessages, stream: true };
            return failure(openai.chat.completions.create(request).then(collect));
        },
        { headers: { 'x-test-behaviour': 'error_in_stream' } },
    );
    assert.equal(outcome.class, 'APIError');
    assert.equal(call.http_status, 200);
    assert.equal(call.status, 'error');
    assert.equal(call.error_type, 'provider_server_error');
});

test('a wrong key is recorded as another key, never in clear', async () => {
    const right = await bothWays((openai) =>
        openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages }).then(plain),
    );
    const wrong = await bothWays(
        (openai) => failure(openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages })),
        { apiKey: 'sk-wrong-key-ZZZZ9999', headers: { 'x-test-behaviour': 'unauthorized' } },
    );
    assert.match(right.call.api_key, /^[0-9a-f]{32}$/);
    assert.notEqual(right.call.api_key, wrong.call.api_key);
    assert.equal(right.call.api_key_label.slice(-4), kKey.slice(-4));
    assert.equal(wrong.call.api_key_label.slice(-4), '9999');
    assert.ok(!JSON.stringify([right.call, wrong.call]).includes(kKey.slice(8, 30)));
    assert.equal(upstream.last.headers.authorization, 'Bearer sk-wrong-key-ZZZZ9999', 'the upstream gets it as it was');
});

test('an upstream that cannot be reached: the client raises its own exception', async (t) => {
    const gone = await Upstream.start();
    await gone.stop();
    const lonely = await Sightglass.startFor(t, { upstreams: { openai: gone.origin } });
    const openai = client(lonely.origin);

    const outcome = await failure(openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages }));

    assert.equal(outcome.class, 'InternalServerError');
    assert.equal(outcome.status, 502);
    assert.equal(openai.seen.headers[0].get('x-sightglass-error'), '1');
    assert.ok(outcome.error.message.length > 0, 'the error has the shape of the provider');
    const call = await lonely.api.waitForCall(openai.seen.callIds[0]);
    assert.equal(call.status, 'error');
    assert.equal(call.error_type, 'provider_unreachable');
});

test('a stream that the client aborts: the upstream is let go, the call is cancelled', async () => {
    const openai = client(server.origin, { id: 'abort-1', headers: { 'x-test-behaviour': 'slow' } });
    const request = { model: 'gpt-4o-mini', messages: kMessages, stream: true };
    const stream = await openai.chat.completions.create(request);
    let chunks = 0;
    for await (const chunk of stream) {
        assert.equal(chunk.model, 'gpt-4o-mini-2024-07-18');
        if (++chunks === 3) {
            break;  // The client aborts the request when the loop is left.
        }
    }

    const seen = upstream.find('abort-1');
    await waitFor(() => seen.disconnected, { what: 'the upstream to see the client go' });
    assert.equal(seen.answered, false);
    const call = await server.api.waitForCall(openai.seen.callIds[0]);
    assert.equal(call.status, 'cancelled');
    assert.equal(call.error_type, 'caller_cancelled');
    assert.equal(call.http_status, 200);
    assert.equal(call.model, 'gpt-4o-mini-2024-07-18');
});

test('a request that the client aborts before any answer: cancelled too', async () => {
    const openai = client(server.origin, { id: 'abort-2', headers: { 'x-test-behaviour': 'hang' } });
    const controller = new AbortController();
    const request = { model: 'gpt-4o-mini', messages: kMessages, user: 'abort-2' };
    const refused = failure(openai.chat.completions.create(request, { signal: controller.signal }));
    const seen = await upstream.waitForRequest((one) => one.headers['x-test-id'] === 'abort-2');
    controller.abort();

    assert.equal((await refused).class, 'APIUserAbortError');
    await waitFor(() => seen.disconnected, { what: 'the upstream to see the client go' });
    const call = await waitFor(async () => (await server.api.calls({ filter: 'user:abort-2' }))[0]);
    assert.equal(call.status, 'cancelled');
    assert.equal(call.http_status, null);
});

test('the client retries by itself: each try is a call', async (t) => {
    let tries = 0;
    const moody = await Upstream.startFor(t, {
        moody: (exchange) => {
            const behaviour = ++tries < 3 ? 'overloaded' : 'default';
            return moody.behaviours[behaviour](exchange);
        },
    });
    const between = await Sightglass.startFor(t, { upstreams: { openai: moody.origin } });
    const headers = { 'x-test-behaviour': 'moody' };
    const openai = client(between.origin, { headers, maxRetries: 2 });

    await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages });

    assert.equal(openai.seen.callIds.length, 3);
    await between.api.waitForCount(3);
    assert.deepEqual(await between.api.totals(['calls', 'errors']), { calls: 3, errors: 2 });
});

test('a named upstream and the plain path both lead there', async () => {
    const named = new OpenAI({ apiKey: kKey, baseURL: `${server.origin}/openai/v1`, maxRetries: 0 });
    const answer = await named.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages });
    assert.equal(answer.choices[0].message.content, kText);
    assert.equal(upstream.last.url, '/v1/chat/completions');
});
