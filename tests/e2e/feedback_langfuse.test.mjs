// Scores of Langfuse's SDKs, unmodified npm packages, become feedback of the calls that they are about; what their API answers
// to each event of a batch, it is answered here.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { kSourceDir } from '../support/places.mjs';
import { cleanEnvironment, Sightglass } from '../support/sightglass.mjs';
import { send } from '../support/client.mjs';
import { waitFor } from '../support/wait.mjs';

const kSenders = path.join(kSourceDir, 'tests/senders');
const skip = !fs.existsSync(path.join(kSenders, 'node_modules/@langfuse/client')) && 'tests/senders/node_modules is not installed';

/// What the application says that it scored, and what its SDK complained of.
function runScores(kind, server, secretKey) {
    return new Promise((resolve, reject) => {
        const env = cleanEnvironment({ LANGFUSE_BASE_URL: server.origin, LANGFUSE_SECRET_KEY: secretKey });
        const options = { cwd: kSenders, env, timeout: 60_000 };
        execFile(process.execPath, ['scores.cjs', kind], options, (error, stdout, stderr) =>
            error
                ? reject(new Error(`${kind}: ${error.message}\n${stdout}\n${stderr}`))
                : resolve({ ...JSON.parse(stdout.trim().split('\n').at(-1)), stderr }),
        );
    });
}

async function issueKey(server) {
    const { body } = await server.api.ask('/api/v1/keys', { method: 'POST', body: { name: 'scorer' } });
    return body.key;
}

const feedbackOf = async (server, params = {}) =>
    (await server.api.get('/api/v1/feedback', { from: '-7d', to: '2100-01-01T00:00:00Z', limit: 1000, ...params })).items;

test('scores of @langfuse/client join the calls of their traces, spans and sessions', { skip }, async (t) => {
    const server = await Sightglass.startFor(t, { args: ['--capture', 'full'] });
    const told = await runScores('client', server, await issueKey(server));
    assert.equal(told.stderr, '');
    const calls = await waitFor(async () => {
        const all = await server.api.calls();
        return all.length === 2 && Object.fromEntries(all.map((call) => [call.model_requested, call.call_id]));
    });
    await waitFor(async () => (await feedbackOf(server)).length === 5, { what: 'five scores' });

    const first = await server.api.call(calls['model-1']);
    assert.deepEqual(
        first.feedback.map(({ id, name, score, label, comment, span_id, source }) => ({ id, name, score, label, comment, span_id, source })),
        [{ id: 'score-1', name: 'quality', score: 0.9, label: null, comment: 'to the point', span_id: told.spanId, source: 'langfuse' }],
    );
    const last = await server.api.call(calls['model-2']);
    const byId = Object.fromEntries(last.feedback.map((one) => [one.id, one]));
    assert.deepEqual(Object.keys(byId).sort(), ['score-2', 'score-3', 'score-4', told.directId].sort());
    assert.deepEqual([byId['score-2'].score, byId['score-2'].label, byId['score-2'].trace_id], [-1, 'false', told.traceId]);
    assert.deepEqual([byId['score-3'].score, byId['score-3'].label], [null, 'too formal']);
    assert.deepEqual([byId['score-4'].score, byId['score-4'].session_id], [1, 'session-9']);
    assert.equal(byId[told.directId].score, -1);

    const rows = await server.api.query({ metrics: 'feedback_count,satisfaction_rate', group_by: 'model_requested', order_by: 'model_requested' });
    assert.deepEqual(
        rows.map((row) => [row.model_requested, row.feedback_count, row.satisfaction_rate]),
        [
            ['model-1', 1, 1],
            ['model-2', 4, 1 / 3],
        ],
    );
    const { body: trace } = await server.api.ask(`/api/v1/traces/${told.traceId}`);
    assert.deepEqual(trace.feedback.map((one) => one.id).sort(), ['score-1', 'score-2', 'score-3', told.directId].sort());
});

