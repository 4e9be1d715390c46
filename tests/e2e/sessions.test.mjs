// Sessions of clients that name none: recorded conversations, many at a time and in random order, come back together through the gateway;
// nobody's are mixed; they go on after a restart; what a client names wins. And the lists of sessions.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { send } from '../support/client.mjs';
import { needsRecordings, recordedFile } from '../support/places.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { sendJson, Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kConversations = 120;
const kAtOnce = 30;
const kKeys = 6;

/// Answers as the request's header says.
const behaviours = {
    async say(exchange) {
        await sleep(20);  // No model answers at once; what a turn goes on from is known some milliseconds after its end.
        const text = Buffer.from(exchange.request.headers['x-test-say'], 'base64').toString();
        sendJson(exchange, 200, {
            id: `chatcmpl-${exchange.upstream.requests.length}`,
            object: 'chat.completion',
            model: 'gpt-4o-mini-2024-07-18',
            choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
            usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
        });
    },
};

async function start(t, options = {}) {
    const upstream = await Upstream.startFor(t, behaviours);
    return Sightglass.startFor(t, { upstreams: { openai: upstream.origin }, ...options });
}

/// One call; its id.
async function say(server, messages, answer, { key = 'sk-test-1234567890abcdef', headers = {} } = {}) {
    const got = await send(server.origin, '/v1/chat/completions', {
        headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${key}`,
            'x-test-behaviour': 'say',
            'x-test-say': Buffer.from(answer).toString('base64'),
            ...headers,
        },
        body: JSON.stringify({ model: 'gpt-4o-mini', messages }),
    });
    assert.equal(got.status, 200);
    return got.callId;
}

const stored = (server, id) =>
    waitFor(
        async () => {
            const call = await server.api.get(`/api/v1/calls/${id}`);
            return call.turn === null ? null : call;
        },
        { what: `the turn of call ${id}` },
    );

const user = (content) => ({ role: 'user', content });
const assistant = (content) => ({ role: 'assistant', content });

function recordedConversations() {
    const lines = fs.readFileSync(recordedFile('conv/conversations_public.jsonl'), 'utf8').trim().split('\n');
    const step = Math.floor(lines.length / kConversations);
    return lines
        .filter((_, i) => i % step === 0)
        .slice(0, kConversations)
        .map((line) =>
            JSON.parse(line).messages.map(({ role, content }) => ({
                role: role === 'tool_call' ? 'assistant' : role,
                content,
            })),
        );
}

/// Small numbers that look random, the same each time.
function* numbers(seed) {
    for (let x = seed; ; x = (x * 48271) % 2147483647) {
        yield x;
    }
}

test('recorded conversations come back together, and nobody gets another one\'s', { skip: needsRecordings('conv/conversations_public.jsonl') }, async (t) => {
    const server = await start(t);
    const random = numbers(7);
    const waiting = recordedConversations().map((messages, i) => ({
        messages,
        key: `sk-test-of-customer-number-${i % kKeys}`,
        at: 0,
        calls: [],
    }));
    const all = [...waiting];
    const open = [];
    while (waiting.length + open.length > 0) {
        while (open.length < kAtOnce && waiting.length > 0) {
            open.push(waiting.shift());
        }
        const place = random.next().value % open.length;
        const one = open[place];
        one.at = one.messages.findIndex((message, i) => i >= one.at && message.role === 'assistant');
        if (one.at < 0) {
            open.splice(place, 1);
            continue;
        }
        const { key } = one;
        one.calls.push(await say(server, one.messages.slice(0, one.at), one.messages[one.at].content, { key }));
        one.at += 1;
    }
    let turns = 0;
    let right = 0;
    const keys = new Map();
    for (const one of all) {
        const calls = [];
        for (const id of one.calls) {
            calls.push(await stored(server, id));
        }
        for (const call of calls) {
            turns += 1;
            right += call.session_id === calls[0].session_id ? 1 : 0;
            assert.equal(keys.get(call.session_id) ?? call.api_key, call.api_key, 'a session of two keys');
            keys.set(call.session_id, call.api_key);
        }
    }
    t.diagnostic(`${right} of ${turns} turns in the right session; ${keys.size} sessions of ${all.length} conversations`);
    assert.ok(right / turns >= 0.995, `${right} of ${turns}`);
    const grep = fs.readFileSync(path.join(server.dataDir, 'threads'), { flag: 'a+' }).toString('latin1');
    assert.ok(!grep.includes(all[0].messages[0].content.slice(0, 20)), 'content in the file of threads');
});

test('a conversation goes on after a restart', async (t) => {
    const server = await start(t);
    const first = [user('What is a sight glass for?')];
    const one = await stored(server, await say(server, first, 'To look into a pipe.'));
    assert.equal(one.turn, 1);
    assert.ok(one.session_id.startsWith('thr_'));
    await server.stop();
    const again = await start(t, { dataDir: server.dataDir, token: server.token });
    const more = [...first, assistant('To look into a pipe.'), user('And why?')];
    const two = await stored(again, await say(again, more, 'To see what flows.'));
    assert.equal(two.session_id, one.session_id);
    assert.equal(two.turn, 2);
});

test('a session that is named wins; repeats and branches are told apart from turns', async (t) => {
    const server = await start(t);
    const headers = { 'x-sightglass-session': 'chat-7', 'x-sightglass-user': 'anna' };
    const who = { headers: { 'x-sightglass-user': 'anna' } };
    const first = [user('What is a sight glass for?')];
    const second = [...first, assistant('To look into a pipe.'), user('And why?')];
    const branch = [...first, assistant('To look into a pipe.'), user('What is it made of?')];
    const calls = [];
    for (const [messages, answer, more] of [
        [first, 'To look into a pipe.', { headers }],
        [second, 'To see what flows.', who],
        [second, 'To see the level.', who],
        [branch, 'Of glass.', who],
        [second, 'To see it.', { headers: { 'x-sightglass-user': 'ben' } }],
    ]) {
        calls.push(await stored(server, await say(server, messages, answer, more)));
    }
    const [, two, repeat, other, stranger] = calls;
    assert.deepEqual(
        calls.slice(0, 4).map((call) => [call.session_id, call.turn]),
        [
            ['chat-7', 1],
            ['chat-7', 2],
            ['chat-7', 2],
            ['chat-7', 2],
        ],
    );
    assert.equal(repeat.retry_of, two.call_id);
    assert.equal(other.retry_of, null);
    assert.notEqual(stranger.session_id, 'chat-7');

    const list = await server.api.get('/api/v1/sessions');
    assert.equal(list.items.length, 2);
    const session = list.items.find((item) => item.session_id === 'chat-7');
    assert.equal(session.calls, 4);
    assert.equal(session.turns, 2);
    assert.equal(session.repeats, 1);
    assert.equal(session.user, 'anna');
    assert.equal(session.input_tokens, 40);
    assert.equal(session.abandoned, false);
    assert.equal(session.outcome, null);
    const given = await server.api.ask('/api/v1/feedback', {
        method: 'POST',
        body: { session_id: 'chat-7', score: -1, comment: 'no' },
    });
    assert.ok(given.status < 300, `${given.status}`);
    const detail = await waitFor(
        async () => {
            const found = await server.api.get('/api/v1/sessions/chat-7');
            return found.outcome === 'negative' ? found : null;
        },
        { what: 'the outcome of the session' },
    );
    assert.deepEqual(detail.items.map((call) => call.call_id), calls.slice(0, 4).map((call) => call.call_id));
    assert.equal(detail.feedback.length, 1);
    const sorted = await server.api.get('/api/v1/sessions', { order_by: 'calls', limit: 1 });
    assert.equal(sorted.items[0].session_id, 'chat-7');
    const rest = await server.api.get('/api/v1/sessions', { order_by: 'calls', limit: 1, cursor: sorted.next });
    assert.equal(rest.items[0].session_id, stranger.session_id);
    assert.equal(rest.next, null);
    assert.equal((await server.api.ask('/api/v1/sessions/none')).status, 404);
    assert.equal((await server.api.ask('/api/v1/sessions', { params: { order_by: 'size' } })).status, 400);
});
