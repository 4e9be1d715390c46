// A plain HTTP client for requests that no SDK makes: status, headers and bytes as they came, however the answer ended.
import http from 'node:http';

/// {status, headers, bytes, complete, error, callId}; `complete` is false where the answer broke off.
export function send(origin, path, { method = 'POST', headers = {}, body = '', agent, signal } = {}) {
    const { hostname, port } = new URL(origin);
    return new Promise((resolve) => {
        const chunks = [];
        let response = null;
        const finish = (error) =>
            resolve({
                status: response?.statusCode ?? null,
                headers: response?.headers ?? {},
                bytes: Buffer.concat(chunks),
                complete: response?.complete === true && !error,
                error: error ?? null,
                callId: response?.headers['x-sightglass-call-id'] ?? null,
            });
        const options = { hostname, port, path, method, headers, agent: agent ?? false, signal };
        const request = http.request(options, (answer) => {
            response = answer;
            answer.on('data', (chunk) => chunks.push(chunk));
            answer.on('error', finish).on('end', () => finish(null));
        });
        request.on('error', finish);
        if (typeof body === 'function') {
            body(request);
        } else {
            request.end(body);
        }
    });
}

export const kChat = '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hello"}]}';
export const kStreamedChat = '{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"hello"}]}';

/// A chat call whose upstream behaves as named (support/upstream.mjs).
export function chat(origin, behaviour, { body = kChat, headers = {}, path = '/v1/chat/completions', ...more } = {}) {
    const all = { 'content-type': 'application/json', 'x-test-behaviour': behaviour, ...headers };
    return send(origin, path, { body, headers: all, ...more });
}
