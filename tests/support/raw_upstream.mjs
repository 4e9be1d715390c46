// An upstream made of bytes: what it does at each stage of an exchange is a test's, down to the broken chunk. A connection's
// script is what the path of its request says: POST /v1/NAME/chat/completions runs the script NAME.
import net from 'node:net';

export const kAnswer =
    '{"id":"chatcmpl-raw","object":"chat.completion","created":1760000000,"model":"gpt-4o-mini",' +
    '"choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],' +
    '"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}';

export const kWholeAnswer =
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${kAnswer.length}\r\n\r\n${kAnswer}`;

export class RawUpstream {
    /// `scripts`: name → (socket) => …, called when the request (head and body of a stated length) has come; `onConnect` runs
    /// before anything has. Requests without a script are answered whole, on a connection that is kept.
    static async start(scripts = {}, { onConnect = () => {}, port = 0 } = {}) {
        const upstream = new RawUpstream();
        Object.assign(upstream, { scripts, onConnect, requests: 0, sockets: new Set() });
        await upstream.listen(port);
        return upstream;
    }

    static async startFor(t, scripts, options) {
        const upstream = await RawUpstream.start(scripts, options);
        t.after(() => upstream.stop());
        return upstream;
    }

    async listen(port) {
        this.server = net.createServer({ noDelay: true }, (socket) => this.#serve(socket));
        await new Promise((resolve, reject) => {
            this.server.once('error', reject).listen(port, '127.0.0.1', resolve);
        });
        this.port = this.server.address().port;
        this.origin = `http://127.0.0.1:${this.port}`;
    }

    #serve(socket) {
        this.sockets.add(socket);
        socket.setEncoding('latin1');
        socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
        this.onConnect(socket);
        let received = '';
        socket.on('data', (text) => {
            received += text;
            for (let end; (end = wholeRequest(received)) > 0; received = received.slice(end)) {
                this.requests += 1;
                const name = /^\S+ \/v1\/([a-z_]+)\/chat/.exec(received)?.[1];
                const script = this.scripts[name];
                if (script !== undefined) {
                    script(socket, received.slice(0, end));
                } else {
                    socket.write(kWholeAnswer);
                }
            }
        });
    }

    /// As when its process dies: every connection goes, and no new one is taken.
    async kill() {
        this.sockets.forEach((socket) => socket.resetAndDestroy());
        await new Promise((resolve) => this.server.close(resolve));
    }

    restore() {
        return this.listen(this.port);
    }

    async stop() {
        this.sockets.forEach((socket) => socket.destroy());
        await new Promise((resolve) => this.server.close(resolve));
    }
}

/// The length of the request at the start of `text`, or 0 while it is not whole.
function wholeRequest(text) {
    const head = text.indexOf('\r\n\r\n');
    if (head < 0) {
        return 0;
    }
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
    return text.length >= head + 4 + length ? head + 4 + length : 0;
}
