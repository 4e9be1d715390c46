// Many calls, fast: keep-alive connections with the least HTTP that serves, and an upstream that does as little.
import net from 'node:net';

/// An upstream that answers any POST with a chat completion whose usage is what `x-test-tokens: input,output` asks for.
/// `seen` gets the values of x-test-id in the order that request heads came in whole. With `stream`, requests that say
/// `x-test-stream: N` are answered with N events, one each `pauseMs`.
export class FastUpstream {
    static async start({ onRequest = () => {}, onAnswered = () => {}, pauseMs = 5 } = {}) {
        const upstream = new FastUpstream();
        Object.assign(upstream, { onRequest, onAnswered, pauseMs, requests: 0 });
        upstream.sockets = new Set();
        upstream.server = net.createServer({ noDelay: true }, (socket) => upstream.#serve(socket));
        await new Promise((resolve) => upstream.server.listen(0, '127.0.0.1', resolve));
        upstream.origin = `http://127.0.0.1:${upstream.server.address().port}`;
        return upstream;
    }

    #serve(socket) {
        this.sockets.add(socket);
        let rest = '';
        let busy = Promise.resolve();
        socket.setEncoding('latin1');
        socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
        socket.on('data', (text) => {
            rest += text;
            for (;;) {
                const head = rest.indexOf('\r\n\r\n');
                if (head < 0) {
                    return;
                }
                const headers = rest.slice(0, head);
                const length = Number(headerOf(headers, 'content-length') ?? 0);
                if (rest.length < head + 4 + length) {
                    return;
                }
                rest = rest.slice(head + 4 + length);
                this.requests += 1;
                this.onRequest(headerOf(headers, 'x-test-id'));
                busy = busy.then(() => this.#answer(socket, headers)).catch(() => {});
            }
        });
    }

    async #answer(socket, headers) {
        const id = headerOf(headers, 'x-test-id') ?? '0';
        const [input, output] = (headerOf(headers, 'x-test-tokens') ?? '1,1').split(',');
        const usage = `{"prompt_tokens":${input},"completion_tokens":${output},"total_tokens":${+input + +output}}`;
        const events = Number(headerOf(headers, 'x-test-stream') ?? 0);
        if (events > 0) {
            await this.#stream(socket, id, usage, events);
        } else {
            const body =
                `{"id":"chatcmpl-${id}","object":"chat.completion","created":1760000000,"model":"gpt-4o-mini",` +
                '"choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],' +
                `"usage":${usage}}`;
            socket.write(
                `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
            );
        }
        this.onAnswered(id);
    }

    async #stream(socket, id, usage, events) {
        const send = (data) => {
            const event = `data: ${data}\n\n`;
            socket.write(`${event.length.toString(16)}\r\n${event}\r\n`);
        };
        const chunk = (choices, more = '') =>
            `{"id":"chatcmpl-${id}","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini",` +
            `"choices":${choices}${more}}`;
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
        for (let i = 0; i < events && !socket.destroyed; ++i) {
            send(chunk('[{"index":0,"delta":{"content":"word "},"finish_reason":null}]'));
            await new Promise((resolve) => setTimeout(resolve, this.pauseMs));
        }
        send(chunk('[{"index":0,"delta":{},"finish_reason":"stop"}]'));
        send(chunk('[]', `,"usage":${usage}`));
        send('[DONE]');
        socket.write('0\r\n\r\n');
    }

    async stop() {
        this.sockets.forEach((socket) => socket.destroy());
        await new Promise((resolve) => this.server.close(resolve));
    }
}

function headerOf(head, name) {
    const found = new RegExp(`\\r\\n${name}: *([^\\r]*)`, 'i').exec(head);
    return found?.[1];
}

/// The length of a chunked body at the start of `text`, or -1 while it is not whole.
function chunkedLength(text) {
    let at = 0;
    for (;;) {
        const line = text.indexOf('\r\n', at);
        if (line < 0) {
            return -1;
        }
        const size = parseInt(text.slice(at, line), 16);
        at = line + 2 + size + 2;
        if (at > text.length) {
            return -1;
        }
        if (size === 0) {
            return at;
        }
    }
}

/// Sends calls 0 … total-1 over `connections` keep-alive connections, one at a time each. `requestOf(i)` gives {path,
/// headers: {…}, body}. Each answer that came whole goes to `onAnswer(i, status, head, body)`. Stops early, without an
/// error, when `stopped()` says so or the server goes away; a server that goes away otherwise is an error.
export async function sendCalls(port, { total, connections, requestOf, onAnswer, onSent = () => {}, stopped }) {
    const state = { next: 0 };
    const worker = () =>
        new Promise((resolve, reject) => {
            const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
            socket.setEncoding('latin1');
            let current = -1;
            let received = '';
            const send = () => {
                if (state.next >= total || stopped?.()) {
                    current = -1;
                    socket.destroy();
                    return;
                }
                current = state.next++;
                onSent(current);
                socket.write(requestText(requestOf(current), port));
            };
            const take = (head, bodyLength) => {
                const body = received.slice(head + 4, head + 4 + bodyLength);
                onAnswer(current, Number(received.slice(9, 12)), received.slice(0, head), body);
                received = received.slice(head + 4 + bodyLength);
                send();
            };
            socket.on('connect', send);
            socket.on('data', (text) => {
                received += text;
                const head = received.indexOf('\r\n\r\n');
                if (head < 0) {
                    return;
                }
                const length = headerOf(received.slice(0, head), 'content-length');
                if (length !== undefined) {
                    if (received.length >= head + 4 + Number(length)) {
                        take(head, Number(length));
                    }
                    return;
                }
                const end = received.endsWith('0\r\n\r\n') ? chunkedLength(received.slice(head + 4)) : -1;
                if (end >= 0) {
                    take(head, end);
                }
            });
            socket.on('error', () => {});
            socket.on('close', () => {
                if (current >= 0 && !stopped?.()) {
                    reject(new Error(`the connection went in the middle of call ${current}: ${received.slice(0, 200)}`));
                } else {
                    resolve();
                }
            });
        });
    await Promise.all(Array.from({ length: connections }, worker));
}

function requestText({ path = '/v1/chat/completions', headers = {}, body }, port) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return (
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n${lines.join('')}\r\n${body}`
    );
}
