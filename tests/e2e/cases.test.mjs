// Annotations and cases over the API: written down, changed, removed, kept over a restart; a change that was planted is found, in JSON and
// as a page that needs nothing else, and where nothing changed nothing is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { kChangedAt, plantChange } from '../support/planted_change.mjs';
import { Sightglass } from '../support/sightglass.mjs';

let server;

before(async () => {
    server = await Sightglass.start();
    await plantChange(server);
});

after(() => server?.stop());

const make = async (body, status = 201) => {
    const answer = await server.api.ask('/api/v1/annotations', { method: 'POST', body });
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
};
const caseOf = (id, params = {}) => server.api.get(`/api/v1/cases/${id}`, params);
const verdicts = ({ findings }) => Object.fromEntries(findings.map(({ metric, verdict }) => [metric, verdict]));

test('an annotation is made, listed, changed and removed, and the audit log says so', async () => {
    const made = await make({ at: '-3h', kind: 'price_change', name: 'Cheaper output', text: 'by a third', filters: ['model:gpt-4o'] });
    assert.equal(made.kind, 'price_change');
    const list = async (params) => (await server.api.get('/api/v1/annotations', params)).items.map(({ id }) => id);
    assert.deepEqual(await list({ from: '-4h' }), [made.id]);
    assert.deepEqual(await list({ from: '-2h' }), []);
    const changed = await server.api.ask(`/api/v1/annotations/${made.id}`, { method: 'PATCH', body: { name: 'Much cheaper output' } });
    assert.equal(changed.body.name, 'Much cheaper output');
    assert.equal(changed.body.text, 'by a third');
    assert.deepEqual((await server.api.get(`/api/v1/annotations/${made.id}`)).filters, ['model:gpt-4o']);
    assert.equal((await server.api.ask(`/api/v1/annotations/${made.id}`, { method: 'DELETE' })).status, 200);
    assert.equal((await server.api.ask(`/api/v1/annotations/${made.id}`)).status, 404);
    assert.equal((await server.api.ask(`/api/v1/annotations/${made.id}`, { method: 'DELETE' })).status, 404);
    const actions = (await server.api.get('/api/v1/audit')).items.filter(({ object }) => object === made.id).map(({ action }) => action);
    assert.deepEqual(actions, ['annotation_removed', 'annotation_changed', 'annotation_made']);
});

test('what is not an annotation is refused with what is allowed', async () => {
    for (const body of [{}, { name: 'x', kind: 'party' }, { name: 'x', at: 'whenever' }, { name: 'x', filters: ['colour:red'] }, { name: 'x', more: 1 }, '{']) {
        assert.match((await make(body, 400)).detail, /./);
    }
    assert.equal((await server.api.ask('/api/v1/annotations', { token: null })).status, 401);
    assert.equal((await server.api.ask('/api/v1/cases/none')).status, 404);
});

test('a change is found, with what was slow before it', async () => {
    const made = await make({ at: kChangedAt, kind: 'model_switch', name: 'A <faster> model', filters: ['service:bot'] });
    const found = await caseOf(made.id);
    assert.equal(found.days_compared, 13);
    assert.equal(found.weeks_apart, 2);
    const told = verdicts(found);
    assert.equal(told.latency_p50_ms, 'better');
    assert.equal(told.latency_p95_ms, 'better');
    assert.equal(told.satisfaction_rate, 'better');
    assert.equal(told.error_rate, 'chance');
    assert.equal(told.session_turns_avg, 'chance');
    assert.equal(told.ttft_p50_ms, 'too_little', 'what no call says');
    assert.equal(found.slow.groups[0].key[0].value, 'gpt-4o');
    assert.ok(found.slow.share_before > 0.5 && found.slow.share_after <= 0.06, JSON.stringify(found.slow));
    assert.ok(found.slow.satisfaction_slow < 0.8, JSON.stringify(found.slow));
    const p50 = found.findings.find(({ metric }) => metric === 'latency_p50_ms');
    const [before] = await server.api.query({ metrics: 'latency_p50_ms', from: found.before_from, to: found.before_to, filter: 'service:bot' });
    assert.equal(p50.before, before.latency_p50_ms, 'the figure of every other page');
    assert.ok(p50.change < -0.4 && p50.change_low < p50.change && p50.change < p50.change_high && p50.p < 0.01, JSON.stringify(p50));
    const calls = found.days.reduce((sum, day) => sum + day.calls, 0);
    assert.ok(calls >= found.calls_before + found.calls_after, `${calls}`);

    // The other service, in the same days.
    assert.deepEqual(new Set(Object.values(verdicts(await caseOf(made.id, { filter: 'service:mail' })))), new Set(['chance', 'too_little']));
    assert.equal((await server.api.ask(`/api/v1/cases/${made.id}`, { params: { days: 28 } })).status, 400);
    assert.equal((await server.api.ask(`/api/v1/cases/${made.id}`, { params: { filter: 'colour:red' } })).status, 400);

    const early = await make({ name: 'Only now' });
    const nothing = await caseOf(early.id);
    assert.equal(nothing.days_compared, 0);
    assert.ok(nothing.findings.every(({ verdict }) => verdict === 'too_little'));
});

test('the report is one page that needs nothing else, in three languages', async () => {
    const { items } = await server.api.get('/api/v1/annotations');
    const { id } = items.find(({ kind }) => kind === 'model_switch');
    for (const [language, word] of [['en', 'Satisfaction'], ['zh', '满意度'], ['nl', 'Tevredenheid']]) {
        const answer = await server.api.ask(`/api/v1/cases/${id}/report`, { params: { language } });
        assert.equal(answer.status, 200);
        assert.match(answer.headers.get('content-type'), /text\/html/);
        assert.match(answer.headers.get('content-disposition'), /attachment/);
        assert.ok(answer.body.includes(word));
        assert.ok(answer.body.includes('A &lt;faster&gt; model'));
        assert.doesNotMatch(answer.body, /<script|https?:|src=|url\(|@import/);
    }
    assert.equal((await server.api.ask(`/api/v1/cases/${id}/report`, { params: { language: 'tlh' } })).status, 400);
});

test('annotations are there after a restart', async () => {
    const before = (await server.api.get('/api/v1/annotations')).items;
    const { dataDir, token } = server;
    await server.stop();
    server = await Sightglass.start({ dataDir, token });
    assert.deepEqual((await server.api.get('/api/v1/annotations')).items, before);
});
