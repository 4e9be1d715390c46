// The same as bench_tokens, for a package from npm: node bench/token_peer.mjs PACKAGE ENCODING FILE
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const require = createRequire(path.join(path.dirname(fileURLToPath(import.meta.url)), '../tests/package.json'));
const kMakers = {
    tiktoken: (encoding) => {
        const encoder = require('tiktoken').get_encoding(encoding);
        return (text) => encoder.encode_ordinary(text);
    },
    'tiktoken-rs-node-linux-x64-gnu': (encoding) => {
        const encoder = require('tiktoken-rs-node-linux-x64-gnu').getEncoding(encoding);
        return (text) => encoder.encode(text);
    },
};

const [name, encoding, file] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const encode = kMakers[name](encoding);
console.log(encode(text).length);
const processorNs = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1000;
};
for await (const line of readline.createInterface({ input: process.stdin })) {
    const least = Number(line) * 1e6;
    const begin = processorNs();
    let now = begin;
    let rounds = 0;
    while (now - begin < least) {
        encode(text);
        rounds += 1;
        now = processorNs();
    }
    console.log(((now - begin) / rounds).toFixed(0));
}
