// What was said has a file of its own: an older data directory is brought there, what is old goes and the call stays, and nothing that
// was seen is lost when the server is killed.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import zlib from 'node:zlib';

import { send } from '../support/client.mjs';
import { kSourceDir, temporaryFolder } from '../support/places.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { sendSpans, SpanMaker } from '../support/spans.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kDayMs = 86_400_000;
const kAlways = { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', limit: '100' };

const contentOf = async (server, id) => (await server.api.call(id)).content ?? null;
const found = async (server, q) => (await server.api.calls({ ...kAlways, q })).map((call) => call.call_id);

async function ask(server, messages) {
    const answer = await send(server.origin, '/v1/chat/completions', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-4o-mini', messages: messages.map((content) => ({ role: 'user', content })) }),
    });
    assert.equal(answer.status, 200);
    return answer.callId;
}

const seen = (server, id) => waitFor(async () => (await contentOf(server, id))?.input, { what: 'the content' });

test('contents of an older data directory are all there', async (t) => {
    const dataDir = path.join(temporaryFolder('older'), 'data');
    fs.mkdirSync(dataDir, { mode: 0o700 });
    const older = fs.readFileSync(path.join(kSourceDir, 'tests/e2e/older/calls_with_contents.duckdb.gz.bin'));
    fs.writeFileSync(path.join(dataDir, 'calls.duckdb'), zlib.gunzipSync(older), { mode: 0o600 });
    for (let start = 0; start < 2; ++start) {
        const server = await Sightglass.startFor(t, { dataDir });
        const calls = (await server.api.calls(kAlways)).reverse();
        const contents = await Promise.all(calls.map((call) => contentOf(server, call.call_id)));
        const said = contents.map(({ input }) => JSON.parse(input).messages.slice(1).map(({ content }) => content));
        assert.deepEqual(said, [
            ['What is a sight glass for?'],
            ['What is a sight glass for?', 'To look into a pipe.', 'Which pipe?'],
            ['Vertel iets over kijkglazen: één zin.'],
        ]);
        assert.match(contents[2].output, /观察窗/);
        assert.deepEqual(await found(server, 'kijkglazen'), [calls[2].call_id]);
        assert.deepEqual(await found(server, 'which PIPE'), [calls[1].call_id]);
        await server.stop();
    }
    assert.ok(fs.existsSync(path.join(dataDir, 'calls.contents.duckdb')));
});

test('what was said goes when it is old, and the call stays', async (t) => {
    const upstream = await Upstream.startFor(t);
    const upstreams = { openai: upstream.origin };
    const args = ['--capture', 'full'];
    let server = await Sightglass.startFor(t, { upstreams, args });
    const today = await ask(server, ['The engine weaves patterns.']);
    const messages = JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'The engine weaves patterns.' }] }]);
    for (const days of [3, 40]) {
        const maker = new SpanMaker({ beginMs: Date.now() - days * kDayMs });
        await sendSpans(server, [
            maker.span('chat gpt-4o-mini', null, {
                'gen_ai.operation.name': 'chat',
                'gen_ai.provider.name': 'openai',
                'gen_ai.request.model': 'gpt-4o-mini',
                'gen_ai.input.messages': messages,
                'user.id': `of-${days}-days`,
            }),
        ]);
    }
    await waitFor(async () => (await found(server, 'weaves patterns')).length === 3, { what: 'three contents' });
    const calls = await server.api.calls(kAlways);
    const recent = calls.find((call) => call.user === 'of-3-days').call_id;
    const old = calls.find((call) => call.user === 'of-40-days').call_id;
    await seen(server, old);
    const { dataDir, token } = server;
    await server.stop();

    server = await Sightglass.startFor(t, { upstreams, args, dataDir, token, env: { SIGHTGLASS_RETENTION_CONTENT: '30' } });
    await waitFor(async () => (await contentOf(server, old))?.input === undefined, { what: 'the old content to go', deadlineMs: 60_000 });
    assert.deepEqual((await found(server, 'weaves patterns')).sort(), [today, recent].sort());
    assert.match((await contentOf(server, today)).input, /weaves/);
    assert.equal((await contentOf(server, recent)).input, messages);
    assert.equal((await server.api.calls(kAlways)).length, 3);
    await server.stop();
});

test('what was seen of contents is there after kill -9, once', async (t) => {
    const upstream = await Upstream.startFor(t);
    const upstreams = { openai: upstream.origin };
    const args = ['--capture', 'full'];
    let server = await Sightglass.startFor(t, { upstreams, args });
    const { dataDir, token } = server;
    const inputs = new Map();
    for (let round = 0; round < 3; ++round) {
        const history = [];
        for (let turn = 0; turn < 15; ++turn) {
            history.push(`words of round ${round} and turn ${turn}`);
            const id = await ask(server, history);
            inputs.set(id, await seen(server, id));
        }
        server.signal('SIGKILL');
        await server.exited;
        server = await Sightglass.startFor(t, { upstreams, args, dataDir, token });
    }
    for (const [id, input] of inputs) {
        assert.equal(await seen(server, id), input);
    }
    assert.equal((await found(server, 'and turn 0')).length, inputs.size);
    assert.equal((await found(server, 'round 1 and turn 14')).length, 1);
    await server.stop();
});
