// What is wrong with recorded calls is planted here on purpose, and /api/v1/quality names every one: records that come twice,
// clocks that are hours off, records cut in half, bytes that are no text, prices that nobody knows, lines that are no calls.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { chat } from '../support/client.mjs';
import { postOtlp, spanMessage, tracesRequest } from '../support/otlp.mjs';
import { temporaryFolder } from '../support/places.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { SpanMaker, sendSpans } from '../support/spans.mjs';
import { sendJson, Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kHour = 3_600_000;
const kDay = { from: '-7d' };
const kKinds = ('joined repaired estimated unpriced incomplete interrupted without_model without_status without_duration ' +
    'without_tokens').split(' ');

const kAnswer = {
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Here.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
};

const kInference = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 10,
};

const spanAt = (beginMs, attributes = {}) => new SpanMaker({ beginMs }).span('chat', null, { ...kInference, ...attributes }, { lastsMs: 900 });

const report = (server, params = {}) => server.api.get('/api/v1/quality', { ...kDay, ...params });

const bySource = (answer, source) => answer.sources.find((row) => row.source === source);
const byStep = (answer, step) => answer.steps.filter((row) => row.step === step).reduce((sum, row) => sum + row.calls, 0);

/// Waits until the report has what `wanted` says of its sources.
function reportWith(server, wanted) {
    return waitFor(
        async () => {
            const answer = await report(server);
            const fits = Object.entries(wanted).every(([source, counts]) =>
                Object.entries(counts).every(([name, count]) => bySource(answer, source)?.[name] === count),
            );
            return fits && answer;
        },
        { what: `a report with ${JSON.stringify(wanted)}` },
    );
}

/// The numbers of the report, counted once more from the calls themselves.
async function countedFrom(server) {
    const calls = await server.api.calls(kDay);
    const withTokens = ['chat', 'response', 'completion', 'embedding'];
    const is = {
        joined: (call) => call.records >= 2,
        repaired: (call) => call.repairs.length > 0,
        estimated: (call) => ['counted', 'estimated'].includes(call.token_source),
        unpriced: (call) => call.cost_source === 'unpriced',
        interrupted: (call) => call.status === 'interrupted',
        without_model: (call) => call.model === null,
        without_status: (call) => call.status === null,
        without_duration: (call) => call.latency_us === null,
        without_tokens: (call) => call.status === 'ok' && call.token_source === 'none' && withTokens.includes(call.operation),
    };
    is.incomplete = (call) => ['interrupted', 'without_model', 'without_status', 'without_duration', 'without_tokens'].some((kind) => is[kind](call));
    const sources = new Map();
    for (const call of calls) {
        const row = sources.get(call.source) ?? { calls: 0, ...Object.fromEntries(kKinds.map((kind) => [kind, 0])) };
        row.calls += 1;
        for (const kind of kKinds) {
            row[kind] += is[kind](call) ? 1 : 0;
        }
        sources.set(call.source, row);
    }
    return sources;
}

/// Each number is what the calls say, and its filters lead to as many of them.
async function checkAgainstCalls(server) {
    const answer = await report(server);
    const counted = await countedFrom(server);
    for (const [source, row] of counted) {
        const { source: _, duplicate, rejected, ...counts } = bySource(answer, source);
        assert.deepEqual(counts, row, source);
        assert.ok(duplicate >= 0 && rejected >= 0);
    }
    for (const { kind, calls, filters, examples } of answer.kinds) {
        assert.equal(calls, [...counted.values()].reduce((sum, row) => sum + row[kind], 0), kind);
        if (filters.length > 0) {
            const found = await server.api.calls({ ...kDay, filter: filters });
            assert.equal(found.length, calls, kind);
            assert.deepEqual(examples.map((call) => call.call_id), found.slice(0, 5).map((call) => call.call_id), kind);
        }
    }
    for (const { source, step, calls, filters } of answer.steps) {
        const found = await server.api.calls({ ...kDay, filter: [...filters, `source:${source}`] });
        assert.equal(found.length, calls, `${source} ${step}`);
    }
    for (const kind of ['calls', ...kKinds]) {
        const total = answer.trend.reduce((sum, row) => sum + row[kind], 0);
        assert.equal(total, [...counted.values()].reduce((sum, row) => sum + row[kind], 0), `${kind} over time`);
    }
    return answer;
}

