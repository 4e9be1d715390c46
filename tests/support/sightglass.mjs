// Runs the built binary as a user would: a data directory of its own, port 0, the ready line on standard output.
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';

import { ApiClient } from './api.mjs';
import { kBinary, temporaryFolder } from './places.mjs';
import { within } from './wait.mjs';

const kReadyDeadlineMs = 60_000;
const kStopDeadlineMs = 60_000;

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/// The environment without settings that the person who runs the tests may have of their own.
export function cleanEnvironment(extra = {}) {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SIGHTGLASS_'));
    return { ...Object.fromEntries(inherited), ...extra };
}

/// One run of the server. Start another on the same `dataDir` after it ended, to see what was kept.
export class Sightglass {
    #child;
    #exited;

    /// `options`: upstreams {name: baseUrl}, listen, args [], env {}, config (text of a YAML file), dataDir, command ("serve"),
    /// token (null: the server makes its own), readyDeadlineMs.
    static async start(options = {}) {
        const server = new Sightglass(options);
        await server.#start(options);
        return server;
    }

    /// Starts it for a test (or a suite), and stops it after.
    static async startFor(t, options = {}) {
        const server = await Sightglass.start(options);
        t.after(() => server.stop());
        return server;
    }

    constructor({ dataDir, token = crypto.randomBytes(16).toString('hex') } = {}) {
        this.dataDir = dataDir ?? path.join(temporaryFolder('data'), 'data');
        this.token = token;
        this.stdout = [];
        this.stderr = '';
        this.exit = null;
    }

    async #start({ upstreams = {}, args = [], env = {}, config = null, command = 'serve', listen = '127.0.0.1:0', readyDeadlineMs = kReadyDeadlineMs }) {
        const all = [command, '--data-dir', this.dataDir, '--listen', listen];
        for (const [name, url] of Object.entries(upstreams)) {
            all.push('--upstream', `${name}=${url}`);
        }
        if (config !== null) {
            const file = path.join(temporaryFolder('config'), 'sightglass.yaml');
            fs.writeFileSync(file, config);
            all.push('--config', file);
        }
        const secret = this.token === null ? {} : { SIGHTGLASS_ADMIN_TOKEN: this.token };
        const ports = { SIGHTGLASS_OTLP_HTTP: '127.0.0.1:0', SIGHTGLASS_OTLP_GRPC: '127.0.0.1:0' };
        this.#child = spawn(kBinary, [...all, ...args], {
            env: cleanEnvironment({ ...ports, ...secret, ...env }),
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        running.add(this.#child);
        this.#follow();
        this.ready = await within(this.#readyLine(), 'the ready line', readyDeadlineMs).catch((error) => {
            this.#child.kill('SIGKILL');
            throw new Error(`${error.message}\nstandard error:\n${this.stderr}`);
        });
        this.origin = `http://${this.ready.http}`;
        this.port = Number(this.ready.http.split(':').pop());
        if (this.token === null) {
            this.token = fs.readFileSync(path.join(this.dataDir, 'admin-token'), 'utf8').trim();
        }
        this.api = new ApiClient(this.origin, this.token);
    }

    #follow() {
        this.#child.stderr.setEncoding('utf8').on('data', (text) => {
            this.stderr += text;
            if (process.env.SIGHTGLASS_VERBOSE) {
                process.stderr.write(text);
            }
        });
        this.#exited = new Promise((resolve) => {
            this.#child.on('error', (error) => resolve({ code: null, signal: null, error }));
            this.#child.on('close', (code, signal) => resolve({ code, signal, error: null }));
        }).then((exit) => {
            running.delete(this.#child);
            this.exit = exit;
            return exit;
        });
    }

    #readyLine() {
        return new Promise((resolve, reject) => {
            readline.createInterface({ input: this.#child.stdout }).on('line', (line) => {
                this.stdout.push(line);
                try {
                    const message = JSON.parse(line);
                    if (message.event === 'ready') {
                        resolve(message);
                    }
                } catch {
                    // `demo` prints words for people too; only the ready line is JSON.
                }
            });
            this.#exited.then((exit) => {
                reject(new Error(exit.error ? exit.error.message : `it ended with ${exit.code ?? exit.signal}`));
            });
        });
    }

    get pid() {
        return this.#child.pid;
    }

    get exited() {
        return this.#exited;
    }

    signal(name) {
        this.#child.kill(name);
    }

    /// Ends it as a user would, and checks that it went by itself and in order.
    async stop() {
        if (this.exit === null) {
            this.#child.kill('SIGTERM');
            await within(this.#exited, 'the end after SIGTERM', kStopDeadlineMs).catch((error) => {
                this.#child.kill('SIGKILL');
                throw error;
            });
        }
        if (this.exit.signal !== 'SIGKILL' && this.exit.code !== 0) {
            throw new Error(`the server ended with ${this.exit.code ?? this.exit.signal}:\n${this.stderr}`);
        }
    }

    /// As a power cut would for the process: nothing of it runs any more.
    async kill() {
        this.#child.kill('SIGKILL');
        await this.#exited;
    }
}

/// Runs a command to its end: {code, stdout, stderr}.
export async function run(args, { env = {}, input = '', deadlineMs = 60_000, cwd } = {}) {
    const child = spawn(kBinary, args, { env: cleanEnvironment(env), cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    running.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.stdin.on('error', () => {}).end(input);
    const ended = new Promise((resolve, reject) => {
        child.on('error', reject).on('close', (code, signal) => resolve({ code, signal }));
    });
    try {
        const { code, signal } = await within(ended, `sightglass ${args.join(' ')}`, deadlineMs);
        return { code, signal, stdout, stderr };
    } finally {
        child.kill('SIGKILL');
        running.delete(child);
    }
}
