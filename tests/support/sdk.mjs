// The unmodified OpenAI client for Node.js, with and without the gateway between.
import assert from 'node:assert/strict';

import OpenAI from 'openai';

export const kKey = 'sk-proj-test0123456789abcdefghijklmnopqrstuvwxyz';

export const kMessages = [{ role: 'user', content: 'What does a sight glass show? 流' }];

let nextId = 0;

/// A client whose requests carry `id`, so that the upstream can be asked about them. `seen` collects, of each answer, the
/// call id and the headers.
export function client(origin, { id, headers = {}, apiKey = kKey, ...more } = {}) {
    const seen = { callIds: [], headers: [] };
    const openai = new OpenAI({
        apiKey,
        baseURL: `${origin}/v1`,
        maxRetries: 0,
        defaultHeaders: { 'x-test-id': id ?? `sdk-${++nextId}`, ...headers },
        fetch: async (url, init) => {
            const response = await fetch(url, init);
            seen.callIds.push(response.headers.get('x-sightglass-call-id'));
            seen.headers.push(response.headers);
            return response;
        },
        ...more,
    });
    return Object.assign(openai, { seen });
}

/// `bothWays(use, options)` runs `use` without and with the gateway, expects equal outcomes, and returns the gateway's
/// outcome and its call.
export function compareWays(pair) {
    return async (use, options = {}) => {
        const direct = await use(client(pair().upstream.origin, options));
        const through = client(pair().server.origin, options);
        const outcome = await use(through);
        assert.deepEqual(outcome, direct);
        assert.equal(through.seen.callIds.length, 1);
        const call = await pair().server.api.waitForCall(through.seen.callIds[0]);
        return { outcome, call, headers: through.seen.headers[0] };
    };
}

export const plain = (value) => JSON.parse(JSON.stringify(value));

export async function collect(stream) {
    const events = [];
    for await (const event of stream) {
        events.push(plain(event));
    }
    return events;
}

/// What an application can see of an exception.
export async function failure(promise) {
    try {
        await promise;
    } catch (error) {
        const { name, status, message, code, type, param, requestID } = error;
        return { class: error.constructor.name, name, status, message, code, type, param, requestID, error: error.error };
    }
    return assert.fail('it should have been refused');
}
