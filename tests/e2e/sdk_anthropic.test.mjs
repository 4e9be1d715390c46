// The unmodified Anthropic client for Node.js, through the gateway and without it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import Anthropic from '@anthropic-ai/sdk';

import { kModel, kUsage, kWords } from '../support/anthropic_answers.mjs';
import { checkCall, collect, failure, Pair, plain } from '../support/sdk_ways.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kKey = 'sk-ant-api03-test0123456789abcdefghij-KEYS';
const kText = kWords.join('');
const kRequest = {
    model: 'claude-sonnet-4-5',
    max_tokens: 64,
    messages: [{ role: 'user', content: 'What does a sight glass show? 流' }],
};
const kTools = [{ name: 'get_weather', description: 'x', input_schema: { type: 'object', properties: {} } }];

let pair;

before(async () => {
    pair = await Pair.start();
});

after(() => pair.stop());

const client = (origin, headers) =>
    new Anthropic({ apiKey: kKey, baseURL: origin, maxRetries: 0, defaultHeaders: headers });
const bothWays = (use, behaviour, name = 'anthropic') =>
    pair.bothWays(name, (origin, headers) => use(client(origin, headers)), behaviour);

const kTokens = {
    fresh_input_tokens: kUsage.fresh,
    cached_input_tokens: kUsage.cached,
    cache_write_5m_tokens: kUsage.write5m,
    cache_write_1h_tokens: kUsage.write1h,
    input_tokens: kUsage.fresh + kUsage.cached + kUsage.write5m + kUsage.write1h,
    output_tokens: kUsage.output,
    token_source: 'provider',
};

test('messages: the same answer, and everything known about it is recorded', async () => {
    const { outcome, call } = await bothWays(async (anthropic) => {
        const { data, request_id: id } = await anthropic.messages
            .create({ ...kRequest, temperature: 0.25, metadata: { user_id: 'u-1' } })
            .withResponse();
        return { data: plain(data), id };
    });
    assert.equal(outcome.data.content[0].text, kText);
    assert.equal(outcome.id, 'req_anthropic_1');
    checkCall(call, {
        ...kTokens,
        provider: 'anthropic',
        upstream: 'anthropic',
        operation: 'chat',
        endpoint: '/v1/messages',
        model_requested: 'claude-sonnet-4-5',
        model: kModel,
        stream: false,
        status: 'ok',
        http_status: 200,
        finish_reason: 'end_turn',
        provider_response_id: 'msg_test_1',
        provider_request_id: 'req_anthropic_1',
        limit_requests: 4000,
        remaining_requests: 3999,
        limit_tokens: 480_000,
        remaining_tokens: 479_000,
        cost_source: 'priced',
    });
    assert.match(call.sdk, /^anthropic-(js|node) \d/);
    assert.match(call.api_key, /^[0-9a-f]{32}$/);
    assert.ok(!JSON.stringify(call).includes(kKey.slice(14, 30)));
    assert.equal(call.params.max_tokens, 64);
});

test('streamed messages: the same events; usage that is repeated is counted once', async () => {
    const { outcome, call } = await bothWays(async (anthropic) =>
        collect(await anthropic.messages.create({ ...kRequest, stream: true })),
    );
    assert.equal(outcome.at(-1).type, 'message_stop');
    checkCall(call, { ...kTokens, stream: true, status: 'ok', finish_reason: 'end_turn', model: kModel });
    assert.ok(call.ttft_us !== null && call.ttft_us <= call.latency_us);

    const helper = await bothWays((anthropic) => anthropic.messages.stream(kRequest).finalMessage().then(plain));
    assert.equal(helper.outcome.content[0].text, kText);
    checkCall(helper.call, kTokens);
});

