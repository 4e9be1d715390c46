// The unmodified ollama client, through the gateway and without it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Ollama } from 'ollama';

import { kUsage, kWords } from '../support/ollama_answers.mjs';
import { checkCall, collect, failure, Pair, plain } from '../support/sdk_ways.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kMessages = [{ role: 'user', content: 'What does a sight glass show? 流' }];
const kText = kWords.join('');
const kTools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }];

let pair;

before(async () => {
    pair = await Pair.start();
});

after(() => pair.stop());

const client = (origin, headers) => new Ollama({ host: origin, headers });
const bothWays = (use, behaviour) =>
    pair.bothWays('ollama', (origin, headers) => use(client(origin, headers)), behaviour);

const kTokens = {
    input_tokens: kUsage.input,
    fresh_input_tokens: kUsage.input,
    output_tokens: kUsage.output,
    token_source: 'provider',
};

test('chat: the same answer, and its counts', async () => {
    const { outcome, call } = await bothWays((ollama) =>
        ollama.chat({ model: 'llama3.2', messages: kMessages, options: { temperature: 0.25, num_predict: 64 } }).then(plain),
    );
    assert.equal(outcome.message.content, kText);
    checkCall(call, {
        ...kTokens,
        provider: 'ollama',
        upstream: 'ollama',
        operation: 'chat',
        endpoint: '/api/chat',
        model_requested: 'llama3.2',
        model: 'llama3.2',
        stream: false,
        status: 'ok',
        finish_reason: 'stop',
        provider_us: 2_685_412,
    });
    assert.equal(call.params.max_tokens, 64);
    assert.equal(call.usage.eval_count, kUsage.output);
});

test('streamed chat: the same lines, with the counts of the last one', async () => {
    const { outcome, call } = await bothWays(async (ollama) =>
        collect(await ollama.chat({ model: 'llama3.2', messages: kMessages, stream: true })),
    );
    assert.equal(outcome.map((part) => part.message.content).join(''), kText);
    checkCall(call, { ...kTokens, stream: true, status: 'ok', finish_reason: 'stop' });
    assert.ok(call.ttft_us !== null && call.ttft_us <= call.latency_us);
});

test('tools: whole and streamed', async () => {
    const request = { model: 'llama3.2', messages: kMessages, tools: kTools };
    const whole = await bothWays((ollama) => ollama.chat(request).then(plain));
    assert.equal(whole.outcome.message.tool_calls[0].function.arguments.city, 'Delft');
    assert.equal(whole.call.params.tools, 1);
    const streamed = await bothWays(async (ollama) => collect(await ollama.chat({ ...request, stream: true })));
    assert.equal(streamed.outcome[0].message.tool_calls[0].function.name, 'get_weather');
    checkCall(streamed.call, kTokens);
});

test('generate and embed', async () => {
    const generated = await bothWays((ollama) => ollama.generate({ model: 'llama3.2', prompt: 'Say' }).then(plain));
    assert.equal(generated.outcome.response, kText);
    checkCall(generated.call, { ...kTokens, operation: 'completion' });
    const embedded = await bothWays((ollama) => ollama.embed({ model: 'all-minilm', input: ['a', 'b'] }).then(plain));
    assert.deepEqual(embedded.outcome.embeddings, [[0.25, -0.5]]);
    checkCall(embedded.call, { operation: 'embedding', input_tokens: kUsage.input, stream: false, status: 'ok' });
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
        const { outcome, call } = await bothWays(
            (ollama) => failure(ollama.chat({ model: 'llama3.2', messages: kMessages })),
            behaviour,
        );
        assert.equal(outcome.name, 'ResponseError');
        assert.equal(outcome.status, status);
        checkCall(call, { status: 'error', http_status: status, error_type: type, error_message: outcome.message });
    });
}

test('an error inside a stream is raised, and recorded as an error', async () => {
    const { outcome, call } = await bothWays(
        (ollama) => failure(ollama.chat({ model: 'llama3.2', messages: kMessages, stream: true }).then(collect)),
        'error_in_stream',
    );
    assert.match(outcome.message, /unexpected EOF/);
    checkCall(call, { status: 'error', http_status: 200, error_type: 'provider_server_error' });
});

test('an upstream that cannot be reached: the client raises its own exception', async (t) => {
    const gone = await Upstream.start();
    await gone.stop();
    const lonely = await Sightglass.startFor(t, { upstreams: { ollama: gone.origin } });
    const ollama = client(`${lonely.origin}/ollama`, {});
    const outcome = await failure(ollama.chat({ model: 'llama3.2', messages: kMessages }));
    assert.equal(outcome.name, 'ResponseError');
    assert.equal(outcome.status, 502);
    assert.match(outcome.message, /cannot connect/);
});

test('a stream that the client aborts: the upstream is let go, the call is cancelled', async () => {
    const headers = pair.headers('slow');
    const stream = await client(`${pair.server.origin}/ollama`, headers).chat({
        model: 'llama3.2',
        messages: kMessages,
        stream: true,
    });
    const refused = failure(
        (async () => {
            for await (const part of stream) {
                assert.equal(part.model, 'llama3.2');
                stream.abort();
            }
        })(),
    );
    assert.equal((await refused).name, 'AbortError');
    const seen = pair.upstream.find(headers['x-test-id']);
    await waitFor(() => seen.disconnected, { what: 'the upstream to see the client go' });
    checkCall(await pair.callOf(headers['x-test-id']), {
        status: 'cancelled',
        error_type: 'caller_cancelled',
        model: 'llama3.2',
    });
});
