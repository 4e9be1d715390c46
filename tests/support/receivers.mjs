// Where notices go in tests: an HTTP receiver that records, a mail server, Alertmanager, and certificates for them.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import readline from 'node:readline';

import { kSourceDir, temporaryFolder } from './places.mjs';
import { within } from './wait.mjs';

/// Whether a program can be run, for `test(name, {skip: …})`.
export function isHere(program, ...args) {
    try {
        execFileSync(program, args, { stdio: 'ignore' });
        return true;
    } catch {
        return false;
    }
}

/// Records what is posted. `answer(request)` says {status, body, headers}; 200 by default.
export class Receiver {
    static async start(port = 0, answer = () => ({})) {
        const receiver = new Receiver(answer);
        await new Promise((resolve) => receiver.server.listen(port, '127.0.0.1', resolve));
        receiver.port = receiver.server.address().port;
        receiver.origin = `http://127.0.0.1:${receiver.port}`;
        return receiver;
    }

    constructor(answer) {
        this.requests = [];
        this.answer = answer;
        this.server = http.createServer((request, response) => {
            const pieces = [];
            request.on('data', (piece) => pieces.push(piece)).on('end', () => {
                const seen = { method: request.method, url: request.url, headers: request.headers };
                seen.text = Buffer.concat(pieces).toString('utf8');
                this.requests.push(seen);
                const { status = 200, body = '{"ok":true,"errcode":0,"code":0}', headers = {} } = this.answer(seen);
                response.writeHead(status, headers).end(body);
            });
        });
    }

    async stop() {
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }
}

/// A certificate of 127.0.0.1 that signs itself: {certificate, key}, as files.
export function makeCertificate() {
    const folder = temporaryFolder('certificate');
    const certificate = path.join(folder, 'certificate.pem');
    const key = path.join(folder, 'key.pem');
    execFileSync('openssl', [
        'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost',
        '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate,
    ], { stdio: 'ignore' });
    return { certificate, key };
}

/// aiosmtpd, with a login; `mode` is starttls or tls.
export class MailServer {
    static async start(mode, { certificate, key }, user, password) {
        const server = new MailServer();
        const script = path.join(kSourceDir, 'tests/support/smtp_server.py');
        server.child = spawn('/usr/bin/python3', [script, mode, certificate, key, user, password], {
            stdio: ['ignore', 'pipe', 'inherit'],
        });
        server.mails = [];
        const listening = new Promise((resolve, reject) => {
            server.child.on('exit', (code) => reject(new Error(`the mail server ended with ${code}`)));
            readline.createInterface({ input: server.child.stdout }).on('line', (line) => {
                const message = JSON.parse(line);
                if (message.port !== undefined) {
                    resolve(message.port);
                } else {
                    server.mails.push(message);
                }
            });
        });
        server.port = await within(listening, 'the mail server');
        return server;
    }

    async stop() {
        const ended = new Promise((resolve) => this.child.on('exit', resolve));
        this.child.kill();
        await ended;
    }
}

/// Debian's prometheus-alertmanager on a free port, alone.
export class Alertmanager {
    static async start() {
        const folder = temporaryFolder('alertmanager');
        const config = path.join(folder, 'alertmanager.yml');
        fs.writeFileSync(config, 'route: {receiver: none}\nreceivers: [{name: none}]\n');
        const manager = new Alertmanager();
        manager.child = spawn('prometheus-alertmanager', [
            `--config.file=${config}`, `--storage.path=${path.join(folder, 'data')}`,
            '--web.listen-address=127.0.0.1:0', '--cluster.listen-address=', '--log.level=info',
        ], { stdio: ['ignore', 'ignore', 'pipe'] });
        const listening = new Promise((resolve, reject) => {
            manager.child.on('exit', (code) => reject(new Error(`alertmanager ended with ${code}`)));
            readline.createInterface({ input: manager.child.stderr }).on('line', (line) => {
                const found = /msg="?Listening on"? .*address=127\.0\.0\.1:(\d+)|address=127\.0\.0\.1:(\d+)/.exec(line);
                if (found && !line.includes('127.0.0.1:0')) {
                    resolve(Number(found[1] ?? found[2]));
                }
            });
        });
        manager.port = await within(listening, 'alertmanager');
        manager.origin = `http://127.0.0.1:${manager.port}`;
        return manager;
    }

    /// What it has, resolved ones not counted.
    async firing() {
        const answer = await fetch(`${this.origin}/api/v2/alerts?active=true`);
        return answer.json();
    }

    async stop() {
        const ended = new Promise((resolve) => this.child.on('exit', resolve));
        this.child.kill();
        await ended;
    }
}
