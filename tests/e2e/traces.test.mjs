// Runs: spans that are no calls become a tree around the calls, each part once, whatever comes first, twice or through
// `kill -9`; the API lists them and shows one whole.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chat } from '../support/client.mjs';
import { needsRecordings } from '../support/places.mjs';
import { exported, sendCapture, sendSpans, SpanMaker } from '../support/spans.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

/// The trace once it has so many calls and spans.
const traceOf = (server, id, calls, spans) =>
    waitFor(
        async () => {
            const { status, body } = await server.api.ask(`/api/v1/traces/${id}`);
            return status === 200 && body.calls === calls && body.spans === spans && body;
        },
        { what: `${calls} calls and ${spans} spans in ${id}` },
    );

/// "name" as deep as it stands, in the order of the answer.
const outline = (trace) => trace.nodes.map((node) => '.'.repeat(node.depth) + node.name);

const tokens = { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5, 'gen_ai.request.model': 'gpt-4o-mini' };

/// An agent that asks, uses a tool, and asks again; within a request of a web server, with a database beside it.
function agentRun(maker = new SpanMaker()) {
    const root = maker.span('POST /answer', null, { 'http.request.method': 'POST' }, { kind: 2, lastsMs: 900 });
    const agent = maker.span('invoke_agent helper', root, { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'helper' }, { startMs: 10, lastsMs: 800 });
    const first = maker.span('chat gpt-4o-mini', agent, { 'gen_ai.operation.name': 'chat', ...tokens }, { startMs: 20, lastsMs: 300 });
    const tool = maker.span('execute_tool weather', agent, { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'weather' }, { startMs: 330, lastsMs: 100, error: 'no such town' });
    const query = maker.span('SELECT towns', tool, { 'db.system': 'postgresql' }, { startMs: 340, lastsMs: 20 });
    const second = maker.span('chat gpt-4o-mini', agent, { 'gen_ai.operation.name': 'chat', ...tokens }, { startMs: 450, lastsMs: 300 });
    return { root, agent, first, tool, query, second, all: [first, query, tool, second, agent, root] };
}

const kOutline = [
    'POST /answer',
    '.invoke_agent helper',
    '..chat gpt-4o-mini',
    '..execute_tool weather',
    '..chat gpt-4o-mini',
];

test('a run is a tree: its calls, and the steps that they stand in up to the root', async (t) => {
    const server = await Sightglass.startFor(t);
    const run = agentRun();
    await sendSpans(server, run.all);
    const trace = await traceOf(server, run.root.traceId, 2, 3);
    assert.deepEqual(outline(trace), kOutline);
    assert.equal(trace.name, 'POST /answer');
    assert.equal(trace.kind, 'other');
    assert.equal(trace.duration_us, 900_000);
    assert.deepEqual([trace.input_tokens, trace.output_tokens, trace.errors, trace.failed_spans], [20, 10, 0, 1]);
    assert.ok(trace.cost_usd > 0);
    assert.deepEqual(trace.services, ['shop']);
    const tool = trace.nodes[3];
    assert.deepEqual(
        [tool.kind, tool.subject, tool.status, tool.error_message, tool.duration_us, tool.parent_id],
        ['tool', 'weather', 'error', 'no such town', 100_000, run.agent.spanId],
    );
    const [call] = await server.api.calls({ filter: `trace_id:${run.root.traceId}`, limit: '1' });
    assert.equal(trace.nodes[4].id, call.call_id);
    assert.equal(trace.nodes[4].call.total_tokens, 15);
});

test('each span in a request of its own, in whatever order its children come before it, gives the same tree', async (t) => {
    const server = await Sightglass.startFor(t);
    const run = agentRun();
    for (const span of [run.second, run.first, run.query, run.tool, run.agent, run.root]) {
        await sendSpans(server, [span]);
    }
    assert.deepEqual(outline(await traceOf(server, run.root.traceId, 2, 3)), kOutline);
});

test('spans that are sent again are stored once, through kill -9 and restarts', async (t) => {
    const server = await Sightglass.start();
    t.after(() => server.stop().catch(() => {}));
    const runs = Array.from({ length: 40 }, () => agentRun());
    for (const run of runs) {
        await sendSpans(server, run.all);
    }
    await server.kill();
    const again = await Sightglass.startFor(t, { dataDir: server.dataDir, token: server.token });
    for (const run of runs) {
        await sendSpans(again, run.all);
    }
    for (const run of runs) {
        assert.deepEqual(outline(await traceOf(again, run.root.traceId, 2, 3)), kOutline);
    }
    const { items } = await again.api.get('/api/v1/traces', { limit: 200 });
    assert.equal(items.length, runs.length);
    assert.ok(items.every((one) => one.calls === 2 && one.spans === 3));
});

