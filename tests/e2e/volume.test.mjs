// Many calls: sent = seen by the upstream = answered = stored = what the query API counts = what the dashboard shows, and
// nothing is left in the journal. VOLUME_CALLS says how many (20,000; the full show is 200,000).
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { noBrowser, overviewFigures } from '../support/browser.mjs';
import { FastUpstream, sendCalls } from '../support/load.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kCalls = Number(process.env.VOLUME_CALLS ?? 20_000);

test(`${kCalls} calls: sent = stored = counted`, async (t) => {
    const upstream = await FastUpstream.start();
    t.after(() => upstream.stop());
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });

    const tokens = (i) => [1 + (i % 977), 1 + (i % 101)];
    let answered = 0;
    let input = 0;
    let output = 0;
    const ids = new Set();
    await sendCalls(server.port, {
        total: kCalls,
        connections: 16,
        requestOf: (i) => ({
            headers: { 'x-test-tokens': tokens(i).join(','), 'x-sightglass-service': `service-${i % 7}` },
            body: '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hello"}]}',
        }),
        onAnswer: (i, status, head) => {
            answered += status === 200 ? 1 : 0;
            input += tokens(i)[0];
            output += tokens(i)[1];
            ids.add(/x-sightglass-call-id: *(\S+)/i.exec(head)[1]);
        },
    });

    assert.equal(answered, kCalls);
    assert.equal(ids.size, kCalls, 'every call has an id of its own');
    assert.equal(upstream.requests, kCalls);
    await server.api.waitForCount(kCalls, {}, 180_000);
    const totals = await server.api.totals(['calls', 'input_tokens', 'output_tokens']);
    assert.deepEqual(totals, { calls: kCalls, input_tokens: input, output_tokens: output });
    const services = await server.api.query({ metrics: 'calls', group_by: 'service' });
    const expected = Array.from({ length: 7 }, (_, k) => Math.ceil((kCalls - k) / 7));
    assert.deepEqual(services.map((row) => row.calls).sort(), expected.sort());
    const status = await waitFor(
        async () => {
            const now = await server.api.get('/api/v1/status');
            return now.pipeline.lag_s === 0 && now.pipeline.open_calls === 0 && now;
        },
        { what: 'the pipeline to have caught up' },
    );
    assert.equal(status.store.calls, kCalls);
    // Of what derive works out some may be left out, and is counted, where calls come faster than it follows; of calls none.
    const { derive_queue_full: underived, ...others } = status.dropped;
    assert.equal(Object.values(others).reduce((sum, count) => sum + count, 0), 0, 'nothing else was dropped');
    t.diagnostic(`${underived} calls without what derive works out`);
    if (noBrowser) {
        t.diagnostic(`the dashboard was not looked at: ${noBrowser}`);
        return;
    }
    const shown = await overviewFigures(server, kCalls);
    assert.deepEqual([shown.calls, shown.total_tokens], [kCalls, input + output]);
});
