// Recorded traffic of a dozen providers through the gateway: every body must come through byte for byte, both ways,
// whole or in odd pieces, plain or compressed; and what the recordings say of themselves must be what is stored.
//
// All providers go through one upstream here, under /openai: without that prefix some recorded paths (Ollama's
// /api/chat) would be ours, and are not forwarded.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { test } from 'node:test';

import { cannotMake } from '../support/compression.mjs';
import { needsRecordings, recordedFile } from '../support/places.mjs';
import {
    kCassettes,
    leavesUsageOut,
    readRecordings,
    RecordedUpstream,
    replay,
    requestBody,
    statedModel,
    statedTokens,
} from '../support/recordings.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { waitFor, within } from '../support/wait.mjs';

const skip = needsRecordings(...kCassettes, 'tools/replay.mjs', 'tools/drive.mjs');

function freePort() {
    return new Promise((resolve) => {
        const server = net.createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}

/// The replay tool as it is, on a free port.
async function startReplay(t, file, env) {
    const port = await freePort();
    const child = spawn(process.execPath, [recordedFile('tools/replay.mjs'), String(port), recordedFile(file)], {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    let said = '';
    child.stdout.on('data', (text) => (said += text));
    await waitFor(() => said.includes('replay on'), { what: 'the replay tool' });
    return `http://127.0.0.1:${port}`;
}

/// The drive tool as it is: {sent, same, diff, status, fail} and what differed.
async function drive(base, file) {
    const child = spawn(process.execPath, [recordedFile('tools/drive.mjs'), base, recordedFile(file)]);
    let said = '';
    child.stdout.on('data', (text) => (said += text));
    child.stderr.on('data', (text) => (said += text));
    await within(new Promise((resolve) => child.on('close', resolve)), 'the drive tool', 180_000);
    const [first, ...bad] = said.split('\n');
    return { result: JSON.parse(first.slice(0, first.lastIndexOf('}') + 1)), bad: bad.join('\n') };
}

for (const file of kCassettes) {
    for (const [how, env] of [['whole', {}], ['in odd pieces', { CHUNK: '1' }]]) {
        test(`${file}, bodies sent ${how}: byte for byte`, { skip }, async (t) => {
            const upstream = await startReplay(t, file, env);
            const server = await Sightglass.startFor(t, { upstreams: { openai: upstream } });
            const rows = readRecordings(file);

            const { result, bad } = await drive(`${server.origin}/openai`, file);

            const all = { sent: rows.length, same: rows.length, diff: 0, status: 0, fail: 0 };
            assert.deepEqual(result, all, bad);
            await server.api.waitForCount(rows.length);
            const stats = await (await fetch(`${upstream}/_stats`)).json();
            assert.equal(stats.served, rows.length, 'each request reached the upstream once');
        });
    }
}

/// Sends every row, four at a time; returns id → the answer.
async function replayAll(rows, origin, encoding) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
    const answers = new Map();
    let next = 0;
    const worker = async () => {
        while (next < rows.length) {
            const row = rows[next++];
            answers.set(row.id, await replay(row, origin, '/openai', agent, encoding));
        }
    };
    await Promise.all(Array.from({ length: 4 }, worker));
    agent.destroy();
    return answers;
}

function compareBytes(rows, upstream, answers, encoding) {
    for (const row of rows) {
        const answer = answers.get(row.id);
        assert.equal(answer.status, row.status || 200, `status of ${row.id}`);
        assert.ok(answer.bytes.equals(upstream.sent.get(row.id)), `answer of ${row.id} (${row.provider})`);
        assert.ok(upstream.received.get(row.id).body.equals(requestBody(row)), `request of ${row.id}`);
        assert.equal(upstream.received.get(row.id).headers['accept-encoding'], encoding);
        if (encoding !== 'identity' && answer.bytes.length > 0) {
            assert.equal(answer.headers['content-encoding'], encoding, `content-encoding of ${row.id}`);
        }
    }
}

/// Rows whose description says less than their bytes do, and what the bytes say.
const kUnderstated = new Map([
    ['ed95626bc7ec', 'its stream ends in an error event (insufficient_quota) that the row does not name'],
    ['498f2630db3e', 'its last event lacks a brace: its usage is found all the same, and the row states none'],
]);

/// What a stored call says differently from its recording, one line each.
/// Where an answer names no model, the call's is what its alias last stood for: another recording's affair.
const answeredModel = (call) => (call.repairs.includes('complete_model') ? call.model_requested : (call.model ?? call.model_requested));

function differences(row, call) {
    const found = [];
    const same = (name, want, got) => {
        if (want !== got) {
            found.push(`${row.id} ${row.endpoint} ${row.sse ? 'stream' : 'whole'} ${name}: ${got}, recorded ${want}`);
        }
    };
    const stated = statedTokens(row);
    if (leavesUsageOut(row)) {
        // The unit tests read what the bytes say.
    } else if (stated === null) {
        same('reported tokens', false, call.token_source === 'provider');
    } else {
        same('token_source', 'provider', call.token_source);
        for (const [name, value] of Object.entries(stated)) {
            // What a provider does not state may be null, or 0 where it cannot be anything else (embeddings' output).
            same(name, value, (value ?? 0) === 0 && (call[name] ?? 0) === 0 ? value : call[name]);
        }
    }
    const failed = Boolean(row.error) || row.status >= 400;
    same('status', failed ? 'error' : 'ok', call.status);
    same('has error_type', failed, call.error_type !== null);
    same('http_status', row.status, call.http_status);
    same('an error that nobody knows', false, call.error_type === 'other');
    const model = statedModel(row);
    same('model', model, model === undefined ? undefined : answeredModel(call));
    if (row.endpoint === 'chat.completions' || row.endpoint === 'responses') {
        same('stream', row.stream === true, call.stream === true);
    }
    return found;
}

for (const how of ['identity', 'identity in odd pieces', 'gzip', 'br', 'zstd', 'deflate']) {
    for (const file of kCassettes) {
        const encoding = how.split(' ')[0];
        const why = skip || cannotMake(encoding);
        test(`${file} in ${how}: bytes both ways, and the providers' own numbers`, { skip: why }, async (t) => {
            const rows = readRecordings(file);
            const upstream = await RecordedUpstream.start(rows, encoding, { odd: how !== encoding });
            t.after(() => upstream.stop());
            const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });

            const answers = await replayAll(rows, server.origin, encoding);
            await server.api.waitForCount(rows.length);

            compareBytes(rows, upstream, answers, encoding);
            const calls = new Map((await server.api.calls()).map((call) => [call.call_id, call]));
            const wrong = [];
            for (const row of rows.filter((candidate) => !kUnderstated.has(candidate.id))) {
                const call = calls.get(answers.get(row.id).headers['x-sightglass-call-id']);
                wrong.push(...(call ? differences(row, call) : [`${row.id} is not stored`]));
            }
            assert.deepEqual(wrong, []);
        });
    }
}
