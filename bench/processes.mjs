// Starting what is measured, and reading what it uses from /proc.
import { spawn, execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus } from 'node:os';

const started = [];

/// With two processors or more, the peers share number 0, mock and load generator number 1.
export const canPin = cpus().length > 1;

function pinned(processor, command) {
    return canPin && processor !== undefined ? ['taskset', '-c', String(processor), ...command] : command;
}

/// Starts a program in the background; the first line of its output that `ready` makes something of is the answer.
export function start(command, { processor, log, ready, cwd }) {
    const errors = openSync(log, 'a');
    const [program, ...args] = pinned(processor, command);
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', errors] });
    closeSync(errors);
    started.push(child);
    return new Promise((resolve, reject) => {
        let output = '';
        const timer = setTimeout(() => reject(new Error(`${command[0]} did not get ready; see ${log}`)), 20_000);
        child.once('error', reject);
        child.once('exit', (code) => reject(new Error(`${command[0]} ended with ${code}; see ${log}`)));
        child.stdout.on('data', (bytes) => {
            output += bytes;
            for (const line of output.split('\n')) {
                const value = ready(line);
                if (value !== undefined) {
                    clearTimeout(timer);
                    resolve({ child, pid: child.pid, value });
                }
            }
        });
    });
}

/// Starts a program that says nothing, and waits until its port answers.
export async function startListening(command, { processor, log, port }) {
    const errors = openSync(log, 'a');
    const [program, ...args] = pinned(processor, command);
    const child = spawn(program, args, { stdio: ['ignore', errors, errors] });
    closeSync(errors);
    started.push(child);
    let failure;
    child.once('error', (error) => (failure = error));
    child.once('exit', (code) => (failure ??= new Error(`${command[0]} ended with ${code}; see ${log}`)));
    for (let i = 0; i < 200; ++i) {
        if (failure) {
            throw failure;
        }
        if (await answers(port)) {
            return { child, pid: child.pid };
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`nothing listens on port ${port}; see ${log}`);
}

async function answers(port) {
    const { connect } = await import('node:net');
    return new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.once('connect', () => (socket.destroy(), resolve(true)));
        socket.once('error', () => resolve(false));
    });
}

/// Stops everything that was started, the latest first.
export async function stopAll() {
    for (const child of started.splice(0).reverse()) {
        if (child.exitCode !== null || child.signalCode !== null) {
            continue;
        }
        child.removeAllListeners('exit');
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
        await ended;
        clearTimeout(timer);
    }
}

/// A port that was free a moment ago.
export function freePort() {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}

/// A process and those it started.
function family(pid) {
    const all = [pid];
    for (const thread of entries(`/proc/${pid}/task`)) {
        const children = text(`/proc/${pid}/task/${thread}/children`).split(' ');
        all.push(...children.filter(Boolean).flatMap((child) => family(Number(child))));
    }
    return all;
}

function entries(path) {
    try {
        return readdirSync(path);
    } catch {
        return [];  // It has ended meanwhile.
    }
}

function text(path) {
    try {
        return readFileSync(path, 'utf8').trim();
    } catch {
        return '';
    }
}

/// Nanoseconds on a processor so far: of the whole process tree, and of the threads named worker-* alone.
export function processorTime(pid) {
    const time = { all: 0, workers: 0, threads: {} };
    for (const member of family(pid)) {
        for (const thread of entries(`/proc/${member}/task`)) {
            const ns = Number(text(`/proc/${member}/task/${thread}/schedstat`).split(' ')[0]) || 0;
            const name = text(`/proc/${member}/task/${thread}/comm`);
            time.all += ns;
            time.workers += name.startsWith('worker-') ? ns : 0;
            time.threads[name] = (time.threads[name] ?? 0) + ns;
        }
    }
    return time;
}

/// Memory in KiB, shared pages divided among those who share them.
export function memoryKib(pid) {
    let sum = 0;
    for (const member of family(pid)) {
        const line = text(`/proc/${member}/smaps_rollup`).split('\n').find((entry) => entry.startsWith('Pss:'));
        sum += Number(line?.split(/\s+/)[1] ?? 0);
    }
    return sum;
}

/// Runs a program to its end and returns what it printed. Does not block: memory can be read meanwhile. Without a processor it
/// may use all of them.
export function run(command, processor) {
    const [program, ...args] = pinned(processor, command);
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        let output = '';
        child.stdout.on('data', (bytes) => (output += bytes));
        child.once('error', reject);
        child.once('exit', (code) =>
            code === 0 ? resolve(output) : reject(new Error(`${command[0]} ended with ${code}`)),
        );
    });
}

export function programVersion(command) {
    try {
        return execFileSync('sh', ['-c', `${command} 2>&1`], { encoding: 'utf8' }).split('\n')[0];
    } catch {
        return 'unknown';
    }
}
