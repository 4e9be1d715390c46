// The rooms' own micro-benchmarks (Google Benchmark), as rows: a benchmark and its namesake with a peer's name at its end.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './processes.mjs';

/// Which ones are quick enough for every run; --micro-all runs the rest. Those with `threads` need more than one processor.
const quick = [
    { binary: 'journal_bench', filter: '.*', threads: true },
    { binary: 'net_bench', filter: '.*' },
    { binary: 'codec_bench', filter: '.*' },
    { binary: 'dialect_bench', filter: '.*' },
    { binary: 'prices_bench', filter: '.*' },
    { binary: 'redact_bench', filter: '.*' },
    { binary: 'refine_bench', filter: 'BmAllSteps' },
    { binary: 'access_bench', filter: '.*' },
    { binary: 'pipeline_bench', filter: '.*', threads: true },
    { binary: 'store_duckdb_bench', filter: 'BmCommit.*/1000/', threads: true },
];

/// How the name of a peer's benchmark becomes that of ours.
const peers = [
    { pattern: /^Beast/, ours: 'Own', peer: 'Boost.Beast' },
    { pattern: /WithBoostJson$/, ours: '', peer: 'Boost.JSON' },
    { pattern: /Re2Chain$/, ours: '', peer: 'a chain of RE2::GlobalReplace' },
    { pattern: /Sqlite$/, ours: '', peer: 'SQLite' },
    { pattern: /WithWriteCall$/, ours: '', peer: 'write(2)' },
    { pattern: /ToMappedSegment$/, ours: '', peer: 'mmap' },
];

/// "BmCommitSqlite/1000/real_time": of our "Commit_1000", by SQLite.
function parse(name) {
    const [function_, ...rest] = name.split('/');
    const parameters = rest.filter((part) => /^\d+$/.test(part));
    const own = function_.replace(/^BM_?|^Bm/, '');
    const rival = peers.find(({ pattern }) => pattern.test(own));
    const base = rival ? own.replace(rival.pattern, rival.ours) : own;
    return { key: [base, ...parameters].join('_'), peer: rival?.peer ?? null };
}

const standard = new Set(['real_time', 'cpu_time', 'iterations', 'family_index', 'per_family_instance_index', 'repetitions', 'repetition_index', 'threads', 'time_unit', 'name', 'run_name', 'run_type']);

/// Processor time, which other programs disturb least, unless the benchmark itself says that real time is what counts.
function timeOf({ name, real_time: realTime, cpu_time: cpuTime, time_unit: unit }) {
    return { suffix: '', value: name.includes('/real_time') ? realTime : cpuTime, unit };
}

/// Figures of one benchmark: its counters that are times (p999_ns, max_us), where it has such, else its time.
function figuresOf(benchmark) {
    const counters = Object.entries(benchmark)
        .filter(([name, value]) => typeof value === 'number' && /_(ns|us|ms)$/.test(name) && !standard.has(name))
        .map(([name, value]) => ({ suffix: `_${name}`, value, unit: name.split('_').at(-1) }));
    return counters.length > 0 ? counters : [timeOf(benchmark)];
}

/// One row for each peer that has the same figure, or one without a peer.
function rowsOfBenchmark(room, key, benchmark, rivals) {
    return figuresOf(benchmark).flatMap(({ suffix, value, unit }) => {
        const same = rivals.flatMap(({ peer, benchmark: other }) =>
            figuresOf(other).filter((figure) => figure.suffix === suffix).map((figure) => ({ peer, value: figure.value })),
        );
        const others = same.length > 0 ? same : [{ peer: null, value: null }];
        return others.map((other) => ({
            name: `${room}/${key}${suffix}`,
            ours: value,
            peer: other.value,
            peer_name: other.peer,
            unit,
            ratio: other.value ? value / other.value : null,
            rounds: 1,
        }));
    });
}

export async function microRows(folder, all) {
    const rows = [];
    for (const { binary, filter, threads } of quick) {
        const program = join(folder, binary);
        if (!existsSync(program)) {
            continue;
        }
        process.stdout.write(`  ${binary}\n`);
        const args = ['--benchmark_format=json', `--benchmark_filter=${all ? '.*' : filter}`, '--benchmark_min_time=0.2'];
        const report = JSON.parse(await run([program, ...args], threads ? undefined : 1));
        const parsed = report.benchmarks
            .filter((benchmark) => benchmark.run_type === 'iteration' && !benchmark.error_occurred)
            .map((benchmark) => ({ ...parse(benchmark.name), benchmark }));
        const room = binary.replace(/_bench$/, '');
        for (const { key, benchmark } of parsed.filter(({ peer }) => !peer)) {
            const rivals = parsed.filter((other) => other.peer && other.key === key);
            rows.push(...rowsOfBenchmark(room, key, benchmark, rivals));
        }
    }
    return rows;
}
