// The unmodified Google Gen AI client for Node.js, through the gateway and without it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { GoogleGenAI } from '@google/genai';

import { kUsage, kWords } from '../support/gemini_answers.mjs';
import { checkCall, failure, Pair, plain } from '../support/sdk_ways.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kKey = 'AIzaSyTest0123456789abcdefghijklmnopqrs';
const kText = kWords.join('');
const kModel = 'gemini-2.5-flash';
const kRequest = { model: kModel, contents: 'What does a sight glass show? 流' };
const kTools = [{ functionDeclarations: [{ name: 'get_weather', parametersJsonSchema: { type: 'object' } }] }];

let pair;

before(async () => {
    pair = await Pair.start();
});

after(() => pair.stop());

const client = (origin, headers) =>
    new GoogleGenAI({ apiKey: kKey, httpOptions: { baseUrl: origin, headers }, vertexai: false });
const bothWays = (use, behaviour) =>
    pair.bothWays('gemini', (origin, headers) => use(client(origin, headers)), behaviour);

/// An answer without the headers that it came with, which hold a date.
const content = ({ sdkHttpResponse: _, ...answer }) => plain(answer);

async function collect(stream) {
    const parts = [];
    for await (const part of stream) {
        parts.push(content(part));
    }
    return parts;
}

const kTokens = {
    input_tokens: kUsage.input,
    cached_input_tokens: kUsage.cached,
    fresh_input_tokens: kUsage.input - kUsage.cached,
    output_tokens: kUsage.candidates + kUsage.thoughts,
    reasoning_tokens: kUsage.thoughts,
    token_source: 'provider',
};

test('generateContent: the same answer, and everything known about it is recorded', async () => {
    const { outcome, call } = await bothWays(async (google) => {
        const answer = await google.models.generateContent({
            ...kRequest,
            config: { temperature: 0.25, maxOutputTokens: 64 },
        });
        return { ...content(answer), text: answer.text };
    });
    assert.equal(outcome.text, kText);
    checkCall(call, {
        ...kTokens,
        provider: 'gemini',
        upstream: 'gemini',
        operation: 'chat',
        model_requested: kModel,
        model: kModel,
        stream: false,
        status: 'ok',
        http_status: 200,
        finish_reason: 'STOP',
        provider_response_id: 'gemini-response-1',
        cost_source: 'priced',
    });
    assert.match(call.api_key, /^[0-9a-f]{32}$/);
    assert.ok(!JSON.stringify(call).includes(kKey.slice(8, 30)));
    assert.equal(call.params.temperature, 0.25);
});

test('generateContentStream: the same chunks; usage that every chunk repeats is counted once', async () => {
    const { outcome, call } = await bothWays(async (google) =>
        collect(await google.models.generateContentStream(kRequest)),
    );
    assert.equal(outcome.map((part) => part.candidates[0].content.parts[0].text).join(''), kText);
    checkCall(call, { ...kTokens, stream: true, status: 'ok', finish_reason: 'STOP', model: kModel });
    assert.ok(call.ttft_us !== null && call.ttft_us <= call.latency_us);
});

test('tools: whole and streamed', async () => {
    const request = { ...kRequest, config: { tools: kTools } };
    const whole = await bothWays((google) => google.models.generateContent(request).then(content));
    assert.deepEqual(whole.outcome.candidates[0].content.parts[0].functionCall.args, { city: 'Delft' });
    checkCall(whole.call, kTokens);
    const streamed = await bothWays(async (google) => collect(await google.models.generateContentStream(request)));
    assert.equal(streamed.outcome[0].candidates[0].content.parts[0].functionCall.name, 'get_weather');
    checkCall(streamed.call, kTokens);
});

test('counting tokens is no call to a model', async () => {
    const { outcome, call } = await bothWays((google) => google.models.countTokens(kRequest).then(content));
    assert.equal(outcome.totalTokens, kUsage.input);
    checkCall(call, { operation: 'other', input_tokens: null, status: 'ok' });
});

const kErrors = [
    ['unauthorized', 401, 'provider_auth'],
    ['not_found', 404, 'caller_model_unknown'],
    ['bad_request', 400, 'caller_invalid_request'],
    ['rate_limited', 429, 'provider_rate_limited'],
    ['server_error', 500, 'provider_server_error'],
    ['overloaded', 503, 'provider_overloaded'],
];

for (const [behaviour, status, type] of kErrors) {
    test(`${status} ${behaviour}: the client raises its exception, the call is an error`, async () => {
        const { outcome, call } = await bothWays((google) => failure(google.models.generateContent(kRequest)), behaviour);
        assert.equal(outcome.name, 'ApiError');
        assert.equal(outcome.status, status);
        checkCall(call, { status: 'error', http_status: status, error_type: type, output_tokens: null });
        assert.ok(outcome.message.includes(call.error_message) && call.error_message.length > 0);
    });
}

test('an error inside a stream is raised, and recorded as an error', async () => {
    const { outcome, call } = await bothWays(
        (google) => failure(google.models.generateContentStream(kRequest).then(collect)),
        'error_in_stream',
    );
    assert.match(outcome.message, /overloaded/);
    checkCall(call, { status: 'error', http_status: 200, error_type: 'provider_overloaded' });
});

test('an upstream that cannot be reached: the client raises its own exception', async (t) => {
    const gone = await Upstream.start();
    await gone.stop();
    const lonely = await Sightglass.startFor(t, { upstreams: { gemini: gone.origin } });
    const outcome = await failure(client(`${lonely.origin}/gemini`, {}).models.generateContent(kRequest));
    assert.equal(outcome.name, 'ApiError');
    assert.equal(outcome.status, 502);
    assert.equal(JSON.parse(outcome.message).error.code, 502, 'the error has the shape of the provider');
});

test('a stream that the client aborts: the upstream is let go, the call is cancelled', async () => {
    const headers = pair.headers('slow');
    const controller = new AbortController();
    const stream = await client(`${pair.server.origin}/gemini`, headers).models.generateContentStream({
        ...kRequest,
        config: { abortSignal: controller.signal },
    });
    const refused = failure(
        (async () => {
            for await (const part of stream) {
                assert.equal(part.modelVersion, kModel);
                controller.abort();
            }
        })(),
    );
    assert.equal((await refused).name, 'AbortError');
    const seen = pair.upstream.find(headers['x-test-id']);
    await waitFor(() => seen.disconnected, { what: 'the upstream to see the client go' });
    checkCall(await pair.callOf(headers['x-test-id']), {
        status: 'cancelled',
        error_type: 'caller_cancelled',
        model: kModel,
    });
});
