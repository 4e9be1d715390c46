// A provider made of a script: an HTTP server on a free port that remembers every request, and answers each as its test
// says. A request picks its behaviour by the header x-test-behaviour (which the gateway must pass on like any other);
// without one it gets an ordinary OpenAI answer.
import http from 'node:http';

import { compress } from './compression.mjs';
import { answerFor } from './openai_answers.mjs';
import { sleep, waitFor } from './wait.mjs';

/// What the upstream saw of one request.
class SeenRequest {
    constructor(request) {
        this.method = request.method;
        this.url = request.url;
        this.headers = request.headers;
        this.rawHeaders = request.rawHeaders;
        this.body = Buffer.alloc(0);
        this.complete = false;  // The whole body came.
        this.answered = false;  // Our answer was handed over whole.
        this.disconnected = false;  // The connection went before that.
    }

    get json() {
        return JSON.parse(this.body.toString('utf8'));
    }
}

export class Upstream {
    /// `behaviours`: name → async (exchange) => …; `default` answers requests that name none.
    static async start(behaviours = {}) {
        const upstream = new Upstream(behaviours);
        await new Promise((resolve) => upstream.server.listen(0, '127.0.0.1', resolve));
        upstream.port = upstream.server.address().port;
        upstream.origin = `http://127.0.0.1:${upstream.port}`;
        return upstream;
    }

    static async startFor(t, behaviours = {}) {
        const upstream = await Upstream.start(behaviours);
        t.after(() => upstream.stop());
        return upstream;
    }

    constructor(behaviours) {
        this.requests = [];
        this.connections = new Set();
        this.behaviours = { ...kBehaviours, ...behaviours };
        this.server = http.createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
            this.#serve(request, response);
        });
        this.server.on('checkContinue', (request, response) => {
            response.writeContinue();
            this.#serve(request, response);
        });
        this.server.on('connection', (socket) => {
            this.connections.add(socket);
            socket.on('close', () => this.connections.delete(socket)).on('error', () => {});
        });
    }

    async #serve(request, response) {
        const seen = new SeenRequest(request);
        this.requests.push(seen);
        response.on('finish', () => (seen.answered = true));
        response.on('close', () => (seen.disconnected = !seen.answered));
        const name = request.headers['x-test-behaviour'] ?? 'default';
        const behaviour = this.behaviours[name] ?? unknownBehaviour;
        const exchange = { request, response, seen, upstream: this };
        try {
            if (!behaviour.early) {
                await readBody(request, seen);
            }
            await behaviour(exchange);
        } catch (error) {
            if (!response.destroyed && !seen.disconnected) {
                response.destroy(error);
            }
        }
    }

    get last() {
        return this.requests.at(-1);
    }

    /// The request with this value of the header x-test-id.
    find(id) {
        return this.requests.find((seen) => seen.headers['x-test-id'] === String(id));
    }

    waitForRequest(predicate, what = 'the request at the upstream') {
        return waitFor(() => this.requests.find(predicate), { what });
    }

    stop() {
        this.connections.forEach((socket) => socket.destroy());
        return new Promise((resolve) => this.server.close(resolve));
    }
}

async function readBody(request, seen) {
    const chunks = [];
    for await (const chunk of request) {
        chunks.push(chunk);
    }
    seen.body = Buffer.concat(chunks);
    seen.complete = true;
}

function unknownBehaviour({ response }) {
    response.writeHead(500, { 'content-type': 'text/plain' }).end('the test names no such behaviour');
}

/// Sends a whole JSON answer.
export function sendJson({ response }, status, body, headers = {}) {
    const bytes = Buffer.from(JSON.stringify(body));
    response.writeHead(status, {
        'content-type': 'application/json',
        'content-length': bytes.length,
        ...headers,
    });
    response.end(bytes);
}

/// One server-sent event as OpenAI writes it: a named one for responses, a bare one for chat.
export const eventText = (event) =>
    typeof event === 'string'
        ? `data: ${event}\n\n`
        : `${event.type ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`;

/// Sends a stream of events, `pauseMs` apart.
export async function sendEvents({ response, seen }, events, { headers = {}, pauseMs = 0, end = true } = {}) {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...headers });
    response.flushHeaders();
    for (const event of events) {
        if (seen.disconnected) {
            return;
        }
        if (!response.write(eventText(event))) {
            await Promise.race([
                new Promise((resolve) => response.once('drain', resolve)),
                new Promise((resolve) => response.once('close', resolve)),
            ]);
        }
        if (pauseMs > 0) {
            await sleep(pauseMs);
        }
    }
    if (end) {
        response.end();
    }
}

