// What is at rest: no provider key ever, nothing of what was said unless somebody turned that on, no personal data where
// it is to be redacted. Looked for byte by byte in every file of the data directory and in the logs, while the server
// runs, after kill -9, and in everything that the API tells.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { findInFiles, mustBeNowhere } from '../support/at_rest.mjs';
import { chat, send } from '../support/client.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { sendEvents, Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kKey = 'sk-proj-Zq7Xw9Vt3Rp5Nm1Lk8Jh6Gf4Ds2Aq0PoIuYtReWq';
const kPrompt = 'the heron waits beside the quiet weir';
const kAnswer = 'herons are patient animals indeed';

const body = (content, more = {}) => JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }], ...more });

/// Answers that say `text`; streamed, in the pieces given.
const saying = (pieces) => async (exchange) => {
    const asked = JSON.parse(exchange.seen.body.toString());
    const head = { id: 'chatcmpl-p', created: 1, model: asked.model };
    if (asked.stream !== true) {
        const message = { role: 'assistant', content: pieces.join('') };
        const answer = { ...head, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }] };
        exchange.response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
        return;
    }
    const chunk = (delta, finish = null) => ({
        ...head,
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta, finish_reason: finish }],
    });
    const events = [...pieces.map((content) => chunk({ content })), chunk({}, 'stop'), '[DONE]'];
    await sendEvents(exchange, events, { pauseMs: 5 });
};

const echoKey = ({ request, response }) => {
    const key = request.headers.authorization.replace('Bearer ', '');
    const error = { message: `Incorrect API key provided: ${key}. Find yours at …`, type: 'invalid_request_error', code: 'invalid_api_key' };
    response.writeHead(401, { 'content-type': 'application/json', 'x-request-id': 'r' }).end(JSON.stringify({ error }));
};

test('by default: no key, no prompt, no answer, anywhere', async (t) => {
    const upstream = await Upstream.startFor(t, { say: saying([kAnswer]), echo_key: echoKey });
    let server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });
    const authorization = `Bearer ${kKey}`;
    await chat(server.origin, 'say', { body: body(kPrompt), headers: { authorization } });
    await chat(server.origin, 'say', { body: body(kPrompt, { stream: true }), headers: { authorization } });
    await chat(server.origin, 'echo_key', { body: body(kPrompt), headers: { authorization } });
    await chat(server.origin, 'say', { body: body(kPrompt), headers: { 'x-api-key': kKey, 'api-key': kKey } });
    await send(server.origin, `/v1/models?key=${kKey}`, { method: 'GET', headers: { cookie: `k=${kKey}` } });
    await send(server.origin, '/gone-upstream/v1/x', { method: 'GET', headers: { authorization } });
    await server.api.waitForCount(5);

    const never = [kKey, kKey.slice(8, 40), kPrompt, kAnswer, server.token];
    await mustBeNowhere(server, never);
    assert.ok((await server.api.calls()).some((call) => call.error_code === 'invalid_api_key'));
    await server.kill();
    assert.deepEqual(findInFiles(server.dataDir, never), []);
    server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin }, dataDir: server.dataDir });
    await mustBeNowhere(server, never);
    await server.stop();
    assert.deepEqual(findInFiles(server.dataDir, never), []);
});

test('a key in the query, as Gemini takes it: the call is attributed to it, and it is nowhere', async (t) => {
    const upstream = await Upstream.startFor(t);
    const server = await Sightglass.startFor(t, {
        config: `upstreams: {gemini: {base_url: ${upstream.origin}, dialect: gemini}}\n`,
    });
    const key = 'AIzaSyD-0123456789abcdefghijklmnopqrstu';
    const ask = async (target, headers = {}) => {
        const options = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' };
        const answer = await fetch(`${server.origin}/gemini/v1beta/models/gemini-pro:generateContent${target}`, options);
        await answer.arrayBuffer();
        return server.api.waitForCall(answer.headers.get('x-sightglass-call-id'));
    };
    const inQuery = await ask(`?alt=sse&key=${key}`);
    const encoded = await ask(`?key=${key.replace('-', '%2D')}`);
    const inHeader = await ask('', { 'x-goog-api-key': key });
    assert.match(inQuery.api_key, /^[0-9a-f]+$/);
    assert.equal(inQuery.api_key, inHeader.api_key);
    assert.equal(encoded.api_key, inHeader.api_key);
    assert.equal(inQuery.api_key_label, inHeader.api_key_label);
    assert.equal(inQuery.endpoint, '/v1beta/models/{model}:generateContent');
    assert.ok(upstream.requests[0].url.includes(key), 'it passes as it came');
    await server.stop();
    for (const name of fs.readdirSync(server.dataDir, { recursive: true })) {
        const file = path.join(server.dataDir, name);
        if (fs.statSync(file).isFile()) {
            assert.ok(!fs.readFileSync(file).includes(key.slice(4)), name);
        }
    }
    assert.ok(!server.stderr.includes(key));
});