test('the list: newest first, page by page, by time and by what the calls of a run are', async (t) => {
    const server = await Sightglass.startFor(t);
    const runs = [];
    for (let i = 0; i < 25; i += 1) {
        const maker = new SpanMaker({ beginMs: Date.now() - 3_600_000 + i * 1_000 });
        const attributes = { 'gen_ai.operation.name': 'chat', ...tokens, 'gen_ai.request.model': `model-${i % 5}` };
        const agent = maker.span(`run ${i}`, null, { 'gen_ai.operation.name': 'invoke_agent' }, { lastsMs: 50 });
        runs.push([agent, maker.span('chat', agent, attributes, { startMs: 5, lastsMs: 20 })]);
        await sendSpans(server, runs.at(-1));
    }
    const all = async (params = {}) => {
        const items = [];
        let cursor;
        do {
            const page = await server.api.get('/api/v1/traces', { limit: 7, ...params, ...(cursor ? { cursor } : {}) });
            items.push(...page.items);
            cursor = page.next;
        } while (cursor);
        return items.map((one) => one.name);
    };
    const names = (wanted) => runs.flatMap((_, i) => (wanted(i) ? [`run ${i}`] : [])).reverse();
    await waitFor(async () => (await all()).length === 25);
    assert.deepEqual(await all(), names(() => true));
    assert.deepEqual(await all({ filter: 'model_requested:model-3' }), names((i) => i % 5 === 3));
    assert.deepEqual(await all({ filter: ['-model_requested:model-3', 'operation:chat'] }), names((i) => i % 5 !== 3));
    const from = new Date(Number(runs[10][0].startTimeUnixNano.slice(0, -6))).toISOString();
    assert.deepEqual(await all({ from }), names((i) => i >= 10));
    assert.deepEqual(await all({ from: '-2h', to: from }), names((i) => i < 10));
});

test('what is wrong with a question about traces is said', async (t) => {
    const server = await Sightglass.startFor(t);
    for (const [path, params, status] of [
        ['/api/v1/traces', { limit: '0' }, 400],
        ['/api/v1/traces', { limit: '201' }, 400],
        ['/api/v1/traces', { cursor: 'nonsense' }, 400],
        ['/api/v1/traces', { filter: 'nonsense:1' }, 400],
        ['/api/v1/traces', { q: 'text' }, 400],
        ['/api/v1/traces/none', {}, 404],
        ['/api/v1/traces/none', { from: 'now', to: '-1h' }, 400],
        [`/api/v1/traces/${'x'.repeat(600)}`, {}, 400],
    ]) {
        const answer = await server.api.ask(path, { params });
        assert.equal(answer.status, status, `${path} ${JSON.stringify(params)}`);
    }
    assert.equal((await server.api.ask('/api/v1/traces', { token: 'wrong' })).status, 401);
});

test('a hostile trace: circles, lost parents, endless depth, more than is shown', async (t) => {
    const server = await Sightglass.startFor(t);
    const maker = new SpanMaker();
    const agent = (name, parent, startMs) =>
        maker.span(name, parent, { 'gen_ai.operation.name': 'invoke_agent' }, { startMs });
    const one = agent('one', null, 0);
    const two = agent('two', one, 1);
    one.parentSpanId = two.spanId;
    const lost = agent('lost', { spanId: 'f'.repeat(16) }, 2);
    await sendSpans(server, [one, two, lost]);
    const trace = await traceOf(server, maker.traceId, 0, 3);
    assert.deepEqual(outline(trace), ['lost', 'one', '.two']);

    const deep = new SpanMaker();
    const chain = [];
    for (let i = 0; i < 2_500; i += 1) {
        chain.push(deep.span(`step ${i}`, chain.at(-1) ?? null, { 'gen_ai.operation.name': 'invoke_agent' }, { startMs: i }));
    }
    await sendSpans(server, chain);
    await waitFor(async () => (await server.api.get('/api/v1/traces')).items.some((item) => item.spans === 2_500));
    const shown = await server.api.get(`/api/v1/traces/${deep.traceId}`);
    assert.equal(shown.truncated, true);
    assert.equal(shown.nodes.length, 2_000);
    assert.equal(shown.nodes.at(-1).depth, 1_999);
});

