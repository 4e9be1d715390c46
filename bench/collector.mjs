// The collector: OTLP acknowledged on one processor, OTLP and lines of a file until they are in answers on all of them, and the
// memory of an import that goes on.
import { spawn } from 'node:child_process';
import { createReadStream, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { canPin, processorTime, run, start, stopAll } from './processes.mjs';
import { median } from './scenarios.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/// `where`: {binary, build, work}. A server of its own, pinned to `processor` where one is given.
async function startCollector(where, processor) {
    const dataDir = join(where.work, 'collector');
    rmSync(dataDir, { recursive: true, force: true });
    const command = [
        where.binary, 'serve', '--data-dir', dataDir, '--listen', '127.0.0.1:0', '--otlp-http', '127.0.0.1:0',
        '--otlp-grpc', '127.0.0.1:0', '--workers', '1',
    ];
    const ready = (line) => (line.startsWith('{"event":"ready"') ? JSON.parse(line) : undefined);
    const { pid, value } = await start(command, { processor, log: join(where.work, 'collector.log'), ready });
    const token = readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();
    return { pid, dataDir, token, ready: value };
}

const portOf = (address) => address.split(':').at(-1);

async function ask(server, path) {
    const answer = await fetch(`http://${server.ready.http}${path}`, { headers: { authorization: `Bearer ${server.token}` } });
    if (!answer.ok) {
        throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    }
    return answer.json();
}

/// Waits until answers know so many calls; an error where a minute passes without one more.
async function waitForStored(server, calls) {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    let known = 0;
    for (let since = performance.now(); known < calls; await pause(250)) {
        const { rows } = await ask(server, `/api/v1/query?metrics=calls&from=-2d&to=${tomorrow}`);
        if (rows[0][0] > known) {
            [known, since] = [rows[0][0], performance.now()];
        } else if (performance.now() - since > 60_000) {
            throw new Error(`answers know ${known} of ${calls} calls`);
        }
    }
}

/// us of processor time an item, by the name of the thread.
function perItem(before, after, items) {
    const names = Object.entries(after.threads).map(([name, ns]) => [name, (ns - (before.threads[name] ?? 0)) / 1000 / items]);
    return Object.fromEntries(names.filter(([, us]) => us >= 0.01).sort((a, b) => b[1] - a[1]));
}

/// Spans a second that are acknowledged, the server on one processor, the sender on the other.
async function measureAcknowledged(where, grpc, seconds) {
    const server = await startCollector(where, canPin ? 0 : undefined);
    const port = portOf(grpc ? server.ready.otlp_grpc : server.ready.otlp_http);
    const before = processorTime(server.pid);
    const command = [join(where.build, 'bench_otlp_load'), '--port', port, '--grpc', grpc ? '1' : '0', '--seconds', String(seconds)];
    const load = JSON.parse(await run(command, 1));
    const threads = perItem(before, processorTime(server.pid), load.all_spans);
    await stopAll();
    return { rate: load.spans_per_s, refused: load.refused, threads };
}

/// Spans a second until all that were sent are counted by queries, on all processors; and how far behind answers were in the
/// middle and at the end of a load at a steady rate.
async function measureQueryable(where, seconds, rate) {
    const server = await startCollector(where, undefined);
    const before = processorTime(server.pid);
    const begin = performance.now();
    const command = [join(where.build, 'bench_otlp_load'), '--port', portOf(server.ready.otlp_http), '--seconds', String(seconds)];
    if (rate > 0) {
        command.push('--rate', String(rate));
    }
    const sending = run(command);
    const behind = [];
    for (const part of [0.5, 0.95]) {
        await pause(begin + seconds * 1000 * part - performance.now());
        behind.push((await ask(server, '/api/v1/status')).journal.unread_bytes);
    }
    const load = JSON.parse(await sending);
    await waitForStored(server, load.all_spans);
    const took = (performance.now() - begin) / 1000;
    const threads = perItem(before, processorTime(server.pid), load.all_spans);
    await stopAll();
    return { rate: load.all_spans / took, sent: load.all_spans, lateSeconds: took - load.seconds, behind, threads };
}

function peakKib(pid) {
    try {
        return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
        return 0;  // It has ended meanwhile.
    }
}

/// Lines a second from a file (or from a pipe) until the command ends: then all of them are stored.
async function measureImport(where, lines, file) {
    const dataDir = join(where.work, 'imported');
    rmSync(dataDir, { recursive: true, force: true });
    mkdirSync(dataDir);
    const begin = performance.now();
    const errors = openSync(join(where.work, 'import.log'), 'a');
    const child = spawn(where.binary, ['import', file ?? '-', '--yes', '--json', '--data-dir', dataDir], {
        cwd: where.work,
        stdio: [file ? 'ignore' : 'pipe', 'ignore', errors],
    });
    const ended = new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
    if (!file) {
        const source = spawn(join(where.build, 'bench_lines'), ['--count', String(lines)], { stdio: ['ignore', 'pipe', errors] });
        source.stdout.pipe(child.stdin);
    }
    let peak = 0;
    const used = {};  // By thread: each as far as it came, for most have gone before the command has.
    const watch = setInterval(() => {
        peak = Math.max(peak, peakKib(child.pid));
        for (const [name, ns] of Object.entries(processorTime(child.pid).threads)) {
            used[name] = Math.max(used[name] ?? 0, ns);
        }
    }, 50);
    const code = await ended;
    clearInterval(watch);
    const threads = perItem({ threads: {} }, { threads: used }, lines);
    if (code !== 0) {
        throw new Error(`the import ended with ${code}; see ${where.work}/import.log`);
    }
    return { rate: lines / ((performance.now() - begin) / 1000), peakMib: peak / 1024, threads };
}

/// A file of so many lines, made once.
async function linesFile(where, lines) {
    const file = join(where.work, 'lines.jsonl');
    await run(['sh', '-c', `'${join(where.build, 'bench_lines')}' --count ${lines} > '${file}'`]);
    for await (const piece of createReadStream(file)) {
        void piece;  // So that each round finds it in the page cache.
    }
    return file;
}

const scenarios = [
    { name: 'otlp_http_one_core', unit: 'spans/s', run: (where, s) => measureAcknowledged(where, false, s) },
    { name: 'otlp_grpc_one_core', unit: 'spans/s', run: (where, s) => measureAcknowledged(where, true, s) },
    { name: 'otlp_queryable', unit: 'spans/s', run: (where, s) => measureQueryable(where, 3 * s, 0) },
    { name: 'otlp_steady_50k', unit: 'spans/s', run: (where, s) => measureQueryable(where, 5 * s, 50_000) },
    { name: 'import_lines', unit: 'lines/s', run: (where) => measureImport(where, where.lines, where.file) },
];

/// Rows of the collector, and every round as it was. `where.lines`: how many lines an import has.
export async function measureCollector(where, { rounds, seconds }) {
    where.file = await linesFile(where, where.lines);
    const results = [];
    for (let round = 0; round < rounds; ++round) {
        for (const scenario of scenarios) {
            const result = await scenario.run(where, seconds);
            results.push({ round, scenario: scenario.name, ...result });
            const threads = Object.entries(result.threads).slice(0, 6).map(([name, us]) => `${name} ${us.toFixed(2)}`).join(' ');
            process.stdout.write(`  round ${round + 1}  ${scenario.name.padEnd(20)} ${result.rate.toFixed(0).padStart(8)} ${scenario.unit}  us: ${threads}\n`);
        }
    }
    const of = (name, read) => results.filter(({ scenario }) => scenario === name).map(read);
    const row = (name, unit, values) =>
        ({ name, ours: median(values), peer: null, peer_name: null, unit, ratio: null, rounds: values.length });
    const rows = scenarios.map(({ name, unit }) => row(name, unit, of(name, ({ rate }) => rate)));
    rows.push(row('otlp_steady_50k_late', 's', of('otlp_steady_50k', ({ lateSeconds }) => lateSeconds)));
    rows.push(row('import_memory', 'MiB', of('import_lines', ({ peakMib }) => peakMib)));
    return { rows, results };
}
