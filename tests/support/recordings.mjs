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

/// Some bytes are in base64 in the text's place, and say so.
function bytesOf(base64, text) {
    const marked = /^base64:([A-Za-z0-9+/=]*)$/.exec(text ?? '');
    return base64 || marked ? Buffer.from(base64 || marked[1], 'base64') : Buffer.from(text ?? '', 'utf8');
}

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
    /// `odd`: bodies are sent in odd pieces.
    static async start(rows, encoding, { odd = false } = {}) {
        const upstream = new RecordedUpstream();
        upstream.odd = odd;
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
        if (this.odd) {
            await writeInPieces(response, bytes);
        }
        response.end(this.odd ? undefined : bytes);
    }

    stop() {
        this.server.closeAllConnections();
        return new Promise((resolve) => this.server.close(resolve));
    }
}

/// In pieces of odd sizes, each sent by itself.
async function writeInPieces(response, bytes) {
    const sizes = [1, 7, 61, 1021];
    for (let at = 0, i = 0; at < bytes.length; ++i) {
        const size = bytes.length > 100_000 ? 50_021 : sizes[i % sizes.length];
        response.write(bytes.subarray(at, at + size));
        at += size;
        await new Promise((resolve) => setImmediate(resolve));
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

/// Counts of OpenAI's format, in which cached input is a part of the input.
function openAiTokens(usage) {
    const input = usage.prompt_tokens_details ?? usage.input_tokens_details ?? {};
    const output = usage.completion_tokens_details ?? usage.output_tokens_details ?? {};
    const sent = usage.prompt_tokens ?? usage.input_tokens;
    let answered = usage.completion_tokens ?? usage.output_tokens;
    // xAI counts reasoning beside completion_tokens; its own total shows it. Ours is all output, reasoning included.
    if (output.reasoning_tokens > 0 && usage.total_tokens === sent + answered + output.reasoning_tokens) {
        answered += output.reasoning_tokens;
    }
    return {
        input_tokens: orNull(sent ?? usage.total_tokens),  // Embeddings of some have a total only.
        output_tokens: orNull(answered),
        cached_input_tokens: orNull(input.cached_tokens ?? usage.cached_tokens),  // Moonshot's has no details.
        reasoning_tokens: orNull(output.reasoning_tokens),
    };
}

/// Anthropic's, in which cached input stands beside the input, and a compaction before the answer beside both.
function anthropicTokens(usage) {
    const compactions = (usage.iterations ?? []).filter((one) => one.type === 'compaction');
    const sum = (name) => compactions.reduce((total, one) => total + (one[name] ?? 0), usage[name] ?? 0);
    return {
        input_tokens:
            sum('input_tokens') + sum('cache_read_input_tokens') + sum('cache_creation_input_tokens'),
        output_tokens: sum('output_tokens'),
        cached_input_tokens: usage.cache_read_input_tokens === undefined ? null : sum('cache_read_input_tokens'),
    };
}

function geminiTokens(usage) {
    return {
        input_tokens: (usage.promptTokenCount ?? 0) + (usage.toolUsePromptTokenCount ?? 0),
        output_tokens: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
        cached_input_tokens: orNull(usage.cachedContentTokenCount),
        reasoning_tokens: orNull(usage.thoughtsTokenCount),
    };
}

function bedrockTokens(usage) {
    const read = usage.cacheReadInputTokens ?? usage.cacheReadInputTokenCount;
    const written = usage.cacheWriteInputTokens ?? usage.cacheWriteInputTokenCount;
    return {
        input_tokens: usage.inputTokens + (read ?? 0) + (written ?? 0),
        output_tokens: orNull(usage.outputTokens),
        cached_input_tokens: orNull(read),
    };
}

/// Tokens as the recording's own usage object states them; null where it states none.
export function statedTokens(row) {
    const { usage } = row;
    if (usage === null || usage === undefined || usage.type === 'duration' || Object.keys(usage).length === 0) {
        return null;
    }
    if (usage.promptTokenCount !== undefined) {
        return geminiTokens(usage);
    }
    if (usage.billed_units !== undefined) {
        const { input_tokens: input, output_tokens: output } = usage.billed_units;
        return input === undefined && output === undefined
            ? null
            : { input_tokens: orNull(input), output_tokens: orNull(output), cached_input_tokens: null };
    }
    if (usage.eval_count !== undefined) {
        return { input_tokens: orNull(usage.prompt_eval_count), output_tokens: usage.eval_count };
    }
    if (usage.inputTokens !== undefined) {
        return bedrockTokens(usage);
    }
    const leavesCachedOut = usage.cache_creation_input_tokens !== undefined || /\/messages|\/invoke/.test(row.path);
    return leavesCachedOut && usage.input_tokens !== undefined
        ? anthropicTokens(usage)
        : openAiTokens(usage);
}

/// Whether the recording leaves out what its bytes say: it reads neither AWS event streams nor Ollama's whole answers nor the
/// headers that count for Bedrock's models, and of some of Cohere's answers no usage.
export function leavesUsageOut(row) {
    const type = row.resp_headers?.['content-type'] ?? '';
    const ollama = row.provider === 'ollama' && row.path.startsWith('/api/');
    const invoked = row.path.endsWith('/invoke') && (statedTokens(row)?.input_tokens ?? null) === null;
    const cohere = row.provider === 'cohere' && row.path.endsWith('/chat') && !row.usage && row.status < 400;
    return type.includes('amazon.eventstream') || ollama || invoked || cohere;
}

/// The model that the recording says answered, else the one that was asked for (JSON or multipart). Undefined where it does not
/// know: requests that were made up for an answer, and Bedrock's paths, cut at the model's colon.
export function statedModel(row) {
    if (row.provider === 'bedrock' || (!row.model_resp && !row.host)) {
        return undefined;
    }
    if (row.model_resp || row.model_req) {
        return row.model_resp || row.model_req;
    }
    const form = /name="model"\r\n\r\n([^\r\n]+)\r\n/.exec(requestBody(row).toString('latin1'));
    return form ? form[1] : null;
}