test('names and messages of steps are redacted where content is, and hold no secret anywhere', async (t) => {
    const server = await Sightglass.startFor(t, { args: ['--capture', 'redacted'] });
    const maker = new SpanMaker();
    const secret = `sk-proj-${'a1B2c3D4'.repeat(6)}`;
    const step = maker.span(`tool for ada@example.org ${secret}`, null, {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'mail ada@example.org',
    }, { error: `could not reach ada@example.org with ${secret}` });
    await sendSpans(server, [step]);
    const text = JSON.stringify(await traceOf(server, maker.traceId, 0, 1));
    assert.ok(!text.includes('ada@') && !text.includes(secret.slice(8)), text);
    assert.match(text, /\[email\]/);
});

test('a call that the gateway alone saw stands in the span that sent it', async (t) => {
    const upstream = await Upstream.startFor(t);
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });
    const maker = new SpanMaker();
    const agent = maker.span('invoke_agent helper', null, { 'gen_ai.operation.name': 'invoke_agent' }, { lastsMs: 500 });
    const { callId } = await chat(server.origin, 'default', {
        headers: { traceparent: `00-${maker.traceId}-${agent.spanId}-01` },
    });
    await sendSpans(server, [agent]);
    const trace = await traceOf(server, maker.traceId, 1, 1);
    assert.deepEqual(trace.nodes.map((node) => [node.depth, node.kind]), [[0, 'agent'], [1, 'call']]);
    assert.equal(trace.nodes[1].id, callId);
    assert.deepEqual(trace.nodes[1].sources, ['gateway']);
});

test('a call that two sources told of stands once in its run, with the timings of the gateway', async (t) => {
    const upstream = await Upstream.startFor(t);
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });
    for (const first of ['gateway', 'otlp']) {
        const maker = new SpanMaker();
        const agent = maker.span('invoke_agent helper', null, { 'gen_ai.operation.name': 'invoke_agent' }, { lastsMs: 6500 });
        const span = (id) =>
            maker.span('chat gpt-4o-mini', agent, { 'gen_ai.operation.name': 'chat', 'gen_ai.response.id': id, ...tokens }, { lastsMs: 6000 });
        const one = span('');
        const headers = { traceparent: `00-${maker.traceId}-${one.spanId}-01` };
        const ask = () => chat(server.origin, 'default', { headers });
        const made = first === 'gateway' ? await ask() : null;
        await sendSpans(server, [one, agent]);
        const { callId } = made ?? (await ask());
        const trace = await waitFor(async () => {
            const { body } = await server.api.ask(`/api/v1/traces/${maker.traceId}`);
            return body.calls === 1 && body.spans === 1 && body.nodes[1].sources.length === 2 && body;
        });
        assert.deepEqual(outline(trace).length, 2);
        assert.equal(trace.nodes[1].depth, 1);
        assert.deepEqual(trace.nodes[1].sources, ['gateway', 'otlp']);
        const call = await server.api.call(trace.nodes[1].id);
        assert.equal(call.call_id, callId);
        assert.deepEqual([call.trace_id, call.span_id, call.parent_span_id], [maker.traceId, one.spanId, agent.spanId]);
        assert.ok(call.gateway_us > 0);
        assert.deepEqual(call.joined.map((record) => record.source), ['gateway', 'otlp']);
        assert.ok(call.joined[0].gave.includes('latency_us') && call.joined[1].gave.includes('parent_span_id'));
    }
});

test('captures of real instrumentation: outer spans are steps, inner ones calls', {
    skip: needsRecordings('otlp/vercel-ai-json/001-traces.json'),
}, async (t) => {
    const server = await Sightglass.startFor(t);
    await sendCapture(server, 'vercel-ai-json/001-traces.json');
    const params = { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };
    const items = await waitFor(async () => {
        const page = await server.api.get('/api/v1/traces', params);
        return page.items.length === 6 && page.items.every((one) => one.calls === 1 && one.spans === 1) && page.items;
    });
    for (const item of items) {
        const trace = await server.api.get(`/api/v1/traces/${item.trace_id}`);
        assert.deepEqual(trace.nodes.map((node) => [node.depth, node.kind]), [[0, 'chain'], [1, 'call']]);
        assert.match(trace.name, /^ai\.(generateText|streamText|embed)$/);
    }
});
