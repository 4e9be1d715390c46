// `make bench`: the gateway beside nginx and beside no proxy at all, in interleaved rounds, the collector, and the rooms'
// micro-benchmarks.
// Prints one row a figure and writes them to build/bench/results.json. Method and reading: README.md.
//
//   node bench/run.mjs [--rounds 5] [--seconds 3] [--scenarios 1kb,32kb,stream,rate2000,rate10000,idle,collector,watchers] [--no-micro] [--micro-all]
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureCollector } from './collector.mjs';
import { microRows } from './micro.mjs';
import { canPin, freePort, programVersion, start, startListening, stopAll } from './processes.mjs';
import { measure, measureIdleStreams, rowsOf, scenarios } from './scenarios.mjs';
import { tokenRows } from './token_rows.mjs';
import { measureWatchers } from './watchers.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const build = join(root, 'build/bench');
const work = join(build, 'work');

function option(name, otherwise) {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
}

const rounds = Number(option('rounds', 5));
const seconds = Number(option('seconds', 3));
const wanted = option('scenarios', 'all');
const chosen = scenarios.filter(({ name }) => wanted === 'all' || wanted.split(',').includes(name));
const withIdle = wanted === 'all' || wanted.split(',').includes('idle');
const withCollector = wanted === 'all' || wanted.split(',').includes('collector');
const withWatchers = wanted === 'all' || wanted.split(',').includes('watchers');
const streams = 1000;
const importedLines = Number(option('lines', 1_500_000));

function binary() {
    const candidates = [process.env.SIGHTGLASS_BINARY, join(root, 'build/release/sightglass'), join(build, 'sightglass')];
    const found = candidates.find((path) => path && existsSync(path));
    if (!found) {
        throw new Error('there is no build/release/sightglass; run `make build` first');
    }
    return found;
}

async function startNginx(upstream) {
    const port = await freePort();
    const template = readFileSync(join(here, 'nginx.conf'), 'utf8');
    const values = { WORK: work, PORT: port, UPSTREAM: upstream };
    writeFileSync(join(work, 'nginx.conf'), template.replace(/@([A-Z]+)@/g, (_, name) => values[name]));
    const command = ['nginx', '-c', join(work, 'nginx.conf'), '-p', work];
    const { pid } = await startListening(command, { processor: 0, log: join(work, 'nginx.log'), port });
    return { name: 'nginx', pid, port };
}

async function startSightglass(upstream) {
    const dataDir = join(work, 'data');
    const command = [
        binary(), 'serve', '--data-dir', dataDir, '--listen', '127.0.0.1:0', '--otlp-http', '127.0.0.1:0',
        '--otlp-grpc', '127.0.0.1:0', '--workers', '1', '--upstream', `openai=http://127.0.0.1:${upstream}`,
    ];
    const ready = (line) => (line.startsWith('{"event":"ready"') ? JSON.parse(line).http : undefined);
    const { pid, value } = await start(command, { processor: 0, log: join(work, 'sightglass.log'), ready });
    return { name: 'sightglass', pid, port: Number(value.split(':').at(-1)), dataDir };
}

async function startPeers() {
    const mock = await start([join(build, 'bench_mock_upstream')], {
        processor: 1,
        log: join(work, 'mock.log'),
        ready: (line) => /^listening (\d+)/.exec(line)?.[1],
    });
    const upstream = Number(mock.value);
    return [{ name: 'direct', port: upstream }, await startNginx(upstream), await startSightglass(upstream)];
}

async function measureAll(peers) {
    const results = [];
    const memory = [];
    const loadProgram = join(build, 'bench_load');
    for (let round = 0; round < rounds; ++round) {
        // Each round begins with another peer, so that none always comes after the same one.
        const order = [...peers.slice(round % peers.length), ...peers.slice(0, round % peers.length)];
        for (const scenario of chosen) {
            for (const peer of order) {
                const result = await measure(scenario, peer, { loadProgram, seconds });
                results.push({ round, ...result });
                report(round, result);
            }
        }
    }
    if (withIdle) {
        for (let round = 0; round < Math.min(rounds, 3); ++round) {
            for (const peer of peers.filter(({ pid }) => pid)) {
                memory.push(await measureIdleStreams(peer, { loadProgram, streams }));
            }
        }
    }
    return { results, memory };
}

