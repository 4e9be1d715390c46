// Files become calls: once, whatever happens, with the sums of the file; and calls become files again.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { kBinary, needsRecordings, recordedFile, temporaryFolder } from '../support/places.mjs';
import { cleanEnvironment, run, Sightglass } from '../support/sightglass.mjs';
import { zipOf } from '../support/zip.mjs';

const kTrace = 'traces/AzureLLMInferenceTrace_conv.csv';
const kMetrics = 'calls,input_tokens,output_tokens,cost_usd';

const newDataDir = () => path.join(temporaryFolder('import'), 'data');

/// Writes a file into a folder of its own, which is where rejects go as well.
function fileOf(name, text) {
    const file = path.join(temporaryFolder('files'), name);
    fs.writeFileSync(file, text);
    return file;
}

/// Totals as `query` gives them from a directory that no server has open.
async function totals(dataDir) {
    const args = ['query', ...kMetrics.split(','), '--from', '2000-01-01T00:00:00Z', '--to', '2100-01-01T00:00:00Z'];
    const answer = await run([...args, '--json', '--data-dir', dataDir]);
    assert.equal(answer.code, 0, answer.stderr);
    const { columns, rows } = JSON.parse(answer.stdout);
    return Object.fromEntries(columns.map((column, i) => [column.name, rows[0][i]]));
}

function importFile(file, dataDir, ...args) {
    return run(['import', file, '--data-dir', dataDir, '--json', ...args], { cwd: path.dirname(file) });
}

function jsonLines(count, from = 0) {
    let text = '';
    for (let i = from; i < from + count; ++i) {
        const at = new Date(Date.UTC(2026, 9, 1) + i * 250).toISOString();
        const user = `user-${i % 97}`;
        text += `${JSON.stringify({ time: at, model: 'gpt-4o-mini', user, prompt_tokens: 100 + (i % 7), completion_tokens: 10, latency_ms: 900, status: 200, service: 'search', note: 'x'.repeat(80) })}\n`;
    }
    return text;
}

test('the Azure trace: its sums, to the token', { skip: needsRecordings(kTrace) }, async () => {
    const dataDir = newDataDir();
    const folder = temporaryFolder('cwd');
    const args = ['import', recordedFile(kTrace), '--data-dir', dataDir, '--json'];
    const done = await run(args, { cwd: folder });
    assert.equal(done.code, 0, done.stderr);
    assert.equal(JSON.parse(done.stdout).calls, 19_366);
    const sums = await totals(dataDir);
    assert.deepEqual([sums.calls, sums.input_tokens, sums.output_tokens], [19_366, 22_361_870, 4_088_665]);
});

test('a file imported twice, by another name, in another order or with more lines, adds what is new and nothing else', async () => {
    const dataDir = newDataDir();
    const lines = jsonLines(3_000).trim().split('\n');
    const text = [...lines, ...lines.slice(0, 5)].join('\n');  // Five lines stand there twice: they are five more calls.
    assert.equal((await importFile(fileOf('a.jsonl', text), dataDir, '--yes')).code, 0);
    const once = await totals(dataDir);
    assert.equal(once.calls, 3_005);
    assert.equal((await importFile(fileOf('b.jsonl', text), dataDir, '--yes')).code, 0);
    assert.deepEqual(await totals(dataDir), once);
    const reversed = [...lines, ...lines.slice(0, 5)].reverse().join('\n');
    assert.equal((await importFile(fileOf('c.jsonl', `${reversed}\n${jsonLines(10, 3_000)}`), dataDir, '--yes')).code, 0);
    assert.equal((await totals(dataDir)).calls, 3_015);
});

test('kill -9 in the middle of an import, again and again: in the end every line counts once', async () => {
    const dataDir = newDataDir();
    const file = fileOf('calls.jsonl', jsonLines(60_000));
    for (const delayMs of [150, 400, 800]) {
        const child = spawn(kBinary, ['import', file, '--yes', '--data-dir', dataDir], { env: cleanEnvironment(), stdio: 'ignore' });
        const gone = new Promise((resolve) => child.on('close', resolve));
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        child.kill('SIGKILL');
        await gone;
    }
    const done = await importFile(file, dataDir, '--yes');
    assert.equal(done.code, 0, done.stderr);
    const sums = await totals(dataDir);
    const expected = Array.from({ length: 60_000 }, (_, i) => 100 + (i % 7)).reduce((sum, n) => sum + n, 0);
    assert.deepEqual([sums.calls, sums.input_tokens, sums.output_tokens], [60_000, expected, 600_000]);
});