test('secrets have their modes', async (t) => {
    const upstream = await Upstream.startFor(t);
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin }, token: null });
    for (const name of ['admin-token', 'secret']) {
        assert.equal(fs.statSync(path.join(server.dataDir, name)).mode & 0o777, 0o600, name);
    }
    const secrets = ['admin-token', 'secret'].map((name) => fs.readFileSync(path.join(server.dataDir, name), 'utf8').trim());
    const others = findInFiles(server.dataDir, secrets).filter((found) => !/^(admin-token|secret): /.test(found));
    assert.deepEqual(others, []);
    await server.stop();
    fs.chmodSync(path.join(server.dataDir, 'secret'), 0o644);
    await assert.rejects(Sightglass.start({ upstreams: { openai: upstream.origin }, dataDir: server.dataDir }), /secret/);
    fs.chmodSync(path.join(server.dataDir, 'secret'), 0o600);
});

const kPersonal = {
    email: 'ann.de.vries@example.org',
    card: '4539 1488 0343 6467',
    iban: 'NL91ABNA0417164300',
    key: 'sk-proj-abcdEFGH1234ijklMNOP5678qrstUVWX',
};

test('redacted: what was said is kept without what is personal, also where a stream splits it', async (t) => {
    const split = ['Write to ann.', 'de.vries', '@exam', 'ple.org', ' or pay 4539 14', '88 0343 64', '67 to NL91ABNA', '0417164300. ', kAnswer];
    const upstream = await Upstream.startFor(t, { say: saying(split) });
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin }, args: ['--capture', 'redacted'] });
    const said = `${kPrompt}; I am ${kPersonal.email}, card ${kPersonal.card}, account ${kPersonal.iban}, key ${kPersonal.key}`;
    const headers = { authorization: `Bearer ${kKey}` };
    const whole = await chat(server.origin, 'say', { body: body(said), headers });
    const streamed = await chat(server.origin, 'say', { body: body(said, { stream: true }), headers });
    const escaped = body(said).replace('@', '\\u0040').replaceAll('4539', '\\u0034539');
    const unicode = await chat(server.origin, 'say', { body: escaped, headers });
    await server.api.waitForCount(3);

    for (const { callId } of [whole, streamed, unicode]) {
        const content = await waitFor(async () => (await server.api.call(callId)).content, { what: 'the content' });
        assert.equal(content.redacted, true);
        assert.ok(content.input.includes(kPrompt), content.input);
        assert.ok(content.output.includes(kAnswer), content.output);
        for (const [name, value] of Object.entries(kPersonal)) {
            assert.ok(!(content.input + content.output).includes(value), `${name}: ${content.input} ${content.output}`);
        }
    }
    const never = [...Object.values(kPersonal), kKey, kPersonal.email.split('@')[0]];
    await mustBeNowhere(server, never);
    await server.kill();
    assert.deepEqual(findInFiles(server.dataDir, never), []);
    const again = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin }, dataDir: server.dataDir });
    assert.equal((await again.api.calls({ q: 'heron waits' })).length, 3, 'and it can be searched');
});

test('full: what was said is kept as it was, and can be searched; the key is not', async (t) => {
    const upstream = await Upstream.startFor(t, { say: saying(['herons ', 'are ', 'patient']) });
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin }, args: ['--capture', 'full'] });
    const headers = { authorization: `Bearer ${kKey}` };
    const { callId } = await chat(server.origin, 'say', { body: body(kPrompt, { stream: true }), headers });
    const content = await waitFor(async () => (await server.api.ask(`/api/v1/calls/${callId}`)).body.content, { what: 'the content' });
    assert.equal(content.redacted, false);
    assert.ok(content.input.includes(kPrompt));
    assert.ok(content.output.includes('herons are patient'), content.output);
    assert.equal((await server.api.calls({ q: 'QUIET weir' })).length, 1);
    assert.equal((await server.api.calls({ q: 'are patient' })).length, 1);
    assert.equal((await server.api.calls({ q: 'quiet heron' })).length, 0);
    await mustBeNowhere(server, [kKey]);
});

test('personal data in the fields around the content is redacted where content is', async (t) => {
    const upstream = await Upstream.startFor(t, {
        refuse: ({ response }) => {
            const error = { message: `no such person: ${kPersonal.email}`, type: 'invalid_request_error', code: null };
            response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
        },
    });
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin }, args: ['--capture', 'redacted'] });
    const headers = { 'x-sightglass-tag-note': `mail ${kPersonal.email}` };
    await chat(server.origin, 'refuse', { body: body('hello'), headers });
    await chat(server.origin, 'refuse', { body: body('hello'), path: `/v1/people/${kPersonal.email}` });
    await server.api.waitForCount(2);
    await mustBeNowhere(server, [kPersonal.email]);
});
