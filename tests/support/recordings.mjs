// The recorded exchanges beside the source tree: reading them, what they say about themselves, an upstream that serves
// them compressed, and a client that replays them and keeps what came back as it came.
import fs from 'node:fs';
import http from 'node:http';

import { canFlush, compressAll, compressPieces } from './compression.mjs';
import { recordedFile } from './places.mjs';

export const kCassettes = ['cassettes/core_public.jsonl', 'cassettes/vercel_replay.jsonl'];

/// Hop-by-hop headers, and those that belong to the connection or the framing that the recording went over.
const kOwnRequestHeaders = new Set(
    ('host content-length connection accept-encoding transfer-encoding content-encoding expect keep-alive upgrade ' +
        'cookie').split(' '),
);
const kOwnResponseHeaders = new Set(
    ('content-encoding content-length transfer-encoding connection keep-alive set-cookie alt-svc date trailer upgrade ' +
        'strict-transport-security').split(' '),
);

export function readRecordings(name) {
    const lines = fs.readFileSync(recordedFile(name), 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line)).filter((row) => row.method === 'POST');
}

const bytesOf = (base64, text) => (base64 ? Buffer.from(base64, 'base64') : Buffer.from(text ?? '', 'utf8'));

export const requestBody = (row) => bytesOf(row.req_body_b64, row.req_body);
export const responseBody = (row) => (row.status === 204 ? Buffer.alloc(0) : bytesOf(row.resp_body_b64, row.resp_body));

const sendable = (value) => !/[^\t\x20-\x7e]/.test(value);
const isToken = (name) => /^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name);

function headersOf(all, own) {
    const kept = Object.entries(all ?? {}).filter(([name, value]) => {
        return !own.has(name.toLowerCase()) && isToken(name) && sendable(value);
    });
    return Object.fromEntries(kept);
}

/// Serves recordings by the header x-replay-id, each compressed as `encoding` says: a stream piece by piece.
export class RecordedUpstream {
    static async start(rows, encoding) {
        const upstream = new RecordedUpstream();
        upstream.rows = new Map(rows.map((row) => [row.id, row]));
        upstream.encoding = encoding;
        const whole = rows.filter((row) => !row.sse || !canFlush(encoding));
        const bodies = compressAll(encoding, whole.map(responseBody));
        upstream.encoded = new Map(whole.map((row, i) => [row.id, bodies[i]]));
        upstream.sent = new Map();
        upstream.received = new Map();
        upstream.server = http.createServer((request, response) => upstream.#serve(request, response));
        await new Promise((resolve) => upstream.server.listen(0, '127.0.0.1', resolve));
        upstream.origin = `http://127.0.0.1:${upstream.server.address().port}`;
        return upstream;
    }

    async #serve(request, response) {
        const chunks = [];
        for await (const chunk of request) {
            chunks.push(chunk);
        }
        const id = request.headers['x-replay-id'];
        const row = this.rows.get(id);
        this.received.set(id, { url: request.url, headers: request.headers, body: Buffer.concat(chunks) });
        const headers = headersOf(row.resp_headers, kOwnResponseHeaders);
        headers['content-type'] ??= row.sse ? 'text/event-stream' : 'application/json';
        const body = responseBody(row);
        if (this.encoding !== 'identity' && body.length > 0) {
            headers['content-encoding'] = this.encoding;
        }
        if (!this.encoded.has(id) && body.length > 0) {
            const pieces = await compressPieces(this.encoding, splitEvents(body));
            this.sent.set(id, Buffer.concat(pieces));
            response.writeHead(row.status || 200, headers);
            pieces.forEach((piece) => response.write(piece));
            response.end();
            return;
        }
        const bytes = body.length > 0 ? this.encoded.get(id) : body;
        this.sent.set(id, bytes);
        if (row.status !== 204) {
            headers['content-length'] = bytes.length;
        }
        response.writeHead(row.status || 200, headers);
        response.end(bytes);
    }

    stop() {
        this.server.closeAllConnections();
        return new Promise((resolve) => this.server.close(resolve));
    }
}

/// Cuts an SSE body after each blank line.
function splitEvents(body) {
    const pieces = body.toString('latin1').split(/(?<=\r?\n\r?\n)/);
    return pieces.map((piece) => Buffer.from(piece, 'latin1'));
}

/// Sends one recorded request: {status, headers, bytes} with the bytes as they came, still encoded.
export function replay(row, origin, prefix, agent, encoding) {
    const { hostname, port } = new URL(origin);
    const body = requestBody(row);
    const headers = headersOf(row.req_headers, kOwnRequestHeaders);
    headers['x-replay-id'] = row.id;
    headers['content-type'] ??= 'application/json';
    headers['content-length'] = body.length;
    headers['accept-encoding'] = encoding;
    const path = prefix + encodeURI(decodeURI(row.path.replace(/%(?![0-9a-f]{2})/gi, '%25')));
    return new Promise((resolve, reject) => {
        const request = http.request({ hostname, port, method: 'POST', path, headers, agent }, (response) => {
            const chunks = [];
            response.on('data', (chunk) => chunks.push(chunk));
            response.on('error', reject);
            response.on('end', () => {
                resolve({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) });
            });
        });
        request.on('error', reject);
        request.end(body);
    });
}

const orNull = (value) => value ?? null;

/// Tokens as the recording's own usage object states them; null where it does not.
export function statedTokens(row) {
    const usage = row.usage;
    if (usage === null || usage === undefined || usage.type === 'duration') {
        return null;
    }
    const input = usage.prompt_tokens_details ?? usage.input_tokens_details ?? {};
    const output = usage.completion_tokens_details ?? usage.output_tokens_details ?? {};
    const sent = usage.prompt_tokens ?? usage.input_tokens;
    let answered = usage.completion_tokens ?? usage.output_tokens;
    // xAI counts reasoning beside completion_tokens; its own total shows it. Ours is all output, reasoning included.
    if (output.reasoning_tokens > 0 && usage.total_tokens === sent + answered + output.reasoning_tokens) {
        answered += output.reasoning_tokens;
    }
    return {
        input_tokens: orNull(sent),
        output_tokens: orNull(answered),
        cached_input_tokens: orNull(input.cached_tokens),
        reasoning_tokens: orNull(output.reasoning_tokens),
    };
}

/// The model that the recording says answered, else the one that was asked for (JSON or multipart).
export function statedModel(row) {
    if (row.model_resp || row.model_req) {
        return row.model_resp || row.model_req;
    }
    const form = /name="model"\r\n\r\n([^\r\n]+)\r\n/.exec(requestBody(row).toString('latin1'));
    return form ? form[1] : null;
}
