// The figures of calls under the names of other products: LiteLLM's in /metrics, Datadog's as DogStatsD datagrams. Both add
// up to what was sent.
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';

import { client, kMessages } from '../support/sdk.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kCalls = 7;

/// A DogStatsD agent: the lines that came.
async function startAgent(t) {
    const lines = [];
    const socket = dgram.createSocket('udp4');
    socket.on('message', (datagram) => lines.push(...datagram.toString().split('\n')));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    t.after(() => socket.close());
    return { port: socket.address().port, lines };
}

const sumOf = (lines, pattern) =>
    lines.map((line) => pattern.exec(line)).reduce((sum, found) => sum + (found ? Number(found[1]) : 0), 0);

test('LiteLLM\'s and Datadog\'s names add up to the calls that were made', async (t) => {
    const upstream = await Upstream.start();
    t.after(() => upstream.stop());
    const agent = await startAgent(t);
    const server = await Sightglass.startFor(t, {
        config:
            `upstreams: {openai: {base_url: ${upstream.origin}, dialect: openai, provider: openai}}\n` +
            `metrics: {litellm: true, dogstatsd: 127.0.0.1:${agent.port}}\n`,
    });
    const headers = { 'x-sightglass-service': 'bot', 'x-sightglass-team': 'search', 'x-sightglass-environment': 'test' };
    const openai = client(server.origin, { headers });
    for (let i = 0; i < kCalls; ++i) {
        await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages });
    }
    const call = await server.api.waitForCall(openai.seen.callIds.at(-1));
    const tokens = kCalls * (call.input_tokens + call.output_tokens);
    assert.ok(tokens > 0);

    const wanted = /^litellm_requests_metric_total\{.*team="search".*\} (\S+)$/;
    const text = await waitFor(async () => {
        const lines = (await (await server.api.fetch('/metrics')).text()).split('\n');
        return sumOf(lines, wanted) === kCalls && lines;
    });
    assert.equal(sumOf(text, /^litellm_total_tokens_metric_total\{.*\} (\S+)$/), tokens);
    assert.equal(sumOf(text, /^litellm_proxy_total_requests_metric_total\{.*status_code="200".*\} (\S+)$/), kCalls);
    assert.equal(sumOf(text, /^litellm_request_total_latency_metric_count\{.*\} (\S+)$/), kCalls);
    assert.ok(sumOf(text, /^litellm_spend_metric_total\{.*\} (\S+)$/) > 0);
    assert.ok(text.every((line) => !line.includes(call.user || 'no user')));

    await server.stop(); // Tells the rest.
    await waitFor(() => sumOf(agent.lines, /^openai\.tokens\.total:(\S+?)\|c\|#.*service:bot/) === tokens);
    assert.equal(sumOf(agent.lines, /^openai\.completions\.num_model_requests:(\S+?)\|c/), kCalls);
    assert.ok(agent.lines.some((line) => /^openai\.request\.duration:\S+\|g\|#env:test,service:bot/.test(line)));
});

test('nobody is told in these names who did not ask for them', async (t) => {
    const server = await Sightglass.startFor(t);
    assert.doesNotMatch(await (await server.api.fetch('/metrics')).text(), /litellm_/);
});
