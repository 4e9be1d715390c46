// Feedback over the API: about a call, an answer, a trace or a session, before the call or after it; counted once, by every
// dimension of its call; acknowledged when it is on disk, through `kill -9` and said again.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';

import { chat, send } from '../support/client.mjs';
import { sendSpans, SpanMaker } from '../support/spans.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

let upstream;
let server;

before(async () => {
    upstream = await Upstream.start();
    server = await Sightglass.start({ upstreams: { openai: upstream.origin }, args: ['--capture', 'full'] });
});

after(async () => {
    await server.stop();
    await upstream.stop();
});

const give = (body, to = server, options = {}) => to.api.ask('/api/v1/feedback', { method: 'POST', body, ...options });

async function given(body, to = server) {
    const answer = await give(body, to);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
}

const kAlways = { from: '-7d', to: '2100-01-01T00:00:00Z' };

const listed = async (params, to = server) => (await to.api.get('/api/v1/feedback', { ...kAlways, limit: 1000, ...params })).items;

/// The call's feedback, once there is so much of it.
const feedbackOfCall = (id, count, to = server) =>
    waitFor(
        async () => {
            const { status, body } = await to.api.ask(`/api/v1/calls/${id}`);
            return status === 200 && body.feedback.length === count && body.feedback;
        },
        { what: `${count} feedback of call ${id}` },
    );

/// A chat through the gateway: its call_id.
async function call(headers = {}, to = server) {
    const answer = await chat(to.origin, 'default', { headers });
    assert.equal(answer.status, 200);
    await to.api.waitForCall(answer.callId);
    return answer.callId;
}

const unique = (name) => `${name}-${crypto.randomUUID()}`;

test('feedback on a call shows with it and is counted by its dimensions', async () => {
    const service = unique('shop');
    const headers = { 'x-sightglass-service': service, 'x-sightglass-tag-plan': 'gold' };
    const [first, second, third] = [await call(headers), await call(headers), await call(headers)];
    const told = await given({ call_id: first, label: 'up', name: 'helpful', comment: 'just so', user: 'ada' });
    assert.equal(told.score, 1);
    assert.equal(told.source, 'api');
    await given({ call_id: second, score: -0.5 });
    await given({ call_id: second, score: 0 });
    await given({ call_id: third, comment: 'hm' });
    const [one] = await feedbackOfCall(first, 1);
    assert.deepEqual(one, told);
    await feedbackOfCall(second, 2);
    await feedbackOfCall(third, 1);
    const filter = `service:${service}`;
    const metrics = ['feedback_count', 'satisfaction_rate', 'calls'];
    assert.deepEqual(await server.api.totals(metrics, { filter }), { feedback_count: 4, satisfaction_rate: 0.5, calls: 3 });
    const [row] = await server.api.query({ metrics: metrics.join(), filter, group_by: 'tag:plan,model', interval: '1d' });
    assert.deepEqual([row.feedback_count, row.satisfaction_rate, row['tag:plan']], [4, 0.5, 'gold']);
    assert.deepEqual(await server.api.totals(metrics, { filter: 'service:nobody' }), {
        feedback_count: 0,
        satisfaction_rate: null,
        calls: 0,
    });
});

test('it finds its call by the answer\'s id, the trace, the span and the session, each counted once', async () => {
    const session = unique('session');
    const service = unique('chat');
    const headers = { 'x-sightglass-session': session, 'x-sightglass-service': service };
    const first = await call(headers);
    await given({ session_id: session, label: 'down' });
    const last = await call(headers);
    await given({ session_id: session, label: 'up' });
    const { provider_response_id: answer } = await server.api.call(last);
    assert.ok(answer);

    const maker = new SpanMaker();
    const asked = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o-mini' };
    const agent = maker.span('invoke_agent', null, { 'gen_ai.operation.name': 'invoke_agent' }, { lastsMs: 500 });
    const early = maker.span('chat', agent, asked, { startMs: 10 });
    const late = maker.span('chat', agent, asked, { startMs: 300 });
    const trace_id = maker.traceId;
    // Before anything is known of the trace.
    await given({ trace_id, span_id: early.spanId, score: 1, name: 'of the span' });
    await given({ trace_id, span_id: agent.spanId, score: 1, name: 'of the step' });
    await given({ trace_id, score: -1, name: 'of the trace' });
    await sendSpans(server, [early, late, agent], service);

    const names = (all) => all.map((one) => one.name ?? one.label).sort();
    assert.deepEqual(names(await feedbackOfCall(first, 1)), ['down']);
    assert.deepEqual(names(await feedbackOfCall(last, 1)), ['up']);
    const calls = await waitFor(async () => {
        const all = await server.api.calls({ filter: `trace_id:${trace_id}` });
        return all.length === 2 && all;
    });
    assert.deepEqual(names(await feedbackOfCall(calls[1].call_id, 1)), ['of the span']);
    assert.deepEqual(names(await feedbackOfCall(calls[0].call_id, 2)), ['of the step', 'of the trace']);
    const { body: trace } = await server.api.ask(`/api/v1/traces/${trace_id}`);
    assert.deepEqual(names(trace.feedback), ['of the span', 'of the step', 'of the trace']);
    const totals = await server.api.totals(['feedback_count', 'satisfaction_rate'], { filter: `service:${service}` });
    assert.deepEqual(totals, { feedback_count: 5, satisfaction_rate: 3 / 5 });
});