test('a running server takes an import, and when the command ends its figures are the same', async (t) => {
    const server = await Sightglass.startFor(t);
    const count = 30_000;
    const file = fileOf('calls.jsonl', jsonLines(count));
    const env = { SIGHTGLASS_ADMIN_TOKEN: server.token };
    const done = await run(['import', file, '--yes', '--data-dir', server.dataDir, '--json'], { env });
    assert.equal(done.code, 0, done.stderr);
    const expected = Array.from({ length: count }, (_, i) => 100 + (i % 7)).reduce((sum, n) => sum + n, 0);
    const range = { from: '2026-09-30T00:00:00Z', to: '2026-10-03T00:00:00Z' };
    // Asked once: when the command ends, all of it is counted.
    const [row] = await server.api.query({ metrics: 'calls,input_tokens,output_tokens', ...range });
    assert.deepEqual(row, { calls: count, input_tokens: expected, output_tokens: 10 * count });
});

test('lines that are none are listed with line, field and reason, and the rest is taken', async () => {
    const text = `${jsonLines(2)}{"time":"never","model":"m"}\n\u0000\u0001\n${jsonLines(2, 2)}{"time":1795335522,"prompt_tokens":-3}\n{"a":`;
    const file = fileOf('hostile.jsonl', text);
    const dataDir = newDataDir();
    const done = await importFile(file, dataDir, '--yes');
    assert.equal(done.code, 1, done.stderr);
    assert.deepEqual(JSON.parse(done.stdout).calls, 4);
    const rejects = fs.readFileSync(`${file}.rejects.csv`, 'utf8').trim().split('\n');
    assert.deepEqual(rejects, [
        'line,field,reason',
        '3,time,is no time',
        '4,,it is not JSON: not a value',
        '7,prompt_tokens,is negative',
        '8,,it is not JSON: not a value',
    ]);
    assert.equal((await totals(dataDir)).calls, 4);
});

test('a guess is asked for, and a format that nobody knows is a mistake of usage', async () => {
    const file = fileOf('calls.jsonl', jsonLines(3));
    const dataDir = newDataDir();
    const asked = await importFile(file, dataDir);
    assert.equal(asked.code, 2);
    assert.match(asked.stderr, /prompt_tokens/);
    assert.match(asked.stderr, /--yes/);
    assert.equal((await importFile(file, dataDir, '--format', 'nonsense')).code, 2);
    assert.equal((await importFile(`${file}.absent`, dataDir)).code, 1);
    const dry = await importFile(file, dataDir, '--dry-run');
    assert.equal(dry.code, 0, dry.stderr);
    assert.equal(JSON.parse(dry.stdout).calls, 3);
    assert.equal((await totals(dataDir)).calls ?? 0, 0);
});

test('a mapping to a column that is not there is a mistake of usage in a table, and told in JSON', async () => {
    const dataDir = newDataDir();
    const table = fileOf('calls.csv', 'time,model,customer\n2026-11-22T08:00:00Z,m,eve\n');
    const wrong = await importFile(table, dataDir, '--yes', '--map', 'user=NoColumn');
    assert.equal(wrong.code, 2, wrong.stderr);
    assert.match(wrong.stderr, /there is no column "NoColumn"; there are time, model, customer/);
    assert.equal((await importFile(table, dataDir, '--yes', '--map', 'user=customer')).code, 0);
    // JSON may name it in a later line than those that are looked at.
    const lines = fileOf('calls.jsonl', jsonLines(300) + '{"time":"2026-11-22T09:00:00Z","model":"m","rare":"adam"}\n');
    const done = await importFile(lines, dataDir, '--yes', '--map', 'user=rare', '--map', 'team=NoColumn');
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stderr, /no row has a "NoColumn"/);
    assert.doesNotMatch(done.stderr, /no row has a "rare"/);
    const users = await run(['query', 'calls', '--by', 'user', '--from', '2026-11-22T00:00:00Z', '--to', '2026-11-23T00:00:00Z', '--json', '--data-dir', dataDir]);
    assert.deepEqual(JSON.parse(users.stdout).rows.map((row) => row[0]).sort(), ['adam', 'eve']);
});

test('standard input and gzip are read as files are', async () => {
    const { gzipSync } = await import('node:zlib');
    const dataDir = newDataDir();
    const file = fileOf('calls.jsonl.gz', gzipSync(Buffer.from(jsonLines(1_000))));
    assert.equal((await importFile(file, dataDir, '--yes')).code, 0);
    assert.equal((await totals(dataDir)).calls, 1_000);
    const piped = newDataDir();
    const child = spawn(kBinary, ['import', '-', '--yes', '--data-dir', piped], { env: cleanEnvironment(), stdio: ['pipe', 'ignore', 'inherit'] });
    child.stdin.end(jsonLines(1_000));
    assert.equal(await new Promise((resolve) => child.on('close', resolve)), 0);
    assert.deepEqual(await totals(piped), await totals(dataDir));
});

