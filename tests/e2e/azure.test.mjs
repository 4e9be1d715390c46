// An hour of production (the public Azure LLM inference trace) as calls through the gateway: the totals that the API
// gives, and those on the dashboard, must be the sums of the file, to the token.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

import { noBrowser, overviewFigures } from '../support/browser.mjs';
import { FastUpstream, sendCalls } from '../support/load.mjs';
import { needsRecordings, recordedFile } from '../support/places.mjs';
import { Sightglass } from '../support/sightglass.mjs';

const kTrace = 'traces/AzureLLMInferenceTrace_conv.csv';

test('the Azure trace: every token of 19,366 calls is counted once', { skip: needsRecordings(kTrace) }, async (t) => {
    const lines = fs.readFileSync(recordedFile(kTrace), 'utf8').split(/\r?\n/).slice(1).filter(Boolean);
    const rows = lines.map((line) => line.split(',').slice(1).map(Number));
    const upstream = await FastUpstream.start();
    t.after(() => upstream.stop());
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });

    let answered = 0;
    await sendCalls(server.port, {
        total: rows.length,
        connections: 8,
        requestOf: (i) => ({
            headers: { 'x-test-tokens': rows[i].join(','), authorization: 'Bearer sk-test-azure' },
            body: '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hello"}]}',
        }),
        onAnswer: (i, status) => (answered += status === 200 ? 1 : 0),
    });

    assert.equal(answered, 19_366);
    await server.api.waitForCount(19_366);
    const metrics = ['calls', 'errors', 'input_tokens', 'output_tokens', 'total_tokens'];
    const totals = await server.api.totals(metrics);
    assert.deepEqual(totals, {
        calls: 19_366,
        errors: 0,
        input_tokens: 22_361_870,
        output_tokens: 4_088_665,
        total_tokens: 26_450_535,
    });
    const byModel = await server.api.query({ metrics: 'input_tokens,output_tokens', group_by: 'model' });
    assert.deepEqual(byModel, [{ model: 'gpt-4o-mini', input_tokens: 22_361_870, output_tokens: 4_088_665 }]);
    const byMinute = await server.api.query({ metrics: 'input_tokens', interval: '1m' });
    assert.equal(byMinute.reduce((sum, row) => sum + row.input_tokens, 0), 22_361_870);

    if (noBrowser) {
        t.diagnostic(`the dashboard was not looked at: ${noBrowser}`);
        return;
    }
    const shown = await overviewFigures(server, 19_366);
    assert.deepEqual([shown.calls, shown.total_tokens, shown.error_rate], [19_366, 26_450_535, 0]);
});