test('an answer\'s id is enough, and comes before its call as well', async () => {
    const maker = new SpanMaker();
    const answer = unique('chatcmpl');
    await given({ provider_response_id: answer, score: true });
    const asked = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o-mini', 'gen_ai.response.id': answer };
    await sendSpans(server, [maker.span('chat', null, asked)]);
    const [one] = await waitFor(async () => {
        const all = await server.api.calls({ filter: `trace_id:${maker.traceId}` });
        return all.length === 1 && all;
    });
    const [feedback] = await feedbackOfCall(one.call_id, 1);
    assert.deepEqual([feedback.provider_response_id, feedback.score], [answer, 1]);
});

test('feedback on a record finds the call that it was joined into', async () => {
    const maker = new SpanMaker({ beginMs: Date.now() - 100 });
    const span = maker.span('chat', null, { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o-mini' }, { lastsMs: 2_000 });
    await sendSpans(server, [span]);
    const [record] = await waitFor(async () => {
        const all = await server.api.calls({ filter: `trace_id:${maker.traceId}` });
        return all.length === 1 && all;
    });
    await given({ call_id: record.call_id, score: 1 });
    await feedbackOfCall(record.call_id, 1);
    const id = await call({ traceparent: `00-${maker.traceId}-${span.spanId}-01` });
    const joined = await waitFor(async () => {
        const { status, body } = await server.api.ask(`/api/v1/calls/${id}`);
        return status === 200 && body.joined?.length === 2 && body;
    });
    assert.deepEqual(joined.feedback.map((one) => one.call_id), [record.call_id]);
});

test('an evaluation of OpenTelemetry is feedback on its span, once', async () => {
    const maker = new SpanMaker();
    const span = maker.span('chat', null, { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o-mini' });
    const value = (text) => ({ stringValue: text });
    const logRecord = {
        timeUnixNano: span.endTimeUnixNano,
        traceId: span.traceId,
        spanId: span.spanId,
        eventName: 'gen_ai.evaluation.result',
        attributes: [
            { key: 'gen_ai.evaluation.name', value: value('relevance') },
            { key: 'gen_ai.evaluation.score.value', value: { doubleValue: 0.75 } },
            { key: 'gen_ai.evaluation.score.label', value: value('relevant') },
            { key: 'gen_ai.evaluation.explanation', value: value('it answers') },
        ],
    };
    const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [logRecord] }] }] });
    for (let i = 0; i < 2; i += 1) {
        const answer = await send(`http://${server.ready.otlp_http}`, '/v1/logs', { body, headers: { 'content-type': 'application/json' } });
        assert.equal(answer.status, 200);
    }
    await sendSpans(server, [span]);
    const [one] = await waitFor(async () => {
        const all = await server.api.calls({ filter: `trace_id:${maker.traceId}` });
        return all.length === 1 && all;
    });
    const [{ name, score, label, comment, source }] = await feedbackOfCall(one.call_id, 1);
    assert.deepEqual([name, score, label, comment, source], ['relevance', 0.75, 'relevant', 'it answers', 'otlp']);
});

test('an id that is said again takes the place of what it said', async () => {
    const id = unique('thumb');
    const about = await call();
    for (const label of ['up', 'up', 'down']) {
        await given({ id, call_id: about, label });
    }
    const [one] = await waitFor(async () => {
        const all = await feedbackOfCall(about, 1);
        return all[0].label === 'down' && all;
    });
    assert.equal(one.id, id);
});

test('what is acknowledged is kept once through kill -9, also when it is sent again', async (t) => {
    const first = await Sightglass.start({ upstreams: { openai: upstream.origin } });
    t.after(() => first.stop().catch(() => {}));
    const about = await call({}, first);
    const bodies = Array.from({ length: 150 }, (_, i) => ({ id: `f-${i}`, call_id: about, score: i % 3 ? 1 : -1 }));
    const acknowledged = [];
    const giving = Promise.allSettled(
        bodies.map(async (body, i) => {
            await new Promise((resolve) => setTimeout(resolve, i * 2));
            if ((await give(body, first)).status === 201) {
                acknowledged.push(body.id);
            }
        }),
    );
    await waitFor(() => acknowledged.length >= 40, { what: 'some acknowledged feedback', everyMs: 1 });
    await first.kill();
    await giving;
    const again = await Sightglass.startFor(t, {
        upstreams: { openai: upstream.origin },
        dataDir: first.dataDir,
        token: first.token,
    });
    await waitFor(
        async () => {
            const ids = new Set((await listed({}, again)).map((one) => one.id));
            return acknowledged.every((id) => ids.has(id));
        },
        { what: `all ${acknowledged.length} that were acknowledged` },
    );
    for (const body of bodies) {
        await given(body, again);
    }
    await waitFor(async () => (await listed({}, again)).length === bodies.length, { what: 'each feedback once' });
    const totals = await again.api.totals(['feedback_count', 'satisfaction_rate']);
    assert.deepEqual(totals, { feedback_count: 150, satisfaction_rate: 100 / 150 });
});

