// Text of every kind that a tokenizer may trip over, the same for the same seed: all scripts, emoji, random bytes made valid
// UTF-8, code, JSON, white space, contractions, long single words; and, where it is there, what people and models really said.
import fs from 'node:fs';
import path from 'node:path';

import { kSourceDir, recordedFile } from './places.mjs';

/// mulberry32: small, and the same everywhere.
export function randomNumbers(seed) {
    let state = seed >>> 0;
    const next = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return (mixed ^ (mixed >>> 14)) >>> 0;
    };
    return { below: (limit) => next() % limit, pick: (list) => list[next() % list.length] };
}

/// First and last character of scripts and symbols, each tried as words.
const kBlocks = [
    [0x41, 0x5a], [0x61, 0x7a], [0xc0, 0x24f], [0x250, 0x2ff], [0x300, 0x36f], [0x370, 0x3ff], [0x400, 0x52f], [0x531, 0x58f],
    [0x591, 0x5f4], [0x600, 0x6ff], [0x700, 0x74f], [0x780, 0x7bf], [0x900, 0x97f], [0x980, 0x9ff], [0xa00, 0xa7f], [0xb80, 0xbff],
    [0xc00, 0xc7f], [0xd00, 0xd7f], [0xd80, 0xdff], [0xe00, 0xe7f], [0xe80, 0xeff], [0xf00, 0xfff], [0x1000, 0x109f],
    [0x10a0, 0x10ff], [0x1100, 0x11ff], [0x1200, 0x137f], [0x13a0, 0x13ff], [0x1400, 0x167f], [0x1780, 0x17ff], [0x1800, 0x18af],
    [0x1c80, 0x1cbf], [0x1e00, 0x1eff], [0x1f00, 0x1fff], [0x2000, 0x206f], [0x2070, 0x20cf], [0x2100, 0x218f], [0x2190, 0x23ff],
    [0x2460, 0x24ff], [0x2500, 0x27bf], [0x2c00, 0x2c5f], [0x2de0, 0x2e5d], [0x3000, 0x303f], [0x3040, 0x30ff], [0x3400, 0x4dbf],
    [0x4e00, 0x9fff], [0xa000, 0xa4cf], [0xa640, 0xa69f], [0xa720, 0xa7ff], [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xfb00, 0xfdff],
    [0xfe00, 0xfe6f], [0xff00, 0xffef], [0x10000, 0x100ff], [0x10400, 0x104ff], [0x10900, 0x10aff], [0x11000, 0x112ff],
    [0x12000, 0x123ff], [0x13000, 0x1342f], [0x16e40, 0x16e9f], [0x1d100, 0x1d1ff], [0x1d400, 0x1d7ff], [0x1e900, 0x1e95f],
    [0x1f000, 0x1f2ff], [0x1f300, 0x1f6ff], [0x1f900, 0x1f9ff], [0x20000, 0x2a6df], [0xe0100, 0xe01ef],
];
const kEmoji = ['😀', '👨‍👩‍👧‍👦', '🏳️‍🌈', '👍🏽', '🇳🇱', '❤️', '☕', '1️⃣', '🧑🏿‍🚀', '🫠', '™️', '©'];
const kJoints = [' ', ' ', ' ', ' ', '\n', '  ', '\t', '\r\n', '\n\n', ', ', '. ', '-', '/', '', "'s ", "'LL ", "'ſ", '’s ', '\u00a0', '\u3000', '\u2028', ' \n ', '...', '(', ')', '"', '_', '=', ';\n    '];
const kWords = ['the', 'Model', 'answers', 'HTTPServer', 'camelCase', 'SCREAMING_CASE', "don't", "I'VE", 'naïve', 'Straße', 'ǅungla', '12', '2026', '3.14159', '١٢٣', '½', 'ⅷ', '日本語', '模型', '한국어', 'Приве́т', 'हिन्दी', 'ไทย', 'x', '_', '#include', '<|endoftext|>', '<|im_start|>', '```'];

function words(random, bytes) {
    const parts = [];
    for (let size = 0; size < bytes; ) {
        const [first, last] = random.pick(kBlocks);
        const length = 1 + random.below(9);
        let word = '';
        for (let i = 0; i < length; ++i) {
            word += String.fromCodePoint(first + random.below(last - first + 1));
        }
        parts.push(random.below(3) === 0 ? random.pick(kWords) : word, random.pick(kJoints));
        size += 3 * length + 2;
    }
    return parts.join('');
}

function repeated(random, bytes, make) {
    const parts = [];
    for (let size = 0; size < bytes; ) {
        const part = make(random);
        parts.push(part);
        size += Buffer.byteLength(part);
    }
    return parts.join('');
}

