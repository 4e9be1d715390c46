// HTTP by hand: bytes in, bytes out, for requests that no client library would send.
import net from 'node:net';

import { waitFor, within } from './wait.mjs';

/// A connection whose received bytes pile up in `received`.
export class RawConnection {
    static async open(port, host = '127.0.0.1') {
        const connection = new RawConnection(net.connect({ port, host, noDelay: true }));
        await new Promise((resolve, reject) => connection.socket.once('connect', resolve).once('error', reject));
        return connection;
    }

    constructor(socket) {
        this.socket = socket;
        this.received = Buffer.alloc(0);
        this.closed = false;
        this.ended = false;
        socket.on('data', (chunk) => (this.received = Buffer.concat([this.received, chunk])));
        socket.on('end', () => (this.ended = true));
        socket.on('error', () => (this.closed = true));
        socket.on('close', () => (this.closed = true));
    }

    send(bytes) {
        this.socket.write(bytes);
        return this;
    }

    get text() {
        return this.received.toString('latin1');
    }

    waitForText(pattern, what = `${pattern} from the server`) {
        return waitFor(() => this.text.match(pattern), { what, everyMs: 10 });
    }

    /// The other side closed, in whatever way.
    waitForClose(what = 'the server to close the connection', deadlineMs) {
        return waitFor(() => this.closed || this.ended, { what, deadlineMs });
    }

    close() {
        this.socket.destroy();
    }
}

/// Sends bytes on a new connection and returns all that comes until the server closes (send `Connection: close`).
export async function exchange(port, bytes) {
    const connection = await RawConnection.open(port);
    connection.send(bytes);
    await connection.waitForClose();
    const { text } = connection;
    connection.close();
    return text;
}

export const statusOf = (text) => Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? NaN);

/// A request as text; `headers` are lines.
export function request(method, target, headers = [], body = '') {
    const length = body.length > 0 ? [`Content-Length: ${Buffer.byteLength(body)}`] : [];
    return `${method} ${target} HTTP/1.1\r\n${[...headers, ...length].map((line) => `${line}\r\n`).join('')}\r\n${body}`;
}

export { within };