/// A person's conversation with so many answers.
function conversation(id, answers) {
    const mapping = { [`${id}-u`]: { id: `${id}-u`, parent: null, children: [], message: { id: `${id}-u`, author: { role: 'user' }, create_time: 1795335522, content: { content_type: 'text', parts: ['hello'] } } } };
    for (let i = 0; i < answers; ++i) {
        const message = { id: `${id}-${i}`, author: { role: 'assistant' }, create_time: 1795335523 + i, content: { content_type: 'text', parts: ['hi'] }, metadata: { model_slug: 'gpt-4o' } };
        mapping[message.id] = { id: message.id, parent: `${id}-u`, children: [], message };
    }
    return { title: 'secret plans', conversation_id: id, create_time: 1795335522, mapping };
}

test('a ChatGPT export is taken as it comes: zipped, in several files, beside others', async () => {
    const dataDir = newDataDir();
    const archive = zipOf([
        { name: 'user.json', text: '{"id":"user-1","email":"ada@example.org"}' },
        { name: 'conversations-000.json', text: JSON.stringify([conversation('c1', 3), conversation('c2', 2)]) },
        { name: 'chat.html', text: '<html></html>' },
        { name: 'conversations-001.json', text: JSON.stringify([conversation('c3', 4)]) },
        { name: '__MACOSX/._conversations.json', text: 'x' },
    ]);
    const file = fileOf('export.zip', archive);
    const done = await importFile(file, dataDir);
    assert.equal(done.code, 0, done.stderr);
    const lines = done.stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ file: name, calls }) => [name.slice(name.indexOf('.zip/')), calls]), [
        ['.zip/conversations-000.json', 5],
        ['.zip/conversations-001.json', 4],
    ]);
    assert.equal((await totals(dataDir)).calls, 9);
    assert.equal((await importFile(file, dataDir)).code, 0);
    assert.equal((await totals(dataDir)).calls, 9);
});

test('an archive that is broken, or holds nothing to import, is said to be so', async () => {
    const dataDir = newDataDir();
    const text = jsonLines(50);
    const broken = await importFile(fileOf('broken.zip', zipOf([{ name: 'a.jsonl', text, crc: 7 }])), dataDir, '--yes');
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /unpack a\.jsonl/);
    const cut = zipOf([{ name: 'a.jsonl', text }]).subarray(0, 200);
    assert.equal((await importFile(fileOf('cut.zip', cut), dataDir, '--yes')).code, 1);
    const other = await importFile(fileOf('other.zip', zipOf([{ name: 'photo.png', text: 'x' }])), dataDir, '--yes');
    assert.equal(other.code, 2);
    const zeros = await importFile(fileOf('bomb.zip', zipOf([{ name: 'a.jsonl', text: Buffer.alloc(300 << 20) }])), dataDir, '--yes');
    assert.notEqual(zeros.code, 0);
    const piped = await run(['import', '-', '--data-dir', dataDir], { input: zipOf([{ name: 'a.jsonl', text }]) });
    assert.equal(piped.code, 2);
    assert.match(piped.stderr, /zip archive/);
});

test('what is exported is imported into an empty directory as the same calls', async () => {
    const dataDir = newDataDir();
    assert.equal((await importFile(fileOf('calls.jsonl', jsonLines(12_000)), dataDir, '--yes')).code, 0);
    const original = (await run(['export', '--data-dir', dataDir])).stdout;
    assert.equal(original.trim().split('\n').length, 12_000);
    for (const format of ['jsonl', 'csv', 'parquet']) {
        const out = path.join(temporaryFolder('export'), `calls.${format}`);
        const done = await run(['export', '--format', format, '-o', out, '--data-dir', dataDir]);
        assert.equal(done.code, 0, done.stderr);
        const copy = newDataDir();
        const back = await importFile(out, copy);
        assert.equal(back.code, 0, back.stderr);
        assert.equal(JSON.parse(back.stdout).format, 'Sightglass export');
        const again = path.join(temporaryFolder('export'), `again.${format}`);
        assert.equal((await run(['export', '-o', again, '--data-dir', copy])).code, 0);
        const lines = fs.readFileSync(again, 'utf8');
        assert.ok(lines === original, `${format}: the copy differs`);
    }
    const some = await run(['export', '--filter', 'user:user-3', '--data-dir', dataDir]);
    assert.equal(some.stdout.trim().split('\n').length, Math.ceil((12_000 - 3) / 97));
});

