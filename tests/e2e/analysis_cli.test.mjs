// What changed, on the command line: tables, CSV and JSON of the same answer; CSV of queries, calls and sessions.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { temporaryFolder } from '../support/places.mjs';
import { run } from '../support/sightglass.mjs';

const kDay = 86_400_000;
const kStart = Date.UTC(2026, 8, 21);
const kRange = ['--from', '2026-09-22T00:00:00Z', '--to', '2026-09-23T00:00:00Z'];

/// Ten calls on one day; forty on the next, thirty of them of a new service with a name that a spreadsheet would run.
function lines() {
    return Array.from({ length: 50 }, (_, i) => JSON.stringify({
        started_at: new Date(kStart + (i < 10 ? 0 : kDay) + (i % 20) * 3_600_000).toISOString(),
        provider: 'openai',
        model: 'gpt-4o-mini',
        service: i < 20 ? 'chat' : '=cmd|calc',
        session_id: `session-${i % 4}`,
        operation: 'chat',
        status: 'ok',
        prompt_tokens: 100 + i,
        completion_tokens: 10,
        latency_ms: 500 + i,
    })).join('\n');
}

async function filledDirectory() {
    const folder = temporaryFolder('analysis-cli');
    const file = path.join(folder, 'calls.jsonl');
    fs.writeFileSync(file, `${lines()}\n`);
    const dataDir = path.join(folder, 'data');
    const done = await run(['import', file, '--yes', '--json', '--data-dir', dataDir]);
    assert.equal(done.code, 0, done.stderr);
    return dataDir;
}

const rowsOf = (csv) => csv.trim().split('\r\n').map((row) => row.split(','));

test('explain, query, calls and sessions print tables, CSV and JSON of one answer', async () => {
    const dataDir = await filledDirectory();
    const command = async (...args) => {
        const done = await run([...args, '--data-dir', dataDir]);
        assert.equal(done.code, 0, `${args.join(' ')}: ${done.stderr}`);
        return done.stdout;
    };
    const table = await command('explain', 'calls', ...kRange);
    assert.match(table, /^calls 10 -> 40 calls \(\+30, 300 %\)\n/);
    assert.match(table, /Causes\n[^\n]*\nservice==cmd\|calc +\+30 +100 % +0 +30 +0 +30 +new/);
    const answer = JSON.parse(await command('explain', 'calls', ...kRange, '--json'));
    assert.equal(answer.change, 30);
    const csv = rowsOf(await command('explain', 'calls', ...kRange, '--by', 'service', '--csv'));
    assert.deepEqual(csv[0].slice(0, 3), ['dimensions', 'where', 'contribution']);
    assert.equal(csv.slice(1).reduce((sum, [, , contribution]) => sum + Number(contribution), 0), 30);

    const series = await command('query', 'calls', ...kRange, '--interval', '1h');
    assert.match(series, /^calls [\u2581-\u2588 ]+\n\ntime /);
    const sums = rowsOf(await command('query', 'calls', 'cost_usd', '--by', 'service', ...kRange, '--csv'));
    assert.deepEqual(sums[0], ['service', 'calls', 'cost_usd']);
    assert.deepEqual(sums[1].slice(0, 2), ["'=cmd|calc", '30']);
    const stored = JSON.parse(await command('query', 'calls,cost_usd', '--by', 'service', ...kRange, '--json'));
    assert.equal(Number(sums[1][2]), stored.rows[0][2]);

    const calls = rowsOf(await command('calls', ...kRange, '--limit', '50', '--csv'));
    assert.equal(calls.length, 41);
    assert.equal(calls[0][0], 'started_at');
    assert.equal(rowsOf(await command('sessions', ...kRange, '--csv')).length, 5);
});

test('explain: wrong use ends with 2', async () => {
    const dataDir = await filledDirectory();
    for (const args of [['explain', 'costs'], ['explain', '--by', 'planet'], ['explain', '--json', '--csv'], ['query', 'calls', '--json', '--csv']]) {
        const { code, stderr } = await run([...args, '--data-dir', dataDir]);
        assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
    }
});