test('tools: whole and streamed', async () => {
    const whole = await bothWays((anthropic) => anthropic.messages.create({ ...kRequest, tools: kTools }).then(plain));
    assert.deepEqual(whole.outcome.content[0].input, { city: 'Delft' });
    checkCall(whole.call, { ...kTokens, finish_reason: 'tool_use' });
    assert.equal(whole.call.params.tools, 1);

    const streamed = await bothWays((anthropic) =>
        anthropic.messages.stream({ ...kRequest, tools: kTools }).finalMessage().then(plain),
    );
    assert.deepEqual(streamed.outcome.content[0].input, { city: 'Delft' });
    checkCall(streamed.call, { ...kTokens, finish_reason: 'tool_use', stream: true });
});

test('counting tokens is no call to a model', async () => {
    const { outcome, call } = await bothWays((anthropic) =>
        anthropic.messages.countTokens({ model: kRequest.model, messages: kRequest.messages }).then(plain),
    );
    assert.equal(outcome.input_tokens, 34);
    checkCall(call, { operation: 'other', input_tokens: null, status: 'ok' });
});

test('through the upstream of another provider: the path tells what it is', async () => {
    const { call } = await bothWays((anthropic) => anthropic.messages.create(kRequest).then(plain), undefined, 'openai');
    checkCall(call, { ...kTokens, upstream: 'openai', provider: 'anthropic', model: kModel, cost_source: 'priced' });
});

const kErrors = [
    ['unauthorized', 401, 'AuthenticationError', 'provider_auth'],
    ['not_found', 404, 'NotFoundError', 'caller_model_unknown'],
    ['bad_request', 400, 'BadRequestError', 'caller_invalid_request'],
    ['rate_limited', 429, 'RateLimitError', 'provider_rate_limited'],
    ['server_error', 500, 'InternalServerError', 'provider_server_error'],
    ['overloaded', 529, 'OverloadedError', 'provider_overloaded'],
];

for (const [behaviour, status, exception, type] of kErrors) {
    test(`${status} ${behaviour}: the client raises ${exception}, the call is an error`, async () => {
        const { outcome, call } = await bothWays((anthropic) => failure(anthropic.messages.create(kRequest)), behaviour);
        assert.equal(outcome.class, exception);
        assert.equal(outcome.status, status);
        checkCall(call, { status: 'error', http_status: status, error_type: type, output_tokens: null });
        assert.ok(outcome.message.includes(call.error_message) && call.error_message.length > 0);
    });
}

test('an error inside a stream is raised, and recorded as an error', async () => {
    const { outcome, call } = await bothWays(
        (anthropic) => failure(anthropic.messages.create({ ...kRequest, stream: true }).then(collect)),
        'error_in_stream',
    );
    assert.match(outcome.message, /Overloaded/);
    checkCall(call, { status: 'error', http_status: 200, error_type: 'provider_overloaded' });
});

test('an upstream that cannot be reached: the client raises its own exception', async (t) => {
    const gone = await Upstream.start();
    await gone.stop();
    const lonely = await Sightglass.startFor(t, { upstreams: { anthropic: gone.origin } });
    const outcome = await failure(client(`${lonely.origin}/anthropic`, {}).messages.create(kRequest));
    assert.equal(outcome.class, 'InternalServerError');
    assert.equal(outcome.status, 502);
    assert.equal(outcome.body.type, 'error', 'the error has the shape of the provider');
    assert.ok(outcome.body.error.message.length > 0);
});

test('a stream that the client aborts: the upstream is let go, the call is cancelled', async () => {
    const headers = pair.headers('slow');
    const stream = await client(`${pair.server.origin}/anthropic`, headers).messages.create({ ...kRequest, stream: true });
    let events = 0;
    for await (const event of stream) {
        assert.ok(event.type.length > 0);
        if (++events === 4) {
            break;
        }
    }
    const seen = pair.upstream.find(headers['x-test-id']);
    await waitFor(() => seen.disconnected, { what: 'the upstream to see the client go' });
    checkCall(await pair.callOf(headers['x-test-id']), {
        status: 'cancelled',
        error_type: 'caller_cancelled',
        model: kModel,
    });
});
