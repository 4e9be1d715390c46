// Sixty calls whose every number is known: three models, four services, three users; every tenth is refused with 429.
import assert from 'node:assert/strict';

export const kCalls = Array.from({ length: 60 }, (_, i) => ({
    model: ['gpt-4o-mini', 'gpt-4.1', 'house-model'][i % 3],
    service: ['search', 'chat', "it's", 'a,b'][i % 4],
    user: `user-${i % 3}`,
    refused: i % 10 === 9,
    tag: i % 2 === 0 ? 'even' : null,
    input: 100 + i,
    output: 10 + i,
}));

export const sum = (calls, pick) => calls.reduce((total, call) => total + pick(call), 0);

/// Sends them, one after the other, and waits until they are stored.
export async function sendKnownTraffic({ origin, api }) {
    for (const call of kCalls) {
        const response = await fetch(`${origin}/v1/chat/completions`, {
            method: 'POST',
            headers: {
                'content-type': 'application/json',
                authorization: `Bearer sk-${call.user}`,
                'x-test-tokens': `${call.input},${call.output}`,
                'x-sightglass-service': call.service,
                'x-sightglass-user': call.user,
                ...(call.tag ? { 'x-sightglass-tag-parity': call.tag } : {}),
                ...(call.refused ? { 'x-test-behaviour': 'rate_limited' } : {}),
            },
            body: JSON.stringify({ model: call.model, messages: [{ role: 'user', content: 'hello' }] }),
        });
        await response.arrayBuffer();
        assert.equal(response.status, call.refused ? 429 : 200);
    }
    await api.waitForCount(kCalls.length);
}