test('scores of langfuse 3 are taken, before their trace is known', { skip }, async (t) => {
    const server = await Sightglass.startFor(t);
    const told = await runScores('legacy', server, await issueKey(server));
    const all = await waitFor(async () => {
        const items = await feedbackOf(server, { trace_id: told.traceId });
        return items.length === 2 && items;
    });
    const byId = Object.fromEntries(all.map((one) => [one.id, one]));
    assert.equal(byId['old-1'].score, 1);
    assert.equal(byId['old-1'].comment, null, 'content is not kept by default');
    assert.deepEqual([byId['old-2'].score, byId['old-2'].label, byId['old-2'].span_id], [-1, 'bad', 'b7ad6b7169203331']);
});

async function post(server, body, { path: where = '/api/public/ingestion', headers = {} } = {}) {
    const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const answer = await send(server.origin, where, { body: text, headers: { 'content-type': 'application/json', ...headers } });
    return { status: answer.status, body: JSON.parse(answer.bytes.toString()) };
}

const score = (id, body, type = 'score-create') => ({ id, type, timestamp: new Date().toISOString(), body });

test('each event of a batch is answered: what is kept, and why others are not', async (t) => {
    const server = await Sightglass.startFor(t);
    const { status, body } = await post(server, {
        batch: [
            score('e1', { id: 's1', traceId: 't-1', name: 'n', value: 1 }),
            score('e2', { id: 'tr', name: 'a trace' }, 'trace-create'),
            score('e3', { id: 's3', name: 'n', value: 1 }),
            score('e4', { id: 's4', sessionId: 's', name: 'n', value: 2, dataType: 'BOOLEAN' }),
            score('e5', {}, 'sdk-log'),
            score('e6', { sessionId: 's', name: 'n', value: 'up' }),
        ],
        metadata: { sdk_name: 'test' },
    });
    assert.equal(status, 207);
    assert.deepEqual(body.successes, ['e1', 'e5', 'e6'].map((id) => ({ id, status: 201 })));
    assert.deepEqual(body.errors.map(({ id, status: refused }) => [id, refused]), [['e2', 400], ['e3', 400], ['e4', 400]]);
    assert.match(body.errors[0].error, /takes scores here/);
    assert.match(body.errors[1].error, /traceId, sessionId/);
    assert.match(body.errors[2].error, /value: allowed: 0 or 1/);
    const ids = await waitFor(async () => {
        const items = await feedbackOf(server);
        return items.length === 2 && items.map((one) => one.id).sort();
    });
    assert.deepEqual(ids, ['e6', 's1']);
    const { text } = await server.api.fetch('/metrics').then(async (answer) => ({ text: await answer.text() }));
    assert.match(text, /^sightglass_otlp_feedback_total 2$/m);
});

test('what is no batch, too large or sent by nobody is refused, and what is compressed is read', async (t) => {
    const server = await Sightglass.startFor(t);
    assert.equal((await post(server, '{')).status, 400);
    assert.equal((await post(server, { events: [] })).status, 400);
    assert.equal((await post(server, { batch: Array.from({ length: 10_001 }, () => 0) })).status, 413);
    assert.equal((await post(server, 'x=1', { headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status, 415);
    const wrong = `Basic ${Buffer.from(`pk:sg-${'a'.repeat(43)}`).toString('base64')}`;
    assert.equal((await post(server, { batch: [] }, { headers: { authorization: wrong } })).status, 401);
    assert.equal((await post(server, { batch: [] }, { headers: { origin: 'https://elsewhere.example' } })).status, 403);
    assert.equal((await post(server, {}, { path: '/api/public/prompts' })).status, 404);
    const body = gzipSync(JSON.stringify({ batch: [score('g', { traceId: 't', name: 'n', value: 1 })] }));
    assert.equal((await post(server, body, { headers: { 'content-encoding': 'gzip' } })).status, 207);
    await waitFor(async () => (await feedbackOf(server)).length === 1);
    assert.equal((await post(server, { traceId: 't', name: 'n', value: 'no', dataType: 'NUMERIC' }, { path: '/api/public/scores' })).status, 400);
});