test('an export that cannot be finished leaves the file that was there, and nothing beside it', async () => {
    const dataDir = newDataDir();
    assert.equal((await importFile(fileOf('calls.jsonl', jsonLines(10)), dataDir, '--yes')).code, 0);
    for (const format of ['jsonl', 'csv', 'parquet']) {
        const out = fileOf(`calls.${format}`, 'last week');
        const failed = await run(['export', '--format', format, '--filter', 'nonsense:x', '-o', out, '--data-dir', dataDir]);
        assert.notEqual(failed.code, 0);
        assert.equal(fs.readFileSync(out, 'utf8'), 'last week');
        assert.deepEqual(fs.readdirSync(path.dirname(out)), [`calls.${format}`]);
        const done = await run(['export', '--format', format, '-o', out, '--data-dir', dataDir]);
        assert.equal(done.code, 0, done.stderr);
        assert.ok(fs.statSync(out).size > 'last week'.length);
        assert.deepEqual(fs.readdirSync(path.dirname(out)), [`calls.${format}`]);
    }
    const device = await run(['export', '-o', '/dev/null', '--data-dir', dataDir]);
    assert.equal(device.code, 0, device.stderr);
    assert.ok(fs.statSync('/dev/null').isCharacterDevice());
});

test('lines of 1970 and 2200 are kept as of the import, marked, and counted once', async () => {
    const dataDir = newDataDir();
    const file = fileOf('calls.csv', 'time,model,input_tokens\n1970-01-01T00:00:05Z,m,7\n2200-01-01T00:00:00Z,m,8\n');
    const before = Date.now();
    assert.equal((await importFile(file, dataDir, '--yes')).code, 0);
    assert.equal((await importFile(file, dataDir, '--yes')).code, 0);
    const calls = (await run(['export', '--data-dir', dataDir])).stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(calls.map((call) => call.fresh_input_tokens).sort(), [7, 8]);
    for (const call of calls) {
        assert.ok(Date.parse(call.started_at) >= before - 1_000, call.started_at);
        assert.equal(call.repairs.split(',')[0], 'line_time');
        assert.equal(call.latency_us, undefined);
    }
});

test('what cannot be read, and what was known already, is said in plain words', async () => {
    const dataDir = newDataDir();
    const binary = await importFile(fileOf('binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 10, 0x2c])), dataDir, '--yes');
    assert.notEqual(binary.code, 0);
    assert.match(binary.stderr, /neither text in UTF-8 nor a format that is known/);
    const deep = `${jsonLines(1)}${'['.repeat(5_000)}${']'.repeat(5_000)}\n`;
    const bytes = Buffer.concat([Buffer.from(deep), Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d, 10])]);
    const file = fileOf('hostile.jsonl', bytes);
    assert.equal((await importFile(file, dataDir, '--yes')).code, 1);
    const rejects = fs.readFileSync(`${file}.rejects.csv`, 'utf8').trim().split('\n');
    assert.equal(rejects.length, 3);
    assert.match(rejects[1], /nested/);
    assert.match(rejects[2], /UTF-8/);
    const more = fileOf('more.jsonl', jsonLines(100));
    const first = await importFile(more, dataDir, '--yes');
    assert.match(first.stderr, /Known already, and counted once: 1\n/);
    const second = await importFile(more, dataDir, '--yes');
    assert.match(second.stderr, /Known already, and counted once: 100\n/);
    assert.equal((await totals(dataDir)).calls, 100);
});

test('an import that is interrupted says that it is to be run again', async () => {
    const dataDir = newDataDir();
    const child = spawn(kBinary, ['import', '-', '--yes', '--data-dir', dataDir], { env: cleanEnvironment(), stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    child.stdin.on('error', () => {});
    child.stdin.write(jsonLines(2_000));  // And no end of it.
    const shown = new Promise((resolve) => child.stderr.on('data', (bytes) => {
        said += bytes;
        resolve();
    }));
    const gone = new Promise((resolve) => child.on('close', (_code, signal) => resolve(signal)));
    await shown;
    child.kill('SIGINT');
    assert.equal(await gone, 'SIGINT');
    assert.match(said, /Interrupted: .*Import it again: nothing counts twice/);
    assert.equal((await importFile(fileOf('calls.jsonl', jsonLines(2_000)), dataDir, '--yes')).code, 0);
    assert.equal((await totals(dataDir)).calls, 2_000);
});