async function answer(exchange, options = {}) {
    const { status, headers, body, events } = answerFor(exchange.request, exchange.seen.body);
    if (events) {
        await sendEvents(exchange, events, { headers, ...options });
    } else {
        sendJson(exchange, status, body, headers);
    }
}

const error = (status, type, code, message, headers = {}) => (exchange) =>
    sendJson(exchange, status, { error: { message, type, param: null, code } }, headers);

export const kBehaviours = {
    default: (exchange) => answer(exchange),

    /// As default, with a pause between events.
    slow: (exchange) => answer(exchange, { pauseMs: 150 }),

    unauthorized: error(401, 'invalid_request_error', 'invalid_api_key', 'Incorrect API key provided: sk-wrong.'),
    forbidden: error(403, 'invalid_request_error', 'unsupported_country', 'Not here.'),
    not_found: error(404, 'invalid_request_error', 'model_not_found', 'The model `gpt-none` does not exist.'),
    bad_request: error(400, 'invalid_request_error', 'context_length_exceeded', 'Too many tokens.'),
    rate_limited: error(429, 'requests', 'rate_limit_exceeded', 'Rate limit reached for requests.', {
        'retry-after': '1',
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '1s',
    }),
    quota: error(429, 'insufficient_quota', 'insufficient_quota', 'You exceeded your current quota.'),
    server_error: error(500, 'server_error', null, 'The server had an error.'),
    overloaded: error(503, 'server_error', null, 'The engine is currently overloaded.'),

    /// Half of a stream, in the middle of an event, then the connection is reset.
    async cut(exchange) {
        const { events, headers } = answerFor(exchange.request, exchange.seen.body);
        await sendEvents(exchange, events.slice(0, 3), { headers, end: false });
        exchange.response.write(eventText(events[3]).slice(0, 25));
        await sleep(50);
        exchange.response.socket.resetAndDestroy();
    },

    /// Half of a body that said how long it is.
    async half(exchange) {
        const text = JSON.stringify(answerFor(exchange.request, exchange.seen.body).body);
        exchange.response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
        exchange.response.write(text.slice(0, text.length / 2));
        await sleep(50);
        exchange.response.socket.destroy();
    },

    /// Nothing, for ever.
    hang: () => new Promise(() => {}),

    /// The first events, then nothing for ever.
    async stall(exchange) {
        const { events, headers } = answerFor(exchange.request, exchange.seen.body);
        await sendEvents(exchange, events.slice(0, 3), { headers, end: false });
        await new Promise(() => {});
    },

    reset({ response }) {
        response.socket.resetAndDestroy();
    },

    /// What no HTTP client can read.
    nonsense({ response }) {
        response.socket.write('\x00\x01\x02 this is not HTTP \r\n\r\n\xff\xfe');
        response.socket.end();
    },

    empty({ response }) {
        response.writeHead(200, { 'content-length': 0 }).end();
    },

    html({ response }) {
        const page = '<!doctype html><title>Bad gateway</title><script>document.title = "ran"</script><h1>502</h1>';
        response.writeHead(502, { 'content-type': 'text/html', 'content-length': page.length }).end(page);
    },

    not_json({ response }) {
        const text = '{"id": "chatcmpl-1", "usage": {"prompt_tokens": ';
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text);
    },

    /// An error inside a stream that began with 200.
    async error_in_stream(exchange) {
        const { events, headers } = answerFor(exchange.request, exchange.seen.body);
        const failure = { error: { message: 'The server had an error.', type: 'server_error', param: null, code: null } };
        await sendEvents(exchange, [...events.slice(0, 3), failure], { headers });
    },

    /// The ordinary answer, compressed in the way that the header x-test-encoding names.
    encoded(exchange) {
        const encoding = exchange.request.headers['x-test-encoding'];
        const { status, headers, body } = answerFor(exchange.request, exchange.seen.body);
        const bytes = compress(encoding, Buffer.from(JSON.stringify(body)));
        exchange.response.writeHead(status, {
            'content-type': 'application/json',
            'content-encoding': encoding,
            'content-length': bytes.length,
            ...headers,
        });
        exchange.response.end(bytes);
    },

    /// The request's body, back.
    echo({ response, seen }) {
        response.writeHead(200, {
            'content-type': 'application/octet-stream',
            'content-length': seen.body.length,
        });
        response.end(seen.body);
    },
};
