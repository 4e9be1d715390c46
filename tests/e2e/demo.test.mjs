// The demo as one sees it first: a past week with calls, runs of agents and what users said of them, and more of each as it goes on.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kWeek = { from: '-8d', to: '2100-01-01T00:00:00Z' };

async function all(server, path, params) {
    const items = [];
    let cursor;
    do {
        const page = await server.api.get(path, { ...params, ...(cursor ? { cursor } : {}) });
        items.push(...page.items);
        cursor = page.next;
    } while (cursor);
    return items;
}

test('the demo has a past week of calls, runs and feedback, and goes on with each', { timeout: 600_000 }, async (t) => {
    const server = await Sightglass.startFor(t, { command: 'demo', args: ['--rate', '20'], readyDeadlineMs: 300_000 });
    assert.equal((await server.api.get('/api/v1/status')).demo, true);
    assert.ok((await server.api.totals('calls', kWeek)).calls > 50_000);

    const traces = await waitFor(async () => {
        const found = await all(server, '/api/v1/traces', { ...kWeek, limit: 200 });
        return found.length > 150 && found;
    }, { what: 'the runs of the past week' });
    const services = new Set(traces.flatMap((trace) => trace.services));
    for (const service of ['returns-desk', 'market-scout', 'ledger-analyst']) {
        assert.ok(services.has(service), service);
    }
    const [trace] = traces.filter(({ services: names }) => names.includes('market-scout'));
    assert.ok(trace.calls >= 4 && trace.spans >= 6 && trace.cost_usd > 0, JSON.stringify(trace));

    const feedback = await waitFor(async () => {
        const found = await all(server, '/api/v1/feedback', { ...kWeek, limit: 1000 });
        return found.length > 300 && found;
    }, { what: 'what users said in the past week' });
    assert.ok(feedback.some(({ trace_id: id }) => id !== null), 'on runs');
    assert.ok(feedback.some(({ session_id: id }) => id !== null), 'on sessions');
    assert.ok(feedback.some(({ comment }) => /[\u4e00-\u9fff]/.test(comment ?? '')), 'in Chinese');

    // The story in it: the chat bot was slow, its users said so, and then it was given another model.
    const change = new Date(Date.now() - 58 * 3_600_000).toISOString();
    const story = async (range) => {
        const [row] = await server.api.query({ metrics: 'latency_p50_ms,satisfaction_rate', filter: 'service:support-chat', ...range });
        return row;
    };
    const [before, since] = [await story({ from: '-7d', to: change }), await story({ from: change, to: kWeek.to })];
    assert.ok(before.latency_p50_ms > 2 * since.latency_p50_ms, JSON.stringify([before, since]));
    assert.ok(since.satisfaction_rate > before.satisfaction_rate + 0.05, JSON.stringify([before, since]));

    await waitFor(async () => (await server.api.get('/api/v1/feedback', { ...kWeek, source: 'api' })).items.length > 0, { what: 'live feedback', deadlineMs: 300_000 });
});
