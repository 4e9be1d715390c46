// The HTTP API as a program uses it: bearer token, JSON, server-sent events. Every JSON answer is checked against
// api/openapi.yaml on its way, so that no test can pass on an answer that the document does not describe.
import http from 'node:http';
import { Readable } from 'node:stream';

import { checkAnswer } from './schema.mjs';
import { waitFor, within } from './wait.mjs';

/// The API's own connections: what a test sends through the gateway with `fetch` does not share them.
const agent = new http.Agent({ keepAlive: true });

/// `fetch` on those connections.
function fetchApart(url, { method, headers, body, signal }) {
    return new Promise((resolve, reject) => {
        const request = http.request(url, { method, headers, agent, signal }, (answer) => {
            const pairs = answer.rawHeaders.flatMap((name, i, all) => (i % 2 ? [] : [[name, all[i + 1]]]));
            const empty = [204, 304].includes(answer.statusCode) || method === 'HEAD';
            const stream = empty ? (answer.resume(), null) : Readable.toWeb(answer);
            resolve(new Response(stream, { status: answer.statusCode, headers: new Headers(pairs) }));
        });
        request.on('error', reject);
        request.end(body);
    });
}

export class ApiClient {
    constructor(origin, token) {
        this.origin = origin;
        this.token = token;
    }

    /// The raw answer. `params` values may be arrays (repeated parameters).
    async fetch(path, { method = 'GET', params = {}, body, headers = {}, token = this.token } = {}) {
        const url = new URL(path, this.origin);
        for (const [name, values] of Object.entries(params)) {
            for (const value of [values].flat()) {
                url.searchParams.append(name, value);
            }
        }
        const all = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers };
        const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
        if (text !== undefined) {
            all['content-type'] ??= 'application/json';
            all['content-length'] = Buffer.byteLength(text);
        }
        return fetchApart(url, { method, headers: all, body: text });
    }

    /// {status, headers, body} with the body parsed where it is JSON, and checked against the document.
    async ask(path, options = {}) {
        const response = await this.fetch(path, options);
        const text = await response.text();
        const type = response.headers.get('content-type') ?? '';
        const body = /json/.test(type) ? JSON.parse(text) : text;
        if (/json/.test(type)) {
            checkAnswer(options.method ?? 'GET', path, response.status, type, body);
        }
        return { status: response.status, headers: response.headers, body };
    }

    /// The parsed body of an answer that must be 200.
    async get(path, params = {}) {
        const answer = await this.ask(path, { params });
        if (answer.status !== 200) {
            throw new Error(`GET ${path} ${JSON.stringify(params)}: ${answer.status} ${JSON.stringify(answer.body)}`);
        }
        return answer.body;
    }

    /// Rows of a query as objects by column name.
    async query(params) {
        const answer = await this.get('/api/v1/query', params);
        const names = answer.columns.map((column) => column.name);
        return answer.rows.map((row) => Object.fromEntries(row.map((cell, i) => [names[i], cell])));
    }

    /// The one row of a query without group_by and interval.
    async totals(metrics, params = {}) {
        const rows = await this.query({ metrics: [metrics].flat().join(','), ...params });
        return rows[0];
    }

    /// Every call that fits, through all pages, newest first.
    async calls(params = {}) {
        const items = [];
        let cursor = null;
        do {
            const page = await this.get('/api/v1/calls', { limit: 500, ...params, ...(cursor ? { cursor } : {}) });
            items.push(...page.items);
            cursor = page.next;
        } while (cursor);
        return items;
    }

    call(id) {
        return this.get(`/api/v1/calls/${id}`);
    }

    /// The call, once it is stored.
    waitForCall(id) {
        return waitFor(
            async () => {
                const answer = await this.ask(`/api/v1/calls/${id}`);
                return answer.status === 200 && answer.body;
            },
            { what: `call ${id} in the store` },
        );
    }

    /// Waits until the store holds exactly `count` calls that fit.
    async waitForCount(count, params = {}, deadlineMs = 60_000) {
        let calls = 0;
        try {
            await waitFor(
                async () => {
                    calls = (await this.totals('calls', params))?.calls ?? 0;
                    return calls >= count;
                },
                { what: `${count} calls in the store`, deadlineMs, everyMs: 100 },
            );
        } catch (error) {
            throw new Error(`${error.message}; there are ${calls}`);
        }
        if (calls !== count) {
            throw new Error(`${calls} calls in the store, ${count} were made`);
        }
    }

    /// Opens the live feed: {events: [{event, data}], waitFor(predicate), close()}.
    async live(params = {}) {
        const controller = new AbortController();
        const url = new URL('/api/v1/live', this.origin);
        Object.entries(params).forEach(([name, value]) => url.searchParams.append(name, value));
        const headers = { authorization: `Bearer ${this.token}`, accept: 'text/event-stream' };
        const response = await fetchApart(url, { method: 'GET', headers, signal: controller.signal });
        if (response.status !== 200) {
            throw new Error(`live feed: ${response.status} ${await response.text()}`);
        }
        const feed = new LiveFeed(response, controller);
        feed.read();
        return feed;
    }
}

class LiveFeed {
    constructor(response, controller) {
        this.response = response;
        this.events = [];
        this.comments = [];
        this.ended = false;
        this.controller = controller;
    }

    async read() {
        let rest = '';
        try {
            const decoder = new TextDecoder();
            for await (const chunk of this.response.body) {
                const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
                rest = blocks.pop();
                blocks.forEach((block) => this.take(block));
            }
        } catch {
            // Closed by us, or the server went: `ended` says so.
        }
        this.ended = true;
    }

    take(block) {
        const lines = block.split('\n');
        const field = (name) =>
            lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim());
        this.comments.push(...lines.filter((line) => line.startsWith(':')));
        if (field('data').length > 0) {
            this.events.push({ event: field('event')[0] ?? 'message', data: JSON.parse(field('data').join('\n')) });
        }
    }

    waitFor(predicate, what = 'the live event', deadlineMs = 10_000) {
        return waitFor(() => this.events.find(predicate), { what, deadlineMs, everyMs: 20 });
    }

    close() {
        this.controller.abort();
        return within(waitFor(() => this.ended), 'the end of the live feed');
    }
}