test('the list: newest first, page by page, by subject, name, user and source', async () => {
    const session_id = unique('paged');
    const begin = Date.now() - 3_600_000;
    for (let i = 0; i < 11; i += 1) {
        await given({
            id: `${session_id}/${i}`,
            session_id,
            score: 1,
            name: i % 2 ? 'tone' : 'helpful',
            user: `user-${i % 3}`,
            created_at: new Date(begin + Math.floor(i / 2) * 1_000).toISOString(),
        });
    }
    await waitFor(async () => (await listed({ session_id })).length === 11);
    const ids = [];
    let cursor;
    do {
        const page = await server.api.get('/api/v1/feedback', { session_id, limit: 4, ...(cursor ? { cursor } : {}) });
        ids.push(...page.items.map((one) => one.id));
        cursor = page.next;
    } while (cursor);
    const sorted = (await listed({ session_id })).map((one) => one.id);
    assert.deepEqual(ids, sorted);
    assert.equal(new Set(ids).size, 11);
    assert.equal(ids[0], `${session_id}/10`);
    assert.equal((await listed({ session_id, name: 'tone' })).length, 5);
    assert.equal((await listed({ session_id, user: 'user-1', source: 'api' })).length, 4);
    assert.equal((await listed({ session_id, source: 'langfuse' })).length, 0);
    for (const [name, value] of [['source', 'mail'], ['call_id', 'x'], ['cursor', 'zz'], ['limit', '0'], ['subject', 'x']]) {
        const { status, body } = await server.api.ask('/api/v1/feedback', { params: { [name]: value } });
        assert.equal(status, 400, name);
        assert.match(body.detail, new RegExp(name));
    }
});

test('wrong feedback is refused with the member and what is allowed', async () => {
    const cases = [
        [{}, /exactly one of them/],
        [{ session_id: 's' }, /at least one of them/],
        [{ session_id: 's', trace_id: 't', score: 1 }, /exactly one of them/],
        [{ session_id: 's', score: 2 }, /^score: allowed: a number from -1 to 1/],
        [{ session_id: 's', score: '1' }, /^score: allowed/],
        [{ session_id: 's', stars: 5 }, /^stars: allowed: the members id/],
        [{ session_id: 's', score: 1, comment: 'x'.repeat(9_000) }, /^comment: allowed: up to 8192 bytes/],
        [{ session_id: 's', score: 1, id: 'a b' }, /^id: allowed/],
        [{ session_id: 's', score: 1, created_at: 'soon' }, /^created_at: allowed/],
        [{ call_id: 'x', score: 1 }, /^call_id: allowed/],
        [{ session_id: 's', span_id: 'x', score: 1 }, /^span_id: allowed/],
        ['[]', /JSON object/],
        ['{', /./],
        [`${'['.repeat(5_000)}`, /./],
    ];
    for (const [body, why] of cases) {
        const answer = await give(body);
        assert.equal(answer.status, 400, JSON.stringify(body).slice(0, 80));
        assert.match(answer.body.detail, why);
    }
    assert.equal((await give('session_id=s&score=1', server, { headers: { 'content-type': 'text/plain' } })).status, 415);
});

test('a comment is content: it is kept as the capture policy says', async (t) => {
    const said = 'Call me at ada@example.com, it was wrong';
    const none = await Sightglass.startFor(t);
    const redacted = await Sightglass.startFor(t, { args: ['--capture', 'redacted'] });
    assert.equal((await given({ session_id: 's', score: 1, comment: said }, none)).comment, null);
    const told = await given({ session_id: 's', score: 1, comment: said, user: 'ada@example.com' }, redacted);
    assert.equal(told.comment, 'Call me at [email], it was wrong');
    assert.match(told.user, /^user_[0-9a-f]{12}$/);
    const secret = `sk-proj-${'Ab3'.repeat(16)}`;
    assert.doesNotMatch((await given({ session_id: 's', score: 1, comment: `my key is ${secret}` })).comment, /Ab3Ab3/);
});

test('a Sightglass key may give feedback, and nothing else', async () => {
    const { body: issued } = await server.api.ask('/api/v1/keys', { method: 'POST', body: { name: 'web' } });
    const token = issued.key;
    assert.equal((await give({ session_id: 'with-a-key', score: 1 }, server, { token })).status, 201);
    assert.equal((await server.api.ask('/api/v1/feedback', { token })).status, 401);
    assert.equal((await server.api.ask('/api/v1/calls', { token })).status, 401);
    assert.equal((await give({ session_id: 's', score: 1 }, server, { token: `sg-${'a'.repeat(43)}` })).status, 401);
    assert.equal((await give({ session_id: 's', score: 1 }, server, { token: null })).status, 401);
    const page = { authorization: `Bearer ${server.token}`, origin: 'https://elsewhere.example', 'content-type': 'application/json' };
    assert.equal((await send(server.origin, '/api/v1/feedback', { body: '{"session_id":"s","score":1}', headers: page })).status, 403);
});
