// The rooms' own micro-benchmarks (Google Benchmark), as rows: a benchmark and its namesake with a peer's name at its end.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './processes.mjs';

/// Which ones are quick enough for every run; --micro-all runs the rest.
const quick = [
    { binary: 'journal_bench', filter: '.*' },
    { binary: 'net_bench', filter: '.*' },
    { binary: 'codec_bench', filter: '.*' },
    { binary: 'prices_bench', filter: '.*' },
    { binary: 'capture_bench', filter: '.*' },
    { binary: 'redact_bench', filter: '.*' },
    { binary: 'store_duckdb_bench', filter: 'Commit|HourByModel' },
];

const peers = [
    [/(With)?BoostJson$/, 'Boost.JSON'],
    [/(With)?(Boost)?Beast$/, 'Boost.Beast'],
    [/(With|In)?Sqlite$/i, 'SQLite'],
];

/// "BmCommitSqlite/1000/real_time" → base "Commit", arguments "1000", peer "SQLite".
function parse(name) {
    const [function_, ...rest] = name.split('/');
    const parameters = rest.filter((part) => /^\d+$/.test(part)).join('_');
    let base = function_.replace(/^BM_?|^Bm/, '');
    let peer = null;
    for (const [pattern, peerName] of peers) {
        if (pattern.test(base)) {
            base = base.replace(pattern, '');
            peer = peerName;
        }
    }
    return { key: [base, parameters].filter(Boolean).join('_'), peer };
}

const standard = new Set(['real_time', 'cpu_time', 'iterations', 'family_index', 'per_family_instance_index', 'repetitions', 'repetition_index', 'threads', 'time_unit', 'name', 'run_name', 'run_type']);

/// Figures of one benchmark: its time, and counters that are times of their own (p50_ns, p999_us).
function figuresOf(benchmark) {
    const figures = [{ suffix: '', value: benchmark.real_time, unit: benchmark.time_unit }];
    for (const [counter, value] of Object.entries(benchmark)) {
        const unit = /_(ns|us|ms)$/.exec(counter)?.[1];
        if (typeof value === 'number' && unit && !standard.has(counter)) {
            figures.push({ suffix: `_${counter}`, value, unit });
        }
    }
    return figures;
}

export async function microRows(folder, all) {
    const rows = [];
    for (const { binary, filter } of quick) {
        const program = join(folder, binary);
        if (!existsSync(program)) {
            continue;
        }
        process.stdout.write(`  ${binary}\n`);
        const args = ['--benchmark_format=json', `--benchmark_filter=${all ? '.*' : filter}`, '--benchmark_min_time=0.2'];
        const report = JSON.parse(await run([program, ...args], 1));
        const parsed = report.benchmarks
            .filter((benchmark) => benchmark.run_type === 'iteration' && !benchmark.error_occurred)
            .map((benchmark) => ({ ...parse(benchmark.name), benchmark }));
        const room = binary.replace(/_bench$/, '');
        for (const { key, peer, benchmark } of parsed) {
            if (peer) {
                continue;
            }
            const rival = parsed.find((other) => other.key === key && other.peer);
            for (const { suffix, value, unit } of figuresOf(benchmark)) {
                const theirs = rival && figuresOf(rival.benchmark).find((figure) => figure.suffix === suffix);
                rows.push({
                    name: `${room}/${key}${suffix}`,
                    ours: value,
                    peer: theirs?.value ?? null,
                    peer_name: theirs ? rival.peer : null,
                    unit,
                    ratio: theirs ? value / theirs.value : null,
                    rounds: 1,
                });
            }
        }
    }
    return rows;
}
