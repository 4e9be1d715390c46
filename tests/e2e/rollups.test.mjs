// Answers from rollups: every figure is worked out again here from the calls themselves, after calls came late, and after a
// kill while sums were made.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { temporaryFolder } from '../support/places.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kOptions = { env: { SIGHTGLASS_STORE_ROLLUPS: 'true' } };
const kHour = 3_600_000;
const kDay = 24 * kHour;
const kStart = Date.UTC(2026, 8, 7, 5);
const time = (ms) => new Date(ms).toISOString();

function line(i, at) {
    const service = ['chat', 'search', 'mail'][i % 3];
    return {
        started_at: time(at),
        provider: 'openai',
        model: ['gpt-4o', 'gpt-4o-mini'][i % 2],
        service,
        team: service === 'mail' ? 'office' : 'web',
        api_key_label: `key-${i % 7}`,
        user: `user-${i % 41}`,
        operation: 'chat',
        status: i % 10 === 0 ? 'error' : 'ok',
        prompt_tokens: 100 + (i % 57),
        completion_tokens: 10 + (i % 23),
        latency_ms: 200 + ((i * 7919) % 3000),
    };
}

/// Six days, a call each five seconds: of fewer, the calls would be read.
const usual = () => Array.from({ length: 6 * 17_280 }, (_, i) => line(i, kStart + i * 5_000 + 17));

async function importLines(server, lines, counted) {
    const file = path.join(temporaryFolder('rollups'), 'calls.jsonl');
    fs.writeFileSync(file, `${lines.map((one) => JSON.stringify(one)).join('\n')}\n`);
    const done = await run(['import', file, '--yes', '--json', '--data-dir', server.dataDir], { env: { SIGHTGLASS_ADMIN_TOKEN: server.token } });
    assert.equal(done.code, 0, done.stderr);
    const all = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };
    await waitFor(async () => (await server.api.totals('calls', all))?.calls === counted, { what: `${counted} calls` });
}

/// As SQL's quantile_cont.
function quantile(values, q) {
    const sorted = [...values].sort((a, b) => a - b);
    const place = q * (sorted.length - 1);
    const low = Math.floor(place);
    return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (place - low);
}

const kMetrics = ['calls', 'errors', 'error_rate', 'input_tokens', 'latency_avg_ms', 'latency_max_ms', 'latency_p95_ms', 'users'];

function figures(lines) {
    const latencies = lines.map((one) => one.latency_ms);
    const errors = lines.filter((one) => one.status === 'error').length;
    const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
    return [
        lines.length,
        errors,
        errors / lines.length,
        sum(lines.map((one) => one.prompt_tokens)),
        sum(latencies) / lines.length,
        Math.max(...latencies),
        quantile(latencies, 0.95),
        new Set(lines.map((one) => one.user)).size,
    ];
}

function checkFigures(got, wanted, about) {
    kMetrics.forEach((name, i) => {
        const slack = name.endsWith('p95_ms') ? 0.0101 : 1e-9;
        assert.ok(Math.abs(got[i] - wanted[i]) <= slack * Math.abs(wanted[i]), `${about} ${name}: ${got[i]} is not ${wanted[i]}`);
    });
}

/// Every question beside the lines themselves. Returns what the answers were read from.
async function checkAll(server, lines) {
    const sources = [];
    const from = kStart + 40 * 60_000;
    const to = kStart + 5 * kDay + 3 * kHour + 5 * 60_000;
    const inside = lines.filter((one) => Date.parse(one.started_at) >= from && Date.parse(one.started_at) < to);
    for (const by of ['model', 'service', 'team', 'user', 'status']) {
        const metrics = by === 'user' ? kMetrics.slice(0, 6) : kMetrics;
        const answer = await server.api.get('/api/v1/query', { metrics: metrics.join(','), group_by: by, from: time(from), to: time(to), limit: 1000 });
        sources.push(answer.source);
        assert.equal(answer.rows.length, new Set(inside.map((one) => one[by])).size, by);
        for (const [value, ...row] of answer.rows) {
            const wanted = figures(inside.filter((one) => one[by] === value));
            checkFigures(metrics === kMetrics ? row : [...row, ...wanted.slice(6)], wanted, `${by}=${value}`);
        }
    }
    for (const [interval, width] of [['1h', kHour], ['1d', kDay]]) {
        const answer = await server.api.get('/api/v1/query', { metrics: kMetrics.join(','), interval, from: time(from), to: time(to), limit: 1000 });
        sources.push(answer.source);
        for (const [at, ...row] of answer.rows) {
            const bucket = inside.filter((one) => Math.floor(Date.parse(one.started_at) / width) * width === Date.parse(at));
            checkFigures(row, figures(bucket), `${interval} ${at}`);
        }
    }
    return sources;
}

/// Until sums are there: what was touched before a start is due at once.
async function waitForDays(server) {
    await waitFor(
        async () => {
            const answer = await server.api.get('/api/v1/query', { metrics: 'calls', from: time(kStart - kDay), to: time(kStart + 5 * kDay) });
            return answer.source.from_days_s === 5 * 86_400;
        },
        { what: 'sums by day', deadlineMs: 60_000 },
    );
}

test('what rollups answer is what the calls say, late calls and a kill included', async (t) => {
    const first = await Sightglass.startFor(t, kOptions);
    const lines = usual();
    await importLines(first, lines, lines.length);
    const sources = await checkAll(first, lines);
    assert.ok(sources.every((source) => source.from_calls_s > 0));
    await first.stop();

    const second = await Sightglass.startFor(t, { ...kOptions, dataDir: first.dataDir });
    await second.kill();
    const third = await Sightglass.startFor(t, { ...kOptions, dataDir: first.dataDir });
    await waitForDays(third);
    const summed = await checkAll(third, lines);
    assert.deepEqual([...new Set(summed.map((source) => source.rollup))].sort(), ['model', 'organization', 'service', 'user']);
    assert.ok(summed.every((source) => source.from_days_s + source.from_hours_s > source.from_calls_s));

    const late = [3, 40, 77].map((hours, i) => line(1_000_000 + i, kStart + hours * kHour + 123));
    await importLines(third, late, lines.length + late.length);
    await checkAll(third, [...lines, ...late]);
});
