// Personal data and secrets planted in every place that a call, a span, a line or an opinion has, other ones in each: under `redacted`
// none of them is found in any file, under `none` nothing of the content is, under `full` the content is there and no secret.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { findInFiles, mustBeNowhere } from '../support/at_rest.mjs';
import { chat, send } from '../support/client.mjs';
import { temporaryFolder } from '../support/places.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { sendEvents, Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

/// With Luhn's check digit.
function card(number) {
    const digits = `411111${String(number).padStart(9, '0')}`;
    const sum = [...digits].reverse().reduce((all, digit, i) => {
        const value = i % 2 === 0 ? Number(digit) * 2 : Number(digit);
        return all + (value > 9 ? value - 9 : value);
    }, 0);
    return `${digits}${(10 - (sum % 10)) % 10}`.replace(/(....)(?=.)/g, '$1 ');
}

/// With its check digits (modulo 97).
function iban(number) {
    const account = String(number).padStart(10, '0');
    const check = 98n - (BigInt(`11102311${account}232100`) % 97n);
    return `NL${String(check).padStart(2, '0')}BANB${account}`;
}

/// The values of one place. `word` is content, and no one's.
const planted = (place, number) => ({
    word: `heron-of-the-${place}`,
    key: `sk-proj-Zq7Xw9Vt3Rp5Nm1Lk8Jh6Gf4Ds2Aq${1000 + number}uYtReWq`,
    email: `${place}.person${number}@example${number}.org`,
    phone: `+31 6 ${12345600 + number}`,
    card: card(7_340_000 + number),
    iban: iban(41_716_000 + number),
});
const kPlaces = [
    'prompt', 'system', 'arguments', 'deltas', 'toolcall', 'answer', 'error', 'user', 'body-user', 'session', 'tag', 'service', 'query',
    'path', 'metadata', 'span', 'span-user', 'feedback', 'import-user', 'import-tag',
];
const kPlanted = Object.fromEntries(kPlaces.map((place, i) => [place, planted(place, i)]));
const sayAll = ({ word, key, email, phone, card: number, iban: account }) =>
    `${word}: I am ${email}, ${phone}, card ${number}, account ${account}, key ${key}.`;
const kSecrets = Object.values(kPlanted).flatMap(({ key }) => [key, key.slice(8, 40)]);
const kPersonal = Object.values(kPlanted).flatMap((one) => [one.email, one.phone, one.card, one.iban]);
const kContentPlaces = ['prompt', 'system', 'arguments', 'deltas', 'toolcall', 'answer', 'span'];
const kWords = kContentPlaces.map((place) => kPlanted[place].word);

const pieces = (text) => text.match(/.{1,5}/gsu);

async function stream(exchange) {
    const chunk = (delta, finish = null) => ({
        id: 'chatcmpl-p', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini',
        choices: [{ index: 0, delta, finish_reason: finish }],
    });
    const call = (more) => chunk({ tool_calls: [{ index: 0, ...more }] });
    const written = JSON.stringify({ to: sayAll(kPlanted.toolcall) });
    const events = [
        ...pieces(sayAll(kPlanted.deltas)).map((content) => chunk({ content })),
        call({ id: 'call_1', type: 'function', function: { name: 'send_mail', arguments: '' } }),
        ...pieces(written).map((text) => call({ function: { arguments: text } })),
        chunk({}, 'tool_calls'),
        '[DONE]',
    ];
    await sendEvents(exchange, events, {});
}

function whole({ response }) {
    const message = { role: 'assistant', content: sayAll(kPlanted.answer) };
    const answer = {
        id: 'chatcmpl-w', object: 'chat.completion', created: 1, model: 'gpt-4o-mini',
        choices: [{ index: 0, message, finish_reason: 'stop' }], usage: { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 },
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

function refuse({ response }) {
    const error = { message: `refused. ${sayAll(kPlanted.error)}`, type: 'invalid_request_error', code: 'bad' };
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
}

const kMessages = [
    { role: 'system', content: sayAll(kPlanted.system) },
    {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: JSON.stringify({ a: sayAll(kPlanted.arguments) }) } }],
    },
    { role: 'tool', tool_call_id: 'c', content: 'ok' },
    { role: 'user', content: [{ type: 'text', text: sayAll(kPlanted.prompt) }] },
];

