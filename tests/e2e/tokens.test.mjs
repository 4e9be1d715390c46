// `sightglass tokens`: the same ids as npm's tiktoken for every text, and what the command says. TOKENS_MEGABYTES says on how
// much mixed text each encoding is compared (4; the full show is 100).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { mixedTexts } from '../support/mixed_text.mjs';
import { kBinary, needsRecordings, recordedFile, temporaryFolder } from '../support/places.mjs';
import { cleanEnvironment, run } from '../support/sightglass.mjs';

const kMegabytes = Number(process.env.TOKENS_MEGABYTES ?? 4);
const kFull = kMegabytes >= 100;
const kEncodings = ['o200k_base', 'cl100k_base', 'p50k_base', 'r50k_base'];

const tiktoken = await import('tiktoken').catch(() => null);
const noTiktoken = tiktoken === null && "npm's tiktoken is not installed in tests/";

/// Ids of a text, as the command prints them.
function idsOf(encoding, text) {
    const { status, stdout, stderr } = spawnSync(kBinary, ['tokens', '--encoding', encoding, '--ids'], {
        input: text,
        env: cleanEnvironment(),
        maxBuffer: 1 << 28,
    });
    assert.equal(status, 0, stderr.toString());
    const line = stdout.toString('latin1').trim();
    return line === '' ? [] : line.split(' ').map(Number);
}

/// Where two lists differ first, with the text about it; null where they are equal.
function difference(ours, theirs, decode) {
    const at = theirs.findIndex((id, i) => id !== ours[i]);
    if (at < 0 && ours.length === theirs.length) {
        return null;
    }
    const from = Math.max(0, at - 3);
    const text = Buffer.from(decode(Uint32Array.from(theirs.slice(from, from + 10)))).toString();
    return `token ${at} of ${theirs.length}: ${ours.slice(from, from + 10)} instead of ${theirs.slice(from, from + 10)}: ${JSON.stringify(text)}`;
}

for (const encoding of kEncodings) {
    test(`${encoding}: ${kMegabytes} MB of mixed text, the same ids as npm's tiktoken`, { skip: noTiktoken }, () => {
        const theirs = tiktoken.get_encoding(encoding);
        let bytes = 0;
        let tokens = 0;
        const wrong = [];
        for (const { kind, text } of mixedTexts({ megabytes: kMegabytes, full: kFull, documentBytes: kFull ? 1 << 20 : 1 << 18 })) {
            const expected = Array.from(theirs.encode_ordinary(text));
            const ids = idsOf(encoding, text);
            const found = difference(ids, expected, (some) => theirs.decode(some));
            if (found !== null) {
                wrong.push(`${kind}, ${found}`);
            }
            bytes += Buffer.byteLength(text);
            tokens += expected.length;
        }
        theirs.free();
        assert.ok(bytes >= kMegabytes * (1 << 20) * 0.9, `${bytes} bytes were compared`);
        assert.equal(wrong.length, 0, wrong.slice(0, 20).join('\n'));
        console.log(`# ${encoding}: ${bytes} bytes, ${tokens} tokens, no difference`);
    });
}

test("tiktoken's counts of ~50 languages, code and edge strings", { skip: needsRecordings('truth/token_oracle_public.jsonl') }, async () => {
    const rows = fs.readFileSync(recordedFile('truth/token_oracle_public.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    assert.ok(rows.length > 300);
    const folder = temporaryFolder('tokens');
    const files = rows.map(({ text }, i) => {
        fs.writeFileSync(path.join(folder, `${i}`), text);
        return path.join(folder, `${i}`);
    });
    for (const encoding of kEncodings) {
        const { code, stdout } = await run(['tokens', '--encoding', encoding, '--json', ...files]);
        assert.equal(code, 0);
        const counted = stdout.trim().split('\n').map((line) => JSON.parse(line));
        rows.forEach(({ src, n }, i) => assert.equal(counted[i].tokens, n[encoding], `${encoding} ${src}`));
    }
});

test('counts standard input or a file, as a number, as ids, as JSON', async () => {
    const file = path.join(temporaryFolder('tokens'), 'text.txt');
    fs.writeFileSync(file, 'tiktoken is great!');
    for (const args of [['-'], [], [file]]) {
        const { code, stdout, stderr } = await run(['tokens', ...args], { input: 'tiktoken is great!' });
        assert.deepEqual([code, stdout, stderr], [0, '6\n', '']);
    }
    assert.equal((await run(['tokens', '--ids', file])).stdout, '83 8251 2488 382 2212 0\n');
    assert.equal((await run(['tokens', '--ids', '--encoding', 'cl100k_base', file])).stdout, '83 1609 5963 374 2294 0\n');
    assert.deepEqual(JSON.parse((await run(['tokens', '--json', file])).stdout), { encoding: 'o200k_base', tokens: 6 });
    assert.deepEqual(JSON.parse((await run(['tokens', '--json', '--ids', file])).stdout).ids, [83, 8251, 2488, 382, 2212, 0]);
    assert.equal((await run(['tokens'])).stdout, '0\n', 'an empty text');
    assert.equal((await run(['tokens', file, file])).stdout, `6  ${file}\n6  ${file}\n`, 'several files');
});

test('the encoding is that of the model', async () => {
    const encodings = { 'gpt-4o-mini': 'o200k_base', 'gpt-4': 'cl100k_base', 'openai/gpt-4.1': 'o200k_base', 'ft:gpt-3.5-turbo:acme::x': 'cl100k_base', 'gpt-oss-120b': 'o200k_harmony', 'text-davinci-003': 'p50k_base', davinci: 'r50k_base', 'gpt-9-unheard-of': 'o200k_base' };
    for (const [model, encoding] of Object.entries(encodings)) {
        assert.equal(JSON.parse((await run(['tokens', '--json', '--model', model], { input: 'x' })).stdout).encoding, encoding, model);
    }
});

test('a model whose vocabulary is closed is estimated, and says so', async () => {
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(20);
    const { code, stdout, stderr } = await run(['tokens', '--model', 'claude-sonnet-4-5'], { input: text });
    assert.equal(code, 0);
    assert.match(stdout, /^\d+\n$/);
    assert.match(stderr, /an estimate/);
    const answer = JSON.parse((await run(['tokens', '--json', '--model', 'gemini-2.5-pro'], { input: text })).stdout);
    assert.equal(answer.estimated, true);
    assert.ok(answer.error > 0 && answer.error < 1);
    assert.equal((await run(['tokens', '--ids', '--model', 'claude-sonnet-4-5'], { input: text })).code, 1);
});

test('wrong use: exit code 2; a file that is not there: 1', async () => {
    for (const args of [['--encoding', 'utf8'], ['--encoding', 'o200k_base', '--model', 'gpt-4o']]) {
        const { code, stdout, stderr } = await run(['tokens', ...args]);
        assert.deepEqual([code, stdout], [2, '']);
        assert.ok(stderr.length > 0);
    }
    assert.match((await run(['tokens', '--encoding', 'utf8'])).stderr, /there are o200k_base/);
    assert.equal((await run(['tokens', '/nowhere/at/all'])).code, 1);
});

test('bytes that are no text are counted, and a megabyte of one letter is no trouble', () => {
    assert.equal(idsOf('o200k_base', crypto.randomBytes(10_000)).length > 1000, true);
    assert.equal(idsOf('o200k_base', 'a'.repeat(1 << 20)).length, idsOf('o200k_base', 'a'.repeat(1 << 10)).length * 1024);
});
