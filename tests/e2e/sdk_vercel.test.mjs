// Vercel's unmodified AI SDK with its providers for OpenAI (responses and chat), Anthropic and Google, through the gateway and
// without it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, streamText, tool } from 'ai';

import { checkCall, failure, Pair, plain } from '../support/sdk_ways.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;

const kPrompt = 'What does a sight glass show? 流';
const kKey = 'sk-test-0123456789abcdefghijklmnop';

/// The upstream's name, the model for an origin, and what the upstream's answers count.
const kProviders = {
    'openai responses': {
        name: 'openai',
        model: (origin, headers) => createOpenAI({ apiKey: kKey, baseURL: `${origin}/v1`, headers })('gpt-4o-mini'),
        call: { provider: 'openai', operation: 'response', model: 'gpt-4o-mini-2024-07-18' },
        tokens: { input_tokens: 19, cached_input_tokens: 8, output_tokens: 11, reasoning_tokens: 4 },
        tools: false,  // The upstream's responses call none.
    },
    'openai chat': {
        name: 'openai',
        model: (origin, headers) => createOpenAI({ apiKey: kKey, baseURL: `${origin}/v1`, headers }).chat('gpt-4o-mini'),
        call: { provider: 'openai', operation: 'chat', model: 'gpt-4o-mini-2024-07-18' },
        tokens: { input_tokens: 19, cached_input_tokens: 8, output_tokens: 11, reasoning_tokens: 4 },
        tools: true,
    },
    anthropic: {
        name: 'anthropic',
        model: (origin, headers) =>
            createAnthropic({ apiKey: kKey, baseURL: `${origin}/v1`, headers })('claude-sonnet-4-5'),
        call: { provider: 'anthropic', operation: 'chat', model: 'claude-sonnet-4-5-20250929' },
        tokens: { input_tokens: 34, cached_input_tokens: 8, output_tokens: 11 },
        tools: true,
    },
    google: {
        name: 'gemini',
        model: (origin, headers) =>
            createGoogleGenerativeAI({ apiKey: kKey, baseURL: `${origin}/v1beta`, headers })('gemini-2.5-flash'),
        call: { provider: 'gemini', operation: 'chat', model: 'gemini-2.5-flash' },
        tokens: { input_tokens: 19, cached_input_tokens: 8, output_tokens: 11, reasoning_tokens: 4 },
        tools: true,
    },
};

let pair;

before(async () => {
    pair = await Pair.start();
});

after(() => pair.stop());

const bothWays = ({ name, model }, use, behaviour) =>
    pair.bothWays(name, (origin, headers) => use({ model: model(origin, headers), maxRetries: 0 }), behaviour);

const tools = {
    get_weather: tool({
        description: 'The weather of a city',
        inputSchema: jsonSchema({ type: 'object', properties: { city: { type: 'string' } } }),
    }),
};

/// What an application reads of a result; the rest holds times and headers.
async function result(answer) {
    const [text, usage, finishReason, toolCalls] = await Promise.all([
        answer.text,
        answer.usage,
        answer.finishReason,
        answer.toolCalls,
    ]);
    const calls = toolCalls.map(({ toolName, input }) => ({ toolName, input }));
    return plain({ text, usage, finishReason, calls });
}

async function streamed(options) {
    let problem;
    const answer = streamText({ ...options, onError: ({ error }) => (problem = error) });
    const pieces = [];
    for await (const piece of answer.textStream) {
        pieces.push(piece);
    }
    if (problem !== undefined) {
        throw problem;
    }
    return { pieces, ...(await result(answer)) };
}

for (const [title, provider] of Object.entries(kProviders)) {
    const ordinary = { ...provider.call, ...provider.tokens, status: 'ok', token_source: 'provider' };

    test(`${title}: text, whole and streamed`, async () => {
        const whole = await bothWays(provider, (options) => generateText({ ...options, prompt: kPrompt }).then(result));
        assert.ok(whole.outcome.text.includes('流'));
        assert.equal(whole.outcome.usage.inputTokens, provider.tokens.input_tokens);
        checkCall(whole.call, { ...ordinary, stream: false });

        const stream = await bothWays(provider, (options) => streamed({ ...options, prompt: kPrompt }));
        assert.equal(stream.outcome.pieces.join(''), whole.outcome.text);
        checkCall(stream.call, { ...ordinary, stream: true });
        assert.ok(stream.call.ttft_us !== null);
    });

    test(`${title}: tools, whole and streamed`, { skip: provider.tools ? false : 'not in the upstream\'s answers' }, async () => {
        const whole = await bothWays(provider, (options) => generateText({ ...options, prompt: kPrompt, tools }).then(result));
        assert.deepEqual(whole.outcome.calls, [{ toolName: 'get_weather', input: { city: 'Delft' } }]);
        checkCall(whole.call, ordinary);
        const stream = await bothWays(provider, (options) => streamed({ ...options, prompt: kPrompt, tools }));
        assert.deepEqual(stream.outcome.calls, whole.outcome.calls);
        checkCall(stream.call, ordinary);
    });

    for (const [behaviour, type] of [
        ['unauthorized', 'provider_auth'],
        ['not_found', 'caller_model_unknown'],
        ['rate_limited', 'provider_rate_limited'],
        ['server_error', 'provider_server_error'],
        ['overloaded', 'provider_overloaded'],
    ]) {
        test(`${title}: ${behaviour} is the client's own exception`, async () => {
            const { outcome, call } = await bothWays(
                provider,
                (options) => failure(generateText({ ...options, prompt: kPrompt })),
                behaviour,
            );
            assert.equal(outcome.name, 'AI_APICallError');
            checkCall(call, { status: 'error', http_status: outcome.status, error_type: type });
            assert.ok(outcome.message.includes(call.error_message), call.error_message);
        });
    }

    test(`${title}: an error inside a stream is seen, and recorded as an error`, async () => {
        const { outcome, call } = await bothWays(
            provider,
            (options) => failure(streamed({ ...options, prompt: kPrompt })),
            'error_in_stream',
        );
        assert.ok(outcome.message.length > 0);
        checkCall(call, { status: 'error', http_status: 200 });
    });

    test(`${title}: a stream that the client aborts is a cancelled call`, async () => {
        const headers = pair.headers('slow');
        const controller = new AbortController();
        const { textStream } = streamText({
            model: provider.model(`${pair.server.origin}/${provider.name}`, headers),
            maxRetries: 0,
            prompt: kPrompt,
            abortSignal: controller.signal,
            onError: () => {},
        });
        for await (const piece of textStream) {
            assert.ok(piece.length > 0);
            controller.abort();
        }
        const seen = pair.upstream.find(headers['x-test-id']);
        await waitFor(() => seen.disconnected, { what: 'the upstream to see the client go' });
        checkCall(await pair.callOf(headers['x-test-id']), { status: 'cancelled', error_type: 'caller_cancelled' });
    });

    test(`${title}: an upstream that cannot be reached is the client's own exception`, async (t) => {
        const gone = await Upstream.start();
        await gone.stop();
        const lonely = await Sightglass.startFor(t, { upstreams: { [provider.name]: gone.origin } });
        const model = provider.model(`${lonely.origin}/${provider.name}`, {});
        const outcome = await failure(generateText({ model, maxRetries: 0, prompt: kPrompt }));
        assert.equal(outcome.name, 'AI_APICallError');
        assert.equal(outcome.status, 502);
        assert.match(outcome.message, /cannot connect/);
    });
}
