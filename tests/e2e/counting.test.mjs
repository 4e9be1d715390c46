// Streams that end early or carry no usage: their tokens are counted as npm's tiktoken counts what was sent, priced within it, and
// told apart from what a provider reported. What the oracle is given here is put together from what the clients got.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { send } from '../support/client.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { eventText, sendEvents, sendJson, Upstream } from '../support/upstream.mjs';
import { sleep, waitFor } from '../support/wait.mjs';

const tiktoken = await import('tiktoken').catch(() => null);
const skip = tiktoken === null && "npm's tiktoken is not installed in tests/";

const kModel = 'gpt-4o-mini-2024-07-18';
const kWords = ['A', ' sight', ' glass', ' lets', ' you', ' see', ' 流量', ' inside', ' the', ' pipe', ' 🚰', '.'];
const kQuestion = [
    { role: 'system', content: 'You explain plumbing.' },
    { role: 'user', content: 'What does a sight glass do? 流' },
];

const encoding = tiktoken?.get_encoding('o200k_base');  // Once: it takes a second.
const count = (text) => encoding.encode_ordinary(text).length;

/// OpenAI's cookbook, "How to count tokens with tiktoken": 3 a message, 3 before the answer.
const countChat = (messages) =>
    messages.reduce((sum, { role, content }) => sum + 3 + count(role) + count(content), 3);

const chunk = (content, more = {}) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: kModel,
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
    ...more,
});

const behaviours = {
    /// All words, no usage.
    async plain(exchange) {
        const end = chunk('', { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
        await sendEvents(exchange, [...kWords.map((word) => chunk(word)), end, '[DONE]']);
    },
    /// As many words as x-test-words says, then nothing more until the client goes.
    async some(exchange) {
        const words = Number(exchange.request.headers['x-test-words']);
        await sendEvents(exchange, kWords.slice(0, words).map((word) => chunk(word)), { end: false });
        await new Promise((resolve) => exchange.response.once('close', resolve));
    },
    /// The same, then the connection is reset within an event.
    async reset(exchange) {
        const words = Number(exchange.request.headers['x-test-words']);
        await sendEvents(exchange, kWords.slice(0, words).map((word) => chunk(word)), { end: false });
        exchange.response.write(eventText(chunk('never read')).slice(0, 30));
        await sleep(50);
        exchange.response.socket.resetAndDestroy();
    },
    /// A whole answer without usage.
    async whole(exchange) {
        sendJson(exchange, 200, {
            id: 'chatcmpl-2',
            object: 'chat.completion',
            model: kModel,
            choices: [{ index: 0, message: { role: 'assistant', content: kWords.join('') }, finish_reason: 'stop' }],
        });
    },
};

const bodyOf = (stream) => JSON.stringify({ model: 'gpt-4o-mini', stream, messages: kQuestion });

async function start(t, args = []) {
    const upstream = await Upstream.startFor(t, behaviours);
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin }, args });
    return server;
}

/// Reads `words` chunks of an answer, then hangs up.
async function abortAfter(server, words) {
    const controller = new AbortController();
    const answer = await fetch(`${server.origin}/v1/chat/completions`, {
        method: 'POST',
        headers: {
            'content-type': 'application/json',
            'x-test-behaviour': 'some',
            'x-test-words': String(words),
        },
        body: bodyOf(true),
        signal: controller.signal,
    });
    let text = '';
    const decoder = new TextDecoder();
    const reader = answer.body.getReader();
    while (text.split('\n\n').length <= words) {
        text += decoder.decode((await reader.read()).value, { stream: true });
    }
    controller.abort();
    return {
        id: answer.headers.get('x-sightglass-call-id'),
        said: text
            .split('\n\n')
            .filter((event) => event.startsWith('data: '))
            .map((event) => JSON.parse(event.slice(6)).choices[0].delta.content)
            .join(''),
    };
}

/// The call once it is told how many tokens it had.
const stored = (server, id) =>
    waitFor(
        async () => {
            const call = await server.api.get(`/api/v1/calls/${id}`);
            return call.output_tokens === null ? null : call;
        },
        { what: `the tokens of call ${id}` },
    );

/// Nanodollars at 0.15 and 0.60 dollars a million.
const kCost = (input, output) => input * 150 + output * 600;

function assertCounted(call, output) {
    assert.equal(call.input_tokens, countChat(kQuestion));
    assert.equal(call.output_tokens, output);
    assert.equal(call.token_source, 'counted');
    assert.equal(call.cost_source, 'priced');
    assert.ok(call.repairs.includes('count'), `repairs: ${call.repairs}`);
}

for (const words of [0, 1, 5, kWords.length]) {
    test(`a stream that its client leaves after ${words} chunks`, { skip }, async (t) => {
        const server = await start(t);
        const { id, said } = await abortAfter(server, words);
        assert.equal(said, kWords.slice(0, words).join(''));
        const call = await stored(server, id);
        assert.equal(call.status, 'cancelled');
        assertCounted(call, count(said));
        const cost = await server.api.totals('cost_usd');
        assert.equal(Math.round(cost.cost_usd * 1e9), kCost(countChat(kQuestion), count(said)));
    });
}

for (const [capture, behaviour, stream] of [
    ['none', 'plain', true],
    ['full', 'plain', true],
    ['redacted', 'plain', true],
    ['none', 'whole', false],
]) {
    test(`an answer without usage, ${behaviour}, content kept: ${capture}`, { skip }, async (t) => {
        const server = await start(t, ['--capture', capture]);
        const answer = await send(server.origin, '/v1/chat/completions', {
            headers: { 'content-type': 'application/json', 'x-test-behaviour': behaviour },
            body: bodyOf(stream),
        });
        const call = await stored(server, answer.headers['x-sightglass-call-id']);
        assert.equal(call.status, 'ok');
        assertCounted(call, count(kWords.join('')));
    });
}

test('a stream that the provider breaks off', { skip }, async (t) => {
    const server = await start(t);
    const answer = await fetch(`${server.origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-test-behaviour': 'reset', 'x-test-words': '7' },
        body: bodyOf(true),
    });
    await assert.rejects(answer.text());
    const call = await stored(server, answer.headers.get('x-sightglass-call-id'));
    assert.equal(call.status, 'interrupted');
    assertCounted(call, count(kWords.slice(0, 7).join('')));
});

test('what a provider reports is left as it is', { skip }, async (t) => {
    const server = await start(t);
    const answer = await send(server.origin, '/v1/chat/completions', {
        headers: { 'content-type': 'application/json', 'x-test-tokens': '1000,2000' },
        body: bodyOf(false),
    });
    const call = await stored(server, answer.headers['x-sightglass-call-id']);
    assert.equal(call.output_tokens, 2000);
    assert.equal(call.token_source, 'provider');
    assert.ok(!call.repairs.includes('count'));
});

test('many at once, some of them left: none is counted twice or as another', { skip }, async (t) => {
    const server = await start(t);
    const all = await Promise.all(
        Array.from({ length: 60 }, async (_, i) => {
            const words = i % (kWords.length + 1);
            return { words, ...(await abortAfter(server, words)) };
        }),
    );
    for (const { id, words } of all) {
        const call = await stored(server, id);
        assert.equal(call.output_tokens, count(kWords.slice(0, words).join('')), `${words} words`);
    }
    const totals = await server.api.totals(['calls', 'output_tokens']);
    assert.equal(totals.calls, all.length);
    const sent = all.reduce((sum, { words }) => sum + count(kWords.slice(0, words).join('')), 0);
    assert.equal(totals.output_tokens, sent);
});