const body = (more) =>
    JSON.stringify({
        model: 'gpt-4o-mini', messages: kMessages, user: kPlanted['body-user'].email,
        metadata: { note: sayAll(kPlanted.metadata) }, ...more,
    }).replaceAll('@', '\\u0040');

/// What HTTP lets stand in a header.
const inHeader = ({ email, key, card: number }) => `${email} ${key} ${number}`;

async function callGateway(server) {
    const authorization = `Bearer ${kPlanted.prompt.key}`;
    const headers = {
        authorization,
        'x-sightglass-user': kPlanted.user.email,
        'x-sightglass-session': `s-${inHeader(kPlanted.session)}`,
        'x-sightglass-tag-note': inHeader(kPlanted.tag),
        'x-sightglass-service': inHeader(kPlanted.service),
    };
    const { email, key } = kPlanted.query;
    const query = `user=${encodeURIComponent(email)}&key=${key}`;
    const ids = [
        await chat(server.origin, 'whole', { body: body(), headers }),
        await chat(server.origin, 'stream', { body: body({ stream: true }), headers: { authorization } }),
        await chat(server.origin, 'refuse', { body: body(), headers, path: `/v1/chat/completions?${query}` }),
        await chat(server.origin, 'refuse', { body: body(), headers: { authorization }, path: `/v1/people/${kPlanted.path.email}/x` }),
    ].map(({ callId }) => callId);
    await server.api.waitForCount(ids.length);
    return ids;
}

const attribute = (key, value) => ({ key, value: { stringValue: value } });

async function sendSpan(server) {
    const attributes = {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: sayAll(kPlanted.span) }] }]),
        'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: sayAll(kPlanted.span) }] }]),
        'user.id': kPlanted['span-user'].email,
    };
    const span = {
        traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: `chat ${kPlanted['span-user'].key}`, kind: 3,
        startTimeUnixNano: `${Date.now() - 1000}000000`, endTimeUnixNano: `${Date.now()}000000`,
        attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    };
    const document = { resourceSpans: [{ scopeSpans: [{ scope: { name: 'test' }, spans: [span] }] }] };
    const headers = { 'content-type': 'application/json' };
    const answer = await send(`http://${server.ready.otlp_http}`, '/v1/traces', { headers, body: JSON.stringify(document) });
    assert.equal(answer.status, 200, answer.bytes.toString());
}

async function importLines(server) {
    const file = path.join(temporaryFolder('files'), 'usage.jsonl');
    const line = {
        time: new Date().toISOString(), model: 'gpt-4o-mini', user: kPlanted['import-user'].email,
        service: inHeader(kPlanted['import-tag']), prompt_tokens: 3, completion_tokens: 4, status: 200,
    };
    fs.writeFileSync(file, `${JSON.stringify(line)}\n`);
    const env = { SIGHTGLASS_ADMIN_TOKEN: server.token };
    const done = await run(['import', file, '--yes', '--data-dir', server.dataDir, '--json'], { env, cwd: path.dirname(file) });
    assert.equal(done.code, 0, done.stderr);
}

/// Everything, everywhere; the gateway's calls' ids.
async function plantAll(server) {
    const ids = await callGateway(server);
    await sendSpan(server);
    await importLines(server);
    const opinion = { call_id: ids[0], score: 1, comment: sayAll(kPlanted.feedback), user: kPlanted.feedback.email };
    const given = await server.api.ask('/api/v1/feedback', { method: 'POST', body: opinion });
    assert.equal(given.status, 201, JSON.stringify(given.body));
    await server.api.waitForCount(ids.length + 2);
    return ids;
}

const kConfig = "capture:\n  patterns:\n    - {name: bird, regex: 'osprey-[0-9]+'}\n";

