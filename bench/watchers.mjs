// The live feed: what many watchers cost while calls come in. There is no peer: the figure is processor time.
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { memoryKib, processorTime, start, stopAll } from './processes.mjs';

const kWatchers = 1000;
const kCallsPerSecond = 500;
const kSeconds = 15;
const kRequest = '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/// Opens watchers one after the other; counts what they get.
async function openWatchers(address, token, counted) {
    const [host, port] = address.split(':');
    const request = `GET /api/v1/live HTTP/1.1\r\nHost: ${address}\r\nAuthorization: Bearer ${token}\r\nAccept: text/event-stream\r\n\r\n`;
    const sockets = [];
    while (sockets.length < kWatchers) {
        const socket = connect(Number(port), host);
        socket.on('data', (data) => (counted.bytes += data.length)).on('error', () => {});
        socket.write(request);
        const [first] = await once(socket, 'data');
        if (!first.toString('latin1', 0, 12).endsWith(' 200')) {
            throw new Error(`watcher ${sockets.length}: ${first.toString('latin1', 0, 200)}`);
        }
        socket.on('close', () => (counted.closed += 1));
        sockets.push(socket);
    }
    return sockets;
}

/// Pipelined on one connection, five every 10 ms.
function sendCalls(address) {
    const [host, port] = address.split(':');
    const socket = connect(Number(port), host).resume();
    const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: ${address}\r\nContent-Type: application/json\r\n`;
    const text = `${head}Content-Length: ${kRequest.length}\r\n\r\n${kRequest}`;
    const timer = setInterval(() => socket.write(text.repeat(kCallsPerSecond / 100)), 10);
    return () => {
        clearInterval(timer);
        socket.destroy();
    };
}

/// `where`: {binary, build, work}. Rows: processor time and memory for kWatchers.
export async function measureWatchers(where) {
    const dataDir = join(where.work, 'watchers');
    rmSync(dataDir, { recursive: true, force: true });
    const mock = await start([join(where.build, 'bench_mock_upstream')], {
        log: join(where.work, 'mock.log'),
        ready: (line) => /^listening (\d+)/.exec(line)?.[1],
    });
    const { pid, value: address } = await start(
        [where.binary, 'serve', '--data-dir', dataDir, '--listen', '127.0.0.1:0', '--otlp-http', 'off', '--otlp-grpc', 'off',
            '--upstream', `openai=http://127.0.0.1:${mock.value}`],
        {
            log: join(where.work, 'watchers.log'),
            ready: (line) => (line.startsWith('{"event":"ready"') ? JSON.parse(line).http : undefined),
        },
    );
    const counted = { bytes: 0, closed: 0 };
    const token = readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();
    const sockets = await openWatchers(address, token, counted);
    const stop = sendCalls(address);
    await pause(3000);
    const [before, bytes, kib] = [processorTime(pid), counted.bytes, memoryKib(pid)];
    await pause(kSeconds * 1000);
    const after = processorTime(pid);
    const percent = (name) => ((after.threads[name] ?? 0) - (before.threads[name] ?? 0)) / 1e7 / kSeconds;
    const row = (name, ours, unit) => ({ name, ours, peer: null, peer_name: null, unit, ratio: null, rounds: 1 });
    const rows = [
        row(`watchers${kWatchers}_control_cpu`, percent('control-0'), '% of a core'),
        row(`watchers${kWatchers}_sent`, (counted.bytes - bytes) / 1e6 / kSeconds, 'MB/s'),
        row(`watchers${kWatchers}_memory_growth`, (memoryKib(pid) - kib) / 1024, 'MiB'),
        row(`watchers${kWatchers}_lost`, counted.closed, 'watchers'),
    ];
    stop();
    sockets.forEach((socket) => socket.destroy());
    await stopAll();
    return rows;
}