test('a span exported twice is one call, and the second a duplicate', async (t) => {
    const server = await Sightglass.startFor(t);
    const span = spanAt(Date.now() - 5_000);
    await sendSpans(server, [span]);
    await server.api.waitForCount(1, kDay);
    await sendSpans(server, [span]);
    const answer = await reportWith(server, { otlp: { calls: 1, duplicate: 1, repaired: 0 } });
    const [call] = await server.api.calls(kDay);
    assert.deepEqual(answer.found.map(({ kind, source, call_id }) => [kind, source, call_id]), [['duplicate', 'otlp', call.call_id]]);
    await checkAgainstCalls(server);
});

test('what gateway and trace both tell is one call of two records; what a client repeats is two calls', async (t) => {
    let answers = 0;
    const numbered = (exchange) => sendJson(exchange, 200, { id: `chatcmpl-q-${(answers += 1)}`, object: 'chat.completion', ...kAnswer });
    const upstream = await Upstream.startFor(t, { numbered });
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });
    const before = Date.now();
    const first = await chat(server.origin, 'numbered');
    const second = await chat(server.origin, 'numbered');
    assert.deepEqual([first.status, second.status], [200, 200]);
    await server.api.waitForCount(2, kDay);
    const { id } = JSON.parse(first.bytes.toString());
    await sendSpans(server, [spanAt(before, { 'gen_ai.response.id': id })]);
    await reportWith(server, { gateway: { calls: 2, joined: 1, duplicate: 0 } });
    await checkAgainstCalls(server);
});

test('a file imported twice: its lines are duplicates, its bad lines rejected with their place', async (t) => {
    const dataDir = path.join(temporaryFolder('quality'), 'data');
    const file = path.join(temporaryFolder('files'), 'usage.jsonl');
    const line = (more) => JSON.stringify({ time: new Date(Date.now() - kHour).toISOString(), model: 'gpt-4o-mini', provider: 'openai', prompt_tokens: 10, completion_tokens: 1, status: 200, latency_ms: 100, ...more });
    const unknown = line({ model: 'nobody-knows-it', user: 'b' });
    fs.writeFileSync(file, `${line({ user: 'a' })}\n${unknown}\n${line({ time: 'yesterday or so' })}\n${line({ user: 'c', latency_ms: null })}\n`);
    const imported = () => run(['import', file, '--data-dir', dataDir, '--yes', '--json'], { cwd: path.dirname(file) });
    assert.equal((await imported()).code, 1, 'some lines are rejected');
    let server = await Sightglass.start({ dataDir });
    t.after(() => server.stop());
    await server.api.waitForCount(3, kDay);
    const again = await run(['import', file, '--data-dir', dataDir, '--yes', '--json'], { cwd: path.dirname(file), env: { SIGHTGLASS_ADMIN_TOKEN: server.token } });
    assert.equal(again.code, 1, again.stderr);
    const wanted = { import: { calls: 3, duplicate: 3, rejected: 2, unpriced: 1, incomplete: 1, without_duration: 1 } };
    let answer = await reportWith(server, wanted);
    const rejected = answer.found.filter((one) => one.kind === 'rejected');
    assert.deepEqual(rejected.map((one) => [one.place, one.reason]), Array(2).fill([`${file}:3`, 'time is no time']));
    await checkAgainstCalls(server);
    // A restart loses none of it.
    await server.stop();
    server = await Sightglass.start({ dataDir });
    answer = await reportWith(server, wanted);
    assert.equal(answer.found.length, 5);
});

