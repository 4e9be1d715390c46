// Debian's Prometheus as a test's own: on a free port, with a folder of its own, scraping one Sightglass.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';

import { temporaryFolder } from './places.mjs';
import { waitFor, within } from './wait.mjs';

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

const configOf = (target, scrapeMs) => `
global: {scrape_interval: ${scrapeMs}ms, scrape_timeout: ${scrapeMs}ms}
scrape_configs:
  - {job_name: sightglass, static_configs: [{targets: ['${target}']}]}
`;

export class PrometheusServer {
    /// Scrapes http://TARGET/metrics every `scrapeMs`.
    static async startFor(t, target, { scrapeMs = 1_000, args = [] } = {}) {
        const server = new PrometheusServer();
        const folder = temporaryFolder('prometheus');
        fs.writeFileSync(path.join(folder, 'prometheus.yml'), configOf(target, scrapeMs));
        server.#spawn(folder, args);
        t.after(() => server.stop());
        server.origin = `http://127.0.0.1:${await within(server.listening, 'the address of Prometheus')}`;
        await waitFor(async () => (await fetch(`${server.origin}/-/ready`)).ok, { what: 'Prometheus is ready' });
        return server;
    }

    #spawn(folder, args) {
        this.child = spawn('prometheus', [
            `--config.file=${path.join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${path.join(folder, 'data')}`,
            '--web.listen-address=127.0.0.1:0', ...args,
        ], { stdio: ['ignore', 'ignore', 'pipe'] });
        running.add(this.child);
        this.ended = new Promise((resolve) => this.child.on('close', resolve)).then(() => running.delete(this.child));
        this.listening = new Promise((resolve, reject) => {
            this.child.on('error', reject).on('exit', (code) => reject(new Error(`prometheus ended with ${code}`)));
            readline.createInterface({ input: this.child.stderr }).on('line', (line) => {
                const found = /msg="Listening on".* address=127\.0\.0\.1:(\d+)/.exec(line);
                if (found) {
                    resolve(Number(found[1]));
                }
            });
        });
        this.listening.catch(() => {});
    }

    async #ask(endpoint, params) {
        const response = await fetch(`${this.origin}/api/v1/${endpoint}`, {
            method: 'POST',
            body: new URLSearchParams(params),
        });
        const answer = await response.json();
        if (answer.status !== 'success') {
            throw new Error(`${JSON.stringify(params)}: ${answer.error}`);
        }
        return answer.data;
    }

    /// The series of an instant query: [{metric, value}]. `time` in seconds.
    async query(query, time) {
        const { result } = await this.#ask('query', { query, ...(time === undefined ? {} : { time }) });
        return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    }

    /// When the samples that `selector` has in the `seconds` before `time` were taken.
    async sampledAt(selector, seconds, time) {
        const { result } = await this.#ask('query', { query: `${selector}[${seconds}s]`, time });
        return result.flatMap(({ values }) => values.map(([at]) => at));
    }

    /// The series of a range query: [{metric, values: [[time, number], …]}].
    async range(query, { start, end, step }) {
        const { result } = await this.#ask('query_range', { query, start, end, step });
        return result.map(({ metric, values }) => ({ metric, values: values.map(([at, text]) => [at, Number(text)]) }));
    }

    /// The values of a label among the series that `match` selects.
    labelValues(label, match) {
        return fetch(`${this.origin}/api/v1/label/${label}/values?${new URLSearchParams({ 'match[]': match })}`)
            .then((response) => response.json())
            .then((answer) => answer.data);
    }

    /// When the target was scraped last, in seconds; waits until that is after `time`.
    async scrapedAfter(time) {
        return waitFor(async () => {
            const [up] = await this.query('timestamp(up) and up == 1');
            return up !== undefined && up.value > time && up.value;
        }, { what: `a scrape after ${time}` });
    }

    async stop() {
        this.child.kill();
        await this.ended;
    }
}