const kKinds = {
    scripts: words,
    emoji: (random, bytes) => repeated(random, bytes, () => random.pick(kEmoji) + random.pick(kJoints) + (random.below(4) === 0 ? random.pick(kWords) : '')),
    joints: (random, bytes) => repeated(random, bytes, () => random.pick(kJoints).repeat(1 + random.below(4)) + (random.below(2) === 0 ? random.pick(kWords) : '')),
    randomBytes: (random, bytes) => Buffer.from(Uint8Array.from({ length: bytes / 2 }, () => random.below(256))).toString('utf8'),
    randomAscii: (random, bytes) => String.fromCharCode(...Array.from({ length: Math.min(bytes, 60_000) }, () => random.below(128))),
    codePoints: (random, bytes) => repeated(random, bytes, () => {
        const point = random.below(0x110000);
        return point >= 0xd800 && point < 0xe000 ? 'x' : String.fromCodePoint(point);
    }),
    json: (random, bytes) => repeated(random, bytes, () => `${JSON.stringify({ id: random.below(1e9), [random.pick(kWords)]: random.pick(kWords), list: [random.below(1000) / 7, null, true], text: words(random, 40) }, null, random.below(3))}\n`),
    letters: (random, bytes) => repeated(random, bytes, () => {
        const length = 1 + random.below(28);
        return String.fromCharCode(...Array.from({ length }, () => 97 + random.below(26) - (random.below(12) === 0 ? 32 : 0))) + random.pick([' ', ' ', '\n', '_', '', '1']);
    }),
    longWords: (random, bytes) => repeated(random, bytes, () => {
        const alphabet = random.pick(['a', 'ab', 'etaoin', 'abcdefghijklmnopqrstuvwxyz', 'ACGT', '的一是不了', '=', '-', ' ', 'é', 'ะ', '😀', '\n']);
        const letters = [...alphabet];
        return `${Array.from({ length: 1 + random.below(Math.floor(10_000 / Buffer.byteLength(letters[0]))) }, () => random.pick(letters)).join('')}\n`;
    }),
};

/// What lies about: the sources of this tree, and the recorded conversations beside it.
function realTexts() {
    const texts = [];
    const collect = (folder) => {
        for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
            const place = path.join(folder, entry.name);
            if (entry.isDirectory() && entry.name !== 'node_modules') {
                collect(place);
            } else if (/\.(cc|h|md|mjs|ts|tsx|yaml|json|jsonl|sse)$/.test(entry.name)) {
                texts.push(fs.readFileSync(place, 'utf8'));
            }
        }
    };
    ['src', 'docs', 'tests', 'dashboard/src', 'api'].forEach((folder) => collect(path.join(kSourceDir, folder)));
    for (const name of ['conv/conversations_public.jsonl', 'conv/mt_bench.jsonl', 'intent/usecase_public.jsonl', 'truth/token_oracle_public.jsonl', 'cassettes/vercel_replay.jsonl', 'cassettes/core_public.jsonl']) {
        const file = recordedFile(name);
        if (file !== null) {
            const lines = fs.readFileSync(file, 'utf8').trim().split('\n');
            texts.push(lines.map((line) => Object.values(JSON.parse(line)).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n')).join('\n'));
        }
    }
    return texts.join('\n');
}

/// Every character, each among letters, beside itself, before a contraction, a number and white space.
function everyCharacter() {
    const parts = [];
    for (let point = 0; point < 0x110000; ++point) {
        if (point < 0xd800 || point > 0xdfff) {
            const c = String.fromCodePoint(point);
            parts.push(`a${c}b${c}${c}B ${c}'s${c}1${c}\n${c} ${c}A`);
        }
    }
    return parts;
}

/// Documents {kind, text} of about `documentBytes` each, about `megabytes` in all. With `full`, everything real and every
/// character comes first; without, a sample of both.
export function* mixedTexts({ megabytes, full, seed = 20261122, documentBytes = 1 << 18 }) {
    const random = randomNumbers(seed);
    let left = megabytes * (1 << 20);
    const real = realTexts();
    const characters = everyCharacter();
    const share = full ? Infinity : left / 4;
    for (let at = 0, taken = 0; at < real.length && taken < share; at += documentBytes) {
        // Not through the middle of a surrogate pair.
        const text = real.slice(at, at + documentBytes).toWellFormed();
        taken += Buffer.byteLength(text);
        left -= Buffer.byteLength(text);
        yield { kind: 'real', text };
    }
    const step = full ? 1 : 17;
    const chosen = characters.filter((_, i) => full || i < 0x3500 || i % step === 0);
    for (let at = 0; at < chosen.length; at += 8192) {
        const text = chosen.slice(at, at + 8192).join('');
        left -= Buffer.byteLength(text);
        yield { kind: 'everyCharacter', text };
    }
    const kinds = Object.keys(kKinds);
    for (let i = 0; left > 0; ++i) {
        const kind = kinds[i % kinds.length];
        const text = kKinds[kind](random, documentBytes).toWellFormed();
        left -= Buffer.byteLength(text);
        yield { kind, text };
    }
}
