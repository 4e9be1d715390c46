// What is kept of what was said, by who calls: rules by service, team and key, samples of whole conversations, bounds of their
// own; and rules that change while the server runs. What a rule does not let be kept is searched for in every file.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { mustBeNowhere } from '../support/at_rest.mjs';
import { chat } from '../support/client.mjs';
import { temporaryFolder } from '../support/places.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { SpanMaker, sendSpans } from '../support/spans.mjs';
import { sendJson, Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kMail = 'ada.lovelace@example.org';

const kAnswer = {
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, message: { role: 'assistant', content: 'The quiet weir.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
};

const answering = { say: (exchange) => sendJson(exchange, 200, kAnswer) };

function write(file, upstream, capture) {
    fs.writeFileSync(file, `upstreams: {openai: ${upstream.origin}}\n${capture}`);
}

/// A server with this `capture:` of a settings file, and how to change it.
async function startWith(t, capture) {
    const upstream = await Upstream.startFor(t, answering);
    const file = path.join(temporaryFolder('config'), 'sightglass.yaml');
    write(file, upstream, capture);
    const server = await Sightglass.startFor(t, { args: ['--config', file] });
    const change = (next) => {
        write(file, upstream, next);
        return server.api.ask('/api/v1/reload', { method: 'POST' });
    };
    return { server, change };
}

/// One call by that caller. Its id.
async function say(server, text, who = {}) {
    const headers = Object.fromEntries(Object.entries(who).map(([name, value]) => [`x-sightglass-${name}`, value]));
    const body = JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: text }] });
    const answer = await chat(server.origin, 'say', { body, headers });
    assert.equal(answer.status, 200);
    return answer.callId;
}

const contentOf = (server, id) =>
    waitFor(async () => (await server.api.ask(`/api/v1/calls/${id}`)).body.content, { what: `the content of ${id}` });

/// The content of each call, null where there is none, once `last`, which came after all of them, has its own.
async function contentsOf(server, ids, last) {
    await contentOf(server, last);
    const contents = [];
    for (const id of ids) {
        contents.push((await server.api.waitForCall(id)).content ?? null);
    }
    return contents;
}

const kByCaller = `capture:
  content: redacted
  max: 64KiB
  rules:
    - {match: {team: hr}, content: none}
    - {match: {service: [chat-*, help]}, content: full, max: 100B}
`;

test('what is kept goes by the first rule that fits: by team, by service, else as for all', async (t) => {
    const { server } = await startWith(t, kByCaller);
    const secret = `salaries-${crypto.randomUUID()}`;
    const hidden = await say(server, `${secret} of ${kMail}`, { team: 'hr', service: 'chat-hr', user: kMail });
    const full = await say(server, `write to ${kMail}`, { service: 'chat-web', user: kMail });
    const long = await say(server, 'x'.repeat(500), { service: 'help' });
    const redacted = await say(server, `write to ${kMail}`, { service: 'search', user: kMail });
    const [ofHidden, ofFull, ofLong, ofRedacted] = await contentsOf(server, [hidden, full, long, redacted], redacted);
    assert.equal(ofHidden, null);
    assert.equal(ofFull.redacted, false);
    assert.ok(ofFull.input.includes(kMail), ofFull.input);
    assert.ok(ofLong.truncated && Buffer.byteLength(ofLong.input) <= 100);
    assert.equal(ofRedacted.redacted, true);
    assert.match(ofRedacted.input, /write to \[email:[0-9a-f]{6}\]/);
    await mustBeNowhere(server, [secret]);
    const users = await Promise.all([hidden, full, redacted].map(async (id) => (await server.api.call(id)).user));
    assert.deepEqual(users.slice(0, 2), [kMail, kMail]);
    assert.match(users[2], /^user_/);
    const { capture, capture_rules: rules } = await server.api.get('/api/v1/status');
    assert.equal(capture, 'full');
    assert.deepEqual(rules, [
        { match: { team: ['hr'] }, content: 'none', sample: 1, max_bytes: 65_536 },
        { match: { service: ['chat-*', 'help'] }, content: 'full', sample: 1, max_bytes: 100 },
        { match: {}, content: 'redacted', sample: 1, max_bytes: 65_536 },
    ]);
});

test('spans go by the same rules, also where what was said comes apart from them', async (t) => {
    const { server } = await startWith(t, `capture:\n  rules:\n    - {match: {service: chat}, content: full}\n`);
    const said = (text) => ({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: text }] }]),
    });
    const secret = `salaries-${crypto.randomUUID()}`;
    await sendSpans(server, [new SpanMaker().span('chat', null, said(secret))], 'payroll');
    await sendSpans(server, [new SpanMaker().span('chat', null, said('a quiet weir'))], 'chat');
    await server.api.waitForCount(2);
    const calls = await server.api.calls();
    const idOf = (service) => calls.find((call) => call.service === service).call_id;
    assert.ok((await contentOf(server, idOf('chat'))).input.includes('a quiet weir'));
    assert.equal((await server.api.call(idOf('payroll'))).content ?? null, null);
    await mustBeNowhere(server, [secret]);
});

test('a sample keeps whole conversations, and the share that it says', async (t) => {
    const { server } = await startWith(t, 'capture: {content: full, sample: 30%}\n');
    const kSessions = 60;
    const calls = [];
    for (let session = 0; session < kSessions; ++session) {
        for (let turn = 0; turn < 2; ++turn) {
            calls.push({ session, id: await say(server, `turn ${turn}`, { session: `s-${session}` }) });
        }
    }
    await server.api.waitForCount(calls.length);
    const kept = new Map();
    await waitFor(
        async () => {
            kept.clear();
            for (const { session, id } of calls) {
                const { content = null } = await server.api.call(id);
                kept.set(session, [...(kept.get(session) ?? []), content !== null]);
            }
            return [...kept.values()].every(([first, second]) => first === second);
        },
        { what: 'both turns of each conversation, or none' },
    );
    const share = [...kept.values()].filter(([first]) => first).length;
    // 18 expected, with a standard deviation of 3.5.
    assert.ok(share >= 4 && share <= 36, `${share} of ${kSessions} conversations are kept`);
});

test('rules change while the server runs, and wrong ones change nothing', async (t) => {
    const { server, change } = await startWith(t, 'capture: none\n');
    const before = await say(server, 'before', { service: 'chat' });
    await server.api.waitForCall(before);
    assert.equal((await change('capture: {rules: [{match: {service: chat}, content: full}]}\n')).status, 204);
    const after = await say(server, 'after', { service: 'chat' });
    const [ofBefore, ofAfter] = await contentsOf(server, [before, after], after);
    assert.equal(ofBefore, null);
    assert.ok(ofAfter.input.includes('after'));
    const refused = await change('capture:\n  rules:\n    - {match: {service: chat}, content: some}\n');
    assert.equal(refused.status, 400);
    assert.match(refused.body.detail, /:4: capture\.rules: .*'some' is not allowed; allowed: none, redacted or full/);
    const still = await say(server, 'still', { service: 'chat' });
    assert.ok((await contentOf(server, still)).input.includes('still'));
    assert.equal((await change('capture: none\n')).status, 204);
    const secret = `never-${crypto.randomUUID()}`;
    const last = await say(server, secret, { service: 'chat' });
    await server.api.waitForCall(last);
    await mustBeNowhere(server, [secret]);
    const { items } = await server.api.get('/api/v1/audit');
    const changes = items.filter(({ action }) => action === 'config_change');
    assert.equal(changes.length, 2);
});
