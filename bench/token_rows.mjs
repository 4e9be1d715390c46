// The tokenizer beside npm's, on one processor: rounds in turn, each a process of its own that stays up and waits between.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { canPin } from './processes.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const shared = join(root, '../shared/data');
const kPeers = ['tiktoken', 'tiktoken-rs-node-linux-x64-gnu'];
const kEncodings = ['o200k_base', 'cl100k_base'];
const kCorpusBytes = 2_000_000;
const kRoundMs = 200;

function rowsOf(file) {
    return readFileSync(join(shared, file), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
}

function treeText(folder, ending) {
    return readdirSync(join(root, folder), { recursive: true })
        .filter((name) => ending.test(name))
        .sort()
        .map((name) => readFileSync(join(root, folder, name), 'utf8'))
        .join('\n');
}

const isChinese = (text) => /[\u4e00-\u9fff]{4}/.test(text);

/// What people really wrote, where the recorded data lies beside the tree; else what the tree itself has.
const kCorpora = {
    english: () =>
        existsSync(join(shared, 'conv'))
            ? rowsOf('conv/conversations_public.jsonl').flatMap(({ messages }) => messages.map(({ content }) => (typeof content === 'string' ? content : ''))).join('\n\n')
            : treeText('docs', /\.md$/),
    chinese: () =>
        existsSync(join(shared, 'truth'))
            ? ['intent/usecase_public.jsonl', 'truth/token_oracle_public.jsonl'].flatMap((file) => rowsOf(file).map(({ text }) => text)).filter(isChinese).join('\n')
            : readFileSync(join(root, 'dashboard/src/i18n/zh.ts'), 'utf8').match(/[\u3000-\u9fff\uff00-\uffef]+/g).join('\n'),
    code: () => treeText('src', /\.(cc|h)$/),
    json: () =>
        existsSync(join(shared, 'cassettes'))
            ? rowsOf('cassettes/vercel_replay.jsonl').map((row) => row.resp_body ?? '').filter((body) => /^(\{|data:)/.test(body)).join('\n')
            : treeText('dashboard', /^package-lock\.json$/),
};

function startEncoder(command) {
    const [program, ...args] = canPin ? ['taskset', '-c', '0', ...command] : command;
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => {
        const { value, done } = await lines.next();
        if (done) {
            throw new Error(`${command.join(' ')} ended`);
        }
        return Number(value);
    };
    return { child, next, measure: () => (child.stdin.write(`${kRoundMs}\n`), next()) };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function compare(folder, encoding, file, rounds) {
    const commands = [
        [join(folder, 'bench_tokens'), encoding, file],
        ...kPeers.map((peer) => [process.execPath, join(here, 'token_peer.mjs'), peer, encoding, file]),
    ];
    const encoders = commands.map(startEncoder);
    const counts = [];
    for (const encoder of encoders) {
        counts.push(await encoder.next());
    }
    if (counts[0] !== counts[1]) {
        throw new Error(`${encoding}: ${counts[0]} tokens, and by npm's tiktoken ${counts[1]}`);
    }
    const times = encoders.map(() => []);
    for (let round = 0; round < rounds; ++round) {
        for (let i = 0; i < encoders.length; ++i) {
            const at = (i + round) % encoders.length;
            times[at].push(await encoders[at].measure());
        }
    }
    encoders.forEach(({ child }) => child.stdin.end());
    return times;
}

/// Rows of bench/run.mjs: megabytes a second, more is better.
export async function tokenRows(folder, rounds) {
    const work = join(folder, 'work');
    mkdirSync(work, { recursive: true });
    const rows = [];
    for (const [corpus, read] of Object.entries(kCorpora)) {
        const file = join(work, `${corpus}.txt`);
        writeFileSync(file, read().slice(0, kCorpusBytes).replaceAll('<|', '< |').toWellFormed());
        const megabytes = readFileSync(file).length / 1e6;
        for (const encoding of kEncodings) {
            const [ours, ...others] = await compare(folder, encoding, file, rounds);
            others.forEach((times, i) => {
                rows.push({
                    name: `tokens/${corpus}_${encoding}`,
                    ours: (megabytes * 1e9) / median(ours),
                    peer: (megabytes * 1e9) / median(times),
                    peer_name: `npm ${kPeers[i]}`,
                    unit: 'MB/s',
                    ratio: median(times.map((time, round) => time / ours[round])),
                    rounds,
                });
            });
        }
    }
    return rows;
}