test('clocks that are hours off, bytes that are no text and ends before their starts are repaired or marked', async (t) => {
    const server = await Sightglass.startFor(t);
    await sendSpans(server, [
        spanAt(Date.now() + 3 * kHour, { 'user.id': 'ahead' }),
        spanAt(Date.now() - 3 * kHour, { 'user.id': 'behind' }),
        spanAt(Date.now() - 5_000, { 'user.id': 'right' }),
    ]);
    const ids = { trace: crypto.randomBytes(16), span: crypto.randomBytes(8) };
    const broken = spanMessage(ids, Date.now() - 4_000, Date.now() - 3_000, { 'user.id': Buffer.from('caf\xe9', 'latin1'), 'gen_ai.response.model': 'gpt-4o-mini', 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.output_tokens': 1 });
    const turned = spanMessage({ trace: crypto.randomBytes(16), span: crypto.randomBytes(8) }, Date.now() - 3_000, Date.now() - 4_000, { 'user.id': 'turned', 'gen_ai.response.model': 'gpt-4o-mini', 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.output_tokens': 1 });
    const sent = await postOtlp(`http://${server.ready.otlp_http}`, '/v1/traces', tracesRequest([broken, turned]), { 'content-type': 'application/x-protobuf' });
    assert.equal(sent.status, 200);
    const answer = await reportWith(server, { otlp: { calls: 5, repaired: 4 } });
    assert.equal(byStep(answer, 'span_late'), 1);
    assert.equal(byStep(answer, 'text'), 1);
    const calls = new Map((await server.api.calls(kDay)).map((call) => [call.user, call]));
    assert.deepEqual(calls.get('ahead').repairs, ['span_time']);
    assert.ok(Math.abs(Date.parse(calls.get('ahead').ended_at) - Date.now()) < kHour, calls.get('ahead').ended_at);
    assert.equal(calls.get('ahead').latency_us, 900_000);
    assert.deepEqual(calls.get('behind').repairs, ['span_late']);
    assert.deepEqual(calls.get('right').repairs, []);
    assert.deepEqual(calls.get('caf\ufffd').repairs, ['text']);
    assert.equal(calls.get('turned').repairs.length, 1);
    assert.equal(calls.get('turned').ended_at, null);
    await checkAgainstCalls(server);
});

test('calls cut off by the end of the process come back as interrupted, and the report says so', async (t) => {
    const upstream = await Upstream.startFor(t);
    const options = { upstreams: { openai: upstream.origin } };
    const killed = await Sightglass.start(options);
    const cut = chat(killed.origin, 'hang');
    await waitFor(() => upstream.requests.length > 0, { what: 'the request at the upstream' });
    await killed.kill();
    await cut;
    const server = await Sightglass.startFor(t, { ...options, dataDir: killed.dataDir, token: killed.token });
    await reportWith(server, { gateway: { calls: 1, interrupted: 1, incomplete: 1, without_duration: 1 } });
    await checkAgainstCalls(server);
});

test('steps that are switched off do nothing, and a wrong name is refused', async (t) => {
    const server = await Sightglass.startFor(t, { config: 'refine: {off: [model_family, complete_model]}\n' });
    await sendSpans(server, [spanAt(Date.now() - 5_000)]);
    await server.api.waitForCount(1, kDay);
    assert.equal((await server.api.calls(kDay))[0].model_family, null);
    const file = path.join(temporaryFolder('config'), 'wrong.yaml');
    fs.writeFileSync(file, 'refine:\n  off: [text]\n');
    const wrong = await run(['check-config', file]);
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.stderr + wrong.stdout, /refine\.off: 'text' is not allowed; allowed: names of steps/);
});

test('a wrong question is refused with what is allowed', async (t) => {
    const server = await Sightglass.startFor(t);
    for (const params of [{ from: 'soon' }, { interval: 'often' }, { filter: 'colour:red' }]) {
        assert.equal((await server.api.ask('/api/v1/quality', { params })).status, 400, JSON.stringify(params));
    }
    const wrong = await server.api.ask('/api/v1/quality/rejected', { method: 'POST', body: { file: 'a', count: 0, examples: [] } });
    assert.equal(wrong.status, 400);
    const empty = await report(server);
    assert.deepEqual([empty.sources, empty.steps, empty.found], [[], [], []]);
    assert.ok(empty.kinds.every((kind) => kind.calls === 0));
});

test('refine says what would change, changes it once, and takes it back', async (t) => {
    const dataDir = path.join(temporaryFolder('refine'), 'data');
    const file = path.join(temporaryFolder('files'), 'usage.jsonl');
    const line = (i) => JSON.stringify({ time: new Date(Date.now() - kHour + i).toISOString(), model: i % 2 ? 'models/gemini-2.5-pro' : 'gpt-4o-2024-08-06', provider: i % 2 ? 'google' : 'openai', operation: 'chat', prompt_tokens: 10 + i, completion_tokens: 1, status: 200, latency_ms: 100 });
    fs.writeFileSync(file, Array.from({ length: 10 }, (_, i) => `${line(i)}\n`).join(''));
    const first = await Sightglass.start({ dataDir, config: 'refine: {off: [model_name, model_family, provider]}\n' });
    const imported = await run(['import', file, '--data-dir', dataDir, '--yes'], { cwd: path.dirname(file), env: { SIGHTGLASS_ADMIN_TOKEN: first.token } });
    assert.equal(imported.code, 0, imported.stderr);
    await first.api.waitForCount(10, kDay);
    await first.stop();
    const server = await Sightglass.startFor(t, { dataDir });
    const refine = (...args) => run(['refine', '--data-dir', dataDir, '--json', ...args], { env: { SIGHTGLASS_ADMIN_TOKEN: server.token } });
    const calls = async () => (await server.api.calls(kDay)).sort((a, b) => (a.call_id < b.call_id ? -1 : 1));
    const before = await calls();
    assert.ok(before.every((call) => call.model_family === null));

    const tried = await refine('--from', '-1d', '--steps', 'model_name,model_family', '--dry-run');
    assert.equal(tried.code, 0, tried.stderr);
    const report = JSON.parse(tried.stdout);
    assert.deepEqual(report.changes.map(({ step, field, calls: count }) => [step, field, count]), [['model_family', 'model_family', 10], ['model_name', 'model', 5]]);
    assert.equal(report.changed, 10);
    assert.deepEqual(await calls(), before);
    const unsure = await refine('--from', '-1d', '--steps', 'model_name,model_family');
    assert.equal(unsure.code, 1);
    assert.match(unsure.stderr, /--yes/);
    assert.deepEqual(await calls(), before);

    const done = await refine('--from', '-1d', '--steps', 'model_name,model_family', '--yes');
    assert.equal(done.code, 0, done.stderr);
    const after = await calls();
    for (const [i, call] of after.entries()) {
        const { model, model_family: family, repairs, ...others } = call;
        const { model: was, model_family: _, repairs: none, ...same } = before[i];
        assert.deepEqual(others, same);
        assert.equal(model, was.replace('models/', ''));
        assert.equal(family, model === 'gemini-2.5-pro' ? 'gemini-2.5-pro' : 'gpt-4o');
        assert.deepEqual(repairs, was === model ? none : [...none, 'model_name']);
    }
    const again = JSON.parse((await refine('--from', '-1d', '--steps', 'model_name,model_family', '--yes')).stdout);
    assert.equal(again.changed, 0);

    const undone = JSON.parse((await refine('--undo')).stdout);
    assert.deepEqual([undone.kind, undone.changed, undone.skipped], ['undo', 10, 0]);
    assert.deepEqual(await calls(), before);
    assert.equal((await refine('--from', '-1d', '--steps', 'shine', '--dry-run')).code, 1);
});
