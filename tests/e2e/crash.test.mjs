// kill -9 in the middle of load, again and again on one data directory. After each restart: every call that the upstream
// saw is in the store, once; a call whose answer the client has in full has its tokens; one that was cut short is
// `interrupted`. CRASH_ROUNDS says how often (5; the full show is 50).
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { FastUpstream, sendCalls } from '../support/load.mjs';
import { temporaryFolder } from '../support/places.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { sleep, waitFor } from '../support/wait.mjs';

const kRounds = Number(process.env.CRASH_ROUNDS ?? 5);

/// A reproducible number in [0, 1): the rounds differ, two runs do not.
function draw(state) {
    state.seed = (state.seed * 48_271) % 2_147_483_647;
    return state.seed / 2_147_483_647;
}

const tokensOf = (id) => [100 + (id % 899), 1 + (id % 97)];

/// Sends load until the server is killed `killAfterMs` after the first answer; says what the client and the upstream know.
async function loadAndKill(server, upstream, round, killAfterMs) {
    const known = { sent: new Set(), answered: new Map() };
    let killed = false;
    let first;
    const firstAnswer = new Promise((resolve) => (first = resolve));
    const load = sendCalls(server.port, {
        total: Infinity,
        connections: 12,
        requestOf: (i) => ({
            headers: {
                'x-test-id': `${round}-${i}`,
                'x-test-tokens': tokensOf(i).join(','),
                'x-sightglass-user': `${round}-${i}`,
                'x-sightglass-session': `round-${round}`,
                ...(i % 3 === 0 ? { 'x-test-stream': String(1 + (i % 12)) } : {}),
            },
            body: `{"model":"gpt-4o-mini","stream":${i % 3 === 0},"messages":[{"role":"user","content":"hello"}]}`,
        }),
        onSent: (i) => known.sent.add(`${round}-${i}`),
        onAnswer: (i, status, head) => {
            known.answered.set(`${round}-${i}`, { i, status, callId: /x-sightglass-call-id: *(\S+)/i.exec(head)[1] });
            first();
        },
        stopped: () => killed,
    });
    await firstAnswer;
    await sleep(killAfterMs);
    killed = true;
    await server.kill();
    await load;
    return known;
}

function check(round, known, seen, finished, calls) {
    const stored = new Map();
    for (const call of calls) {
        assert.ok(!stored.has(call.user), `${call.user} is stored twice`);
        assert.ok(known.sent.has(call.user), `${call.user} was never sent`);
        stored.set(call.user, call);
    }
    const lost = [...seen].filter((id) => !stored.has(id));
    assert.deepEqual(lost, [], `round ${round}: the upstream saw these, and the store has not got them`);
    for (const [id, { i, status, callId }] of known.answered) {
        const call = stored.get(id);
        assert.equal(status, 200);
        assert.equal(call.call_id, callId);
        assert.equal(call.status, 'ok', `${id} was answered in full`);
        assert.deepEqual([call.input_tokens, call.output_tokens], tokensOf(i), `tokens of ${id}`);
        assert.equal(call.token_source, 'provider');
    }
    for (const [id, call] of stored) {
        if (!known.answered.has(id)) {
            const may = finished.has(id) ? ['ok', 'interrupted'] : ['interrupted'];
            assert.ok(may.includes(call.status), `${id} was cut short, and is stored as ${call.status}`);
        }
    }
}

test(`killed ${kRounds} times in the middle of load`, async (t) => {
    const dataDir = path.join(temporaryFolder('crash'), 'data');
    const seen = new Set();
    const finished = new Set();
    const upstream = await FastUpstream.start({
        onRequest: (id) => seen.add(id),
        onAnswered: (id) => finished.add(id),
    });
    t.after(() => upstream.stop());
    const options = { upstreams: { openai: upstream.origin }, dataDir };
    const random = { seed: 20_251_122 };

    let server = await Sightglass.start(options);
    t.after(() => server.stop());
    let total = 0;
    let interrupted = 0;
    for (let round = 1; round <= kRounds; ++round) {
        seen.clear();
        finished.clear();
        const known = await loadAndKill(server, upstream, round, 30 + draw(random) * 700);
        server = await Sightglass.start(options);
        const filter = `session_id:round-${round}`;
        const calls = await server.api.calls({ filter });
        check(round, known, seen, finished, calls);
        total += calls.length;
        interrupted += calls.filter((call) => call.status === 'interrupted').length;
        assert.equal((await server.api.totals('calls')).calls, total, 'the rounds before are still there');
    }
    t.diagnostic(`${kRounds} kills, ${total} calls, ${interrupted} of them interrupted`);
    assert.ok(total > 0);
    const status = await waitFor(async () => {
        const now = await server.api.get('/api/v1/status');
        return now.pipeline.open_calls === 0 && now;
    });
    assert.equal(status.store.calls, total);
});
