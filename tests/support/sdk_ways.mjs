// Any client, with and without the gateway between. A client's requests carry an id as a Sightglass user, by which the call
// is found again: not every client shows the headers of its answers.
import assert from 'node:assert/strict';

import { everyProvider } from './every_provider.mjs';
import { Sightglass } from './sightglass.mjs';
import { kBehaviours, Upstream } from './upstream.mjs';
import { waitFor } from './wait.mjs';

let nextId = 0;

export const plain = (value) => JSON.parse(JSON.stringify(value));

export async function collect(stream) {
    const events = [];
    for await (const event of stream) {
        events.push(plain(event));
    }
    return events;
}

/// What an application can see of an exception, whichever client throws it.
export async function failure(promise) {
    try {
        await promise;
    } catch (error) {
        const { name, message, error: body, isRetryable } = error;
        const status = error.status ?? error.statusCode ?? error.status_code;
        return plain({ class: error.constructor.name, name, status, message, body, isRetryable });
    }
    return assert.fail('it should have been refused');
}

/// An upstream that speaks every format, behind a server that knows it by every name.
export class Pair {
    static async start(names = ['openai', 'anthropic', 'gemini', 'ollama']) {
        const pair = new Pair();
        pair.upstream = await Upstream.start(everyProvider(kBehaviours));
        const upstreams = Object.fromEntries(names.map((name) => [name, pair.upstream.origin]));
        pair.server = await Sightglass.start({ upstreams });
        return pair;
    }

    async stop() {
        await this.server.stop();
        await this.upstream.stop();
    }

    /// Headers that make the upstream behave so, and the call be found.
    headers(behaviour, id = `user-${++nextId}`) {
        return { 'x-test-id': id, 'x-sightglass-user': id, ...(behaviour ? { 'x-test-behaviour': behaviour } : {}) };
    }

    callOf(id) {
        return waitFor(async () => (await this.server.api.calls({ filter: `user:${id}` }))[0], { what: `the call of ${id}` })
            .then(({ call_id: callId }) => this.server.api.waitForCall(callId));
    }

    /// Runs `use(origin, headers)` at the upstream itself and through the gateway, under /<name>; both must come out the
    /// same. Gives the outcome and the call.
    async bothWays(name, use, behaviour) {
        const direct = await use(this.upstream.origin, this.headers(behaviour));
        const headers = this.headers(behaviour);
        const outcome = await use(`${this.server.origin}/${name}`, headers);
        assert.deepEqual(outcome, direct);
        const call = await this.callOf(headers['x-test-id']);
        return { outcome, call };
    }
}

/// Expects these fields of a call.
export function checkCall(call, expected) {
    for (const [name, value] of Object.entries(expected)) {
        assert.deepEqual(call[name], value, name);
    }
}