function report(round, { scenario, peer, load, workerUs, processUs }) {
    const cpu = processUs === undefined ? '' : `cpu ${processUs.toFixed(1)} us (workers ${workerUs.toFixed(1)})`;
    const bad = load.bad > 0 ? `  ${load.bad} FAILED` : '';
    process.stdout.write(
        `  round ${round + 1}  ${scenario.padEnd(9)} ${peer.padEnd(11)} ${load.rate.toFixed(0).padStart(7)}/s  ` +
            `p50 ${load.latency.p50_us.toFixed(0)} us  p99 ${load.latency.p99_us.toFixed(0)} us  ${cpu}${bad}\n`,
    );
}

/// Recording was on and complete: as many calls in the store as the load generator started.
async function checkRecorded(peer, results, memory) {
    const started = [...results.map((result) => ({ ...result, started: result.load.started })), ...memory];
    const ours = started.filter((result) => result.peer === 'sightglass');
    const sent = ours.reduce((sum, result) => sum + result.started, 0);
    const token = readFileSync(join(peer.dataDir, 'admin-token'), 'utf8').trim();
    const url = `http://127.0.0.1:${peer.port}/api/v1/query?metrics=calls&from=-1d`;
    let recorded = 0;
    for (let i = 0; i < 60 && recorded < sent; ++i) {
        const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
        recorded = Number((await answer.json()).rows?.[0]?.[0] ?? 0);
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
    process.stdout.write(`recorded ${recorded} calls of ${sent} sent\n`);
    return { sent, recorded };
}

function print(rows) {
    const number = (value) => (value === null ? '-' : value >= 100 ? value.toFixed(0) : value.toPrecision(3));
    process.stdout.write(`\n${'figure'.padEnd(44)} ${'ours'.padStart(10)} ${'peer'.padStart(10)}  ${'unit'.padEnd(11)} ratio\n`);
    for (const { name, ours, peer, peer_name: peerName, unit, ratio } of rows) {
        process.stdout.write(
            `${name.padEnd(44)} ${number(ours).padStart(10)} ${number(peer).padStart(10)}  ${unit.padEnd(11)} ` +
                `${ratio === null ? '' : `${ratio.toFixed(2)} x ${peerName}`}\n`,
        );
    }
}

async function main() {
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    process.stdout.write(
        `${cpus().length} x ${cpus()[0]?.model}; ${programVersion('nginx -v')}; ${canPin ? 'pinned' : 'NOT pinned: one processor'}\n${binary()}\n`,
    );
    const rows = [];
    const kept = {};
    if (chosen.length > 0 || withIdle) {
        const peers = await startPeers();
        const { results, memory } = await measureAll(peers);
        const recorded = await checkRecorded(peers.at(-1), results, memory);
        await stopAll();
        rows.push(...rowsOf(results, memory));
        Object.assign(kept, { results, memory, recorded });
    }
    if (withCollector) {
        const where = { binary: binary(), build, work, lines: importedLines };
        const collector = await measureCollector(where, { rounds: Math.min(rounds, 3), seconds });
        rows.push(...collector.rows);
        kept.collector = collector.results;
    }
    if (withWatchers) {
        rows.push(...(await measureWatchers({ binary: binary(), build, work })));
    }
    if (!process.argv.includes('--no-micro')) {
        rows.push(...(await microRows(join(build, 'src'), process.argv.includes('--micro-all'))));
        rows.push(...(await tokenRows(build, rounds)));
    }
    writeFileSync(join(build, 'results.json'), `${JSON.stringify(rows, null, 1)}\n`);
    writeFileSync(join(build, 'rounds.json'), `${JSON.stringify(kept, null, 1)}\n`);
    print(rows);
    process.stdout.write(`\nwritten to build/bench/results.json; every round is in build/bench/rounds.json\n`);
}

try {
    await main();
} finally {
    await stopAll();
}
