// Senders that retry, as exporters do, and a server that is killed with -9 again and again in between: every span is stored
// exactly once. OTLP_CRASH_SPANS and OTLP_CRASH_KILLS say how many (30000 and 4; the full show is 1000000 and 20).
import assert from 'node:assert/strict';
import http from 'node:http';
import path from 'node:path';
import { test } from 'node:test';

import { postOtlp, spanMessage, tracesRequest } from '../support/otlp.mjs';
import { temporaryFolder } from '../support/places.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { sleep, waitFor } from '../support/wait.mjs';

const kSpans = Number(process.env.OTLP_CRASH_SPANS ?? 30_000);
const kKills = Number(process.env.OTLP_CRASH_KILLS ?? 4);
const kSpansPerRequest = 250;
const kSenders = 8;

// Two functions of a span's number, so that a lost span and a doubled one do not make up for each other in both sums.
const inputOf = (n) => n;
const outputOf = (n) => (n * 7919) % 1_000_003;

/// Spans lie in the hour before the test began, a few milliseconds apart.
function spanOf(n, beginMs) {
    const ids = { trace: Buffer.alloc(16, 1), span: Buffer.alloc(8, 2) };
    ids.trace.writeUInt32BE(n + 1, 0);
    ids.span.writeUInt32BE(n + 1, 4);
    const startMs = beginMs - 3_600_000 + (n % 3_000_000);
    return spanMessage(ids, startMs, startMs + 700, {
        'gen_ai.usage.input_tokens': inputOf(n),
        'gen_ai.usage.output_tokens': outputOf(n),
        'gen_ai.response.id': `chatcmpl-${n}`,
        'user.id': `user-${n % 1000}`,
    });
}

/// What the senders share: where the server is now, and what was acknowledged.
class Delivery {
    constructor() {
        this.beginMs = Date.now();
        this.origin = null;
        this.next = 0;
        this.acknowledged = 0;
        this.repeated = 0;
    }

    /// Takes requests one after the other, and sends each until it is acknowledged.
    async send() {
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        while (this.next < kSpans) {
            const first = this.next;
            this.next = Math.min(kSpans, first + kSpansPerRequest);
            const spans = Array.from({ length: this.next - first }, (_, i) => spanOf(first + i, this.beginMs));
            const body = tracesRequest(spans);
            while (!(await this.#delivered(body, agent))) {
                this.repeated += 1;
                await sleep(30);
            }
            this.acknowledged += spans.length;
        }
        agent.destroy();
    }

    async #delivered(body, agent) {
        if (this.origin === null) {
            return false;
        }
        const headers = { 'content-type': 'application/x-protobuf' };
        const answer = await postOtlp(this.origin, '/v1/traces', body, headers, agent).catch(() => null);
        assert.ok(answer === null || [200, 429, 503].includes(answer.status), `${answer?.status}: ${answer?.body}`);
        return answer?.status === 200;
    }
}

test(`${kSpans} spans from senders that retry, the server killed ${kKills} times: each stored once`, async (t) => {
    const options = { dataDir: path.join(temporaryFolder('otlp-crash'), 'data'), token: 'otlp-crash-token' };
    let server = await Sightglass.start(options);
    t.after(() => server.stop());
    const delivery = new Delivery();
    const use = () => (delivery.origin = `http://${server.ready.otlp_http}`);
    use();
    const senders = Promise.all(Array.from({ length: kSenders }, () => delivery.send()));
    senders.catch(() => {});  // Its failure is seen below, where it is awaited.
    for (let kill = 1; kill <= kKills; ++kill) {
        const due = (kSpans * kill) / (kKills + 1);
        await waitFor(() => delivery.acknowledged >= due, { what: `${due} spans`, deadlineMs: 600_000, everyMs: 5 });
        delivery.origin = null;
        await server.kill();
        server = await Sightglass.start(options);
        use();
    }
    await senders;
    const from = new Date(delivery.beginMs - 7_200_000).toISOString();
    const totals = await waitFor(
        async () => {
            const all = await server.api.totals(['calls', 'input_tokens', 'output_tokens', 'users'], { from });
            return all.calls >= kSpans && all;
        },
        { deadlineMs: 300_000 },
    );
    const sum = (of) => Array.from({ length: kSpans }, (_, n) => of(n)).reduce((all, n) => all + n, 0);
    t.diagnostic(`${kKills} kills, ${kSpans} spans, ${delivery.repeated} requests sent again`);
    assert.deepEqual(totals, {
        calls: kSpans,
        input_tokens: sum(inputOf),
        output_tokens: sum(outputOf),
        users: Math.min(1000, kSpans),
    });
    assert.ok(kKills === 0 || delivery.repeated > 0, 'no request was ever sent twice');
});