async function start(t, policy) {
    const upstream = await Upstream.startFor(t, { whole, stream, refuse });
    const options = { upstreams: { openai: upstream.origin }, config: kConfig, args: ['--capture', policy] };
    const server = await Sightglass.startFor(t, options);
    return { upstream, server };
}

/// The texts of all kept content, once `count` calls have some.
async function contents(server, count) {
    return waitFor(
        async () => {
            const calls = await server.api.calls();
            const told = await Promise.all(calls.map((call) => server.api.call(call.call_id)));
            const kept = told.map((call) => call.content).filter((content) => content?.input || content?.output);
            return kept.length >= count && kept.map(({ input, output }) => `${input} ${output}`).join('\n');
        },
        { what: `content of ${count} calls` },
    );
}

/// While it runs, after `kill -9`, and after the next start has taken in what was left.
async function mustStayNowhere(t, upstream, server, texts) {
    await mustBeNowhere(server, texts);
    await server.kill();
    assert.deepEqual(findInFiles(server.dataDir, texts), []);
    const next = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin }, dataDir: server.dataDir });
    await mustBeNowhere(next, texts);
    await next.stop();
    assert.deepEqual(findInFiles(server.dataDir, texts), []);
    const exported = await run(['export', '--data-dir', server.dataDir]);
    for (const text of texts) {
        assert.ok(!exported.stdout.includes(text), `the export has ${text}`);
    }
}

test('redacted: what was said is kept, and nothing of what was planted', async (t) => {
    const { upstream, server } = await start(t, 'redacted');
    await plantAll(server);
    const said = await contents(server, 5);
    for (const word of kWords) {
        assert.ok(said.includes(word), `${word} is kept`);
    }
    for (const text of [...kPersonal, ...kSecrets]) {
        assert.ok(!said.includes(text), `${text} is told`);
    }
    await mustStayNowhere(t, upstream, server, [...kPersonal, ...kSecrets]);
});

test('redacted: equal values have equal placeholders of a tenant, other ones of another, and patterns of our own have theirs', async (t) => {
    const { server } = await start(t, 'redacted');
    const ask = async (key) => {
        const content = 'I am ann@example.org (ANN@example.org), not bob@example.org, of osprey-42.';
        const headers = { authorization: `Bearer ${key}` };
        const { callId } = await chat(server.origin, 'whole', { body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] }), headers });
        const kept = await waitFor(async () => (await server.api.ask(`/api/v1/calls/${callId}`)).body.content?.input, { what: 'the content' });
        assert.ok(kept.includes('of [bird:'), kept);
        return kept.match(/\[email:[0-9a-f]{6}\]/g);
    };
    const first = await ask('sk-proj-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1');
    const again = await ask('sk-proj-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1');
    const other = await ask('sk-proj-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb2');
    assert.equal(first.length, 3);
    assert.equal(first[0], first[1]);
    assert.notEqual(first[0], first[2]);
    assert.notEqual(first[0], other[0]);
    // Not across midnight, UTC.
    assert.ok(JSON.stringify(again) === JSON.stringify(first) || new Date().getUTCHours() === 0);
});

test('none: nothing of what was said is kept, and no secret', async (t) => {
    const { upstream, server } = await start(t, 'none');
    await plantAll(server);
    const content = kContentPlaces.flatMap((place) => Object.values(kPlanted[place]));
    await mustStayNowhere(t, upstream, server, [...content, ...kSecrets, kPlanted.feedback.word, kPlanted.error.email]);
});

test('full: what was said is kept, and no secret', async (t) => {
    const { upstream, server } = await start(t, 'full');
    await plantAll(server);
    const said = await contents(server, 5);
    for (const place of kContentPlaces) {
        assert.ok(said.includes(kPlanted[place].word), `the ${place} is kept`);
        assert.ok(said.replaceAll('\\u0040', '@').includes(kPlanted[place].email), `the ${place} is kept as it was`);
    }
    await mustStayNowhere(t, upstream, server, kSecrets);
});
