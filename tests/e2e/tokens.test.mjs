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

test("requests: OpenAI's formula on texts, and the API's own counts", { skip: needsRecordings('truth/usage_calibration_public.jsonl') }, async () => {
    const rows = fs.readFileSync(recordedFile('truth/usage_calibration_public.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    const told = rows.filter(({ tiktoken_formula: formula, model }) => formula !== null && model !== 'openllmetry-testing' && model !== 'embedding');
    const folder = temporaryFolder('requests');
    const files = told.map(({ model, endpoint, messages, text }, i) => {
        const file = path.join(folder, `${i}`);
        const body = messages ? { model, messages } : { model, [endpoint === 'embeddings' ? 'input' : 'prompt']: text };
        fs.writeFileSync(file, JSON.stringify(body));
        return file;
    });
    const { code, stdout } = await run(['tokens', '--request', '--json', ...files]);
    assert.equal(code, 0);
    const counted = stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.equal(counted.length, told.length);
    // The newest models begin a reply with one token less than the formula says, as their own counts show.
    const short = (model) => (/^(gpt-5|gpt-audio|o3-mini)/.test(model) ? 1 : 0);
    let equal = 0;
    const plain = told.filter(({ tools, fmt }) => !tools && !fmt).length;
    told.forEach(({ id, model, tools, fmt, prompt_tokens: reported, tiktoken_formula: formula }, i) => {
        assert.equal(counted[i].tokens, formula - short(model), `${id} ${model}`);
        equal += !tools && !fmt && counted[i].tokens === reported ? 1 : 0;
    });
    // The others are models that add a prompt of their own (search, o1), completions with a suffix, audio.
    console.log(`# ${equal} of ${plain} requests without tools and formats as the API counted them`);
    assert.ok(equal >= plain * 0.96, `${equal} of ${plain}`);
});

test('requests: every provider\'s form; what cannot be counted is said', async () => {
    const count = async (body, ...args) => {
        const { code, stdout, stderr } = await run(['tokens', '--request', ...args], { input: JSON.stringify(body) });
        assert.equal(code, 0, stderr);
        return { tokens: Number(stdout), stderr };
    };
    const chat = { model: 'gpt-4o', messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: [{ type: 'text', text: 'hi' }] }] };
    const { tokens } = await count(chat);
    assert.equal(tokens, 3 + (3 + 1 + 3) + (3 + 1 + 1));
    assert.equal((await count({ model: 'gpt-4o', instructions: 'Be brief.', input: 'hi' })).tokens, tokens);
    assert.equal((await count({ model: 'gpt-4o', input: [{ role: 'developer', content: 'Be brief.' }, { role: 'user', content: [{ type: 'input_text', text: 'hi' }] }] })).tokens, tokens);
    assert.equal((await count({ model: 'text-embedding-3-small', input: ['hi', 'hi', [1, 2, 3]] })).tokens, 5);
    const anthropic = await count({ model: 'claude-sonnet-4-5', system: 'Be brief.', messages: [{ role: 'user', content: 'hi' }] });
    assert.equal(anthropic.tokens, Math.round(4 * 1.2 + 6));
    assert.match(anthropic.stderr, /an estimate/);
    const gemini = { systemInstruction: { parts: [{ text: 'Be brief.' }] }, contents: [{ role: 'user', parts: [{ text: 'hi' }] }] };
    assert.equal((await count(gemini, '--model', 'gemini-2.5-pro')).tokens, 4);
    const tool = { type: 'function', function: { name: 'now', parameters: { type: 'object', properties: { zone: { type: 'string', enum: ['UTC', 'CET'] } } } } };
    assert.ok((await count({ ...chat, tools: [tool] })).tokens > tokens + 20);
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452000004000000040008020000', 'hex').toString('base64');
    const image = { ...chat, messages: [...chat.messages, { role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }] }] };
    assert.equal((await count(image)).tokens, tokens + 4 + 765);
    image.messages[2].content[0].image_url.url = 'https://example.com/a.png';
    assert.match((await count(image)).stderr, /not counted/);
    assert.equal((await run(['tokens', '--request'], { input: 'no json' })).code, 1);
    assert.equal((await run(['tokens', '--request'], { input: '{}' })).code, 1);
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
