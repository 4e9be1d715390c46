// What is asked of each peer in each round, and what is kept of it.
import { memoryKib, processorTime, run } from './processes.mjs';

const CHAT = '/v1/chat/completions';

/// `load` is the load generator's arguments; `per` says what figures are divided by.
export const scenarios = [
    { name: '1kb', title: '1 KiB request and answer, 64 connections', load: ['--connections', '64', '--body-bytes', '1024', '--target', `${CHAT}?bytes=600`] },
    { name: '32kb', title: '32 KiB request, 64 connections', load: ['--connections', '64', '--body-bytes', '32768', '--target', `${CHAT}?bytes=600`] },
    { name: 'stream', title: '500 streams at once, an event every 20 ms', load: ['--connections', '500', '--stream', '--target', `${CHAT}?chunks=50&gap_us=20000`], per: 'chunks', seconds: 1.3 },
    { name: 'rate2000', title: 'open loop, 2,000 requests a second', load: ['--connections', '256', '--rate', '2000', '--target', `${CHAT}?bytes=600`] },
    { name: 'rate10000', title: 'open loop, 10,000 requests a second', load: ['--connections', '256', '--rate', '10000', '--target', `${CHAT}?bytes=600`] },
];

/// One run of one scenario against one peer.
export async function measure(scenario, peer, { loadProgram, seconds }) {
    const before = peer.pid ? processorTime(peer.pid) : undefined;
    const length = seconds * (scenario.seconds ?? 1);
    const command = [loadProgram, '--port', String(peer.port), '--seconds', String(length), '--warmup', '0.5', ...scenario.load];
    const load = JSON.parse(await run(command, 1));
    const result = { scenario: scenario.name, peer: peer.name, load };
    if (before) {
        const after = processorTime(peer.pid);
        // Warm-up and what was under way at the end are in both the time and the count.
        const count = scenario.per === 'chunks' ? load.chunks * (length / load.seconds) : load.started;
        result.processUs = (after.all - before.all) / 1000 / Math.max(count, 1);
        result.workerUs = (after.workers - before.workers) / 1000 / Math.max(count, 1);
        result.threads = Object.fromEntries(
            Object.entries(after.threads).map(([name, ns]) => [name, (ns - (before.threads[name] ?? 0)) / 1e6]),
        );
    }
    return result;
}

/// KiB that each of many streams costs while nothing comes.
export async function measureIdleStreams(peer, { loadProgram, streams }) {
    const target = `${CHAT}?chunks=1000&gap_us=60000000`;
    const before = memoryKib(peer.pid);
    const running = run(
        [loadProgram, '--port', String(peer.port), '--connections', String(streams), '--stream', '--seconds', '4', '--target', target],
        1,
    );
    await new Promise((resolve) => setTimeout(resolve, 3200));
    const during = memoryKib(peer.pid);
    const { started } = JSON.parse(await running);
    return { peer: peer.name, kib: (during - before) / streams, started };
}

export function median(values) {
    const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
    if (sorted.length === 0) {
        return null;
    }
    const middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/// A row from the same figure of us and a peer, round by round. The ratio is the median of the rounds' ratios, because rounds
/// are interleaved: what disturbs the machine for a while disturbs both.
export function row(name, unit, peerName, ours, theirs) {
    const rounds = Math.min(ours.length, theirs.length);
    const ratios = ours.slice(0, rounds).map((value, i) => value / theirs[i]);
    return { name, ours: median(ours), peer: median(theirs), peer_name: peerName, unit, ratio: median(ratios), rounds };
}

/// Rows of everything that was measured.
export function rowsOf(results, memory) {
    const rows = [];
    const of = (scenario, peer, read) =>
        results.filter((result) => result.scenario === scenario && result.peer === peer).map(read);
    const add = (name, unit, scenario, peer, ours, theirs = ours) =>
        rows.push(row(name, unit, peer, of(scenario, 'sightglass', ours), of(scenario, peer, theirs)));
    for (const { name: scenario, per } of scenarios) {
        const unit = per === 'chunks' ? 'us/event' : 'us/request';
        // Our workers beside the peer's whole process: the promise is about what carries traffic.
        add(`${scenario}_worker_cpu`, unit, scenario, 'nginx', (r) => r.workerUs, (r) => r.processUs);
        add(`${scenario}_process_cpu`, unit, scenario, 'nginx', (r) => r.processUs);
    }
    for (const scenario of ['1kb', '32kb']) {
        for (const peer of ['nginx', 'direct']) {
            add(`${scenario}_rate`, 'requests/s', scenario, peer, (r) => r.load.rate);
        }
    }
    for (const peer of ['nginx', 'direct']) {
        for (const rate of ['rate2000', 'rate10000']) {
            add(`${rate}_p50`, 'us', rate, peer, (r) => r.load.latency.p50_us);
            add(`${rate}_p99`, 'us', rate, peer, (r) => r.load.latency.p99_us);
        }
        add('stream_transit_p50', 'us', 'stream', peer, (r) => r.load.transit.p50_us);
        add('stream_transit_p99', 'us', 'stream', peer, (r) => r.load.transit.p99_us);
    }
    const kib = (peer) => memory.filter((result) => result.peer === peer).map((result) => result.kib);
    rows.push(row('idle_stream_memory', 'KiB/stream', 'nginx', kib('sightglass'), kib('nginx')));
    return rows.filter((entry) => entry.rounds > 0);
}
