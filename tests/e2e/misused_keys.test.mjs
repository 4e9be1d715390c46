// A leaked key: used from a new address, by a new service, at an hour at which it never was, at ten times its rate. It is found, traced to
// its former users, told of over a channel once. An ordinary key beside it raises nothing.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { temporaryFolder } from '../support/places.mjs';
import { Receiver } from '../support/receivers.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kHour = 3_600_000;
const kDay = 24 * kHour;
/// The hour that ended last: what is found there lies within the last 24.
const kStolen = Math.floor(Date.now() / kHour) * kHour - kHour;
const kKeys = { leaked: 'sk-live-leaked-0123456789abcdefghij', ordinary: 'sk-live-ordinary-0123456789abcdefgh' };
let server;
let hook;
let lines;

const line = (key, at, address, service, user) => ({
    started_at: new Date(at).toISOString(),
    provider: 'openai',
    model: 'gpt-4o',
    operation: 'chat',
    status: 'ok',
    api_key: kKeys[key],
    client_ip: address,
    user_agent: service === 'scraper' ? 'curl/8.5.0' : 'openai-python 2.31.0',
    service,
    user,
    prompt_tokens: 100,
    completion_tokens: 10,
    latency_ms: 500,
});

/// Two weeks of eight hours a day, none of them the hour of the theft.
function plantedLines() {
    const all = [];
    for (let day = 1; day <= 14; ++day) {
        for (let hour = 4; hour < 12; ++hour) {
            for (const key of ['leaked', 'ordinary']) {
                for (let i = 0; i < 3; ++i) {
                    all.push(line(key, kStolen - day * kDay + hour * kHour + i * 60_000, `10.2.0.${i}`, 'billing', `clerk-${i}`));
                }
            }
        }
    }
    for (let i = 0; i < 60; ++i) {
        all.push(line('leaked', kStolen + i * 50_000, '203.0.113.66', 'scraper', ''));
    }
    return all;
}

before(async () => {
    hook = await Receiver.start();
    server = await Sightglass.start({ config: 'notify:\n  allow_private: true\n' });
    const made = await server.api.ask('/api/v1/channels', { method: 'POST', body: { kind: 'webhook', name: 'desk', settings: { url: hook.origin } } });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    lines = plantedLines();
    const file = path.join(temporaryFolder('keys'), 'calls.jsonl');
    fs.writeFileSync(file, `${lines.map((one) => JSON.stringify(one)).join('\n')}\n`);
    const done = await run(['import', file, '--yes', '--json', '--data-dir', server.dataDir], { env: { SIGHTGLASS_ADMIN_TOKEN: server.token } });
    assert.equal(done.code, 0, done.stderr);
    await server.api.waitForCount(lines.length, { from: '-40d', to: 'now' });
});

after(async () => {
    await server?.stop();
    await hook?.stop();
});

test('the leaked key is found and traced to who used it before, the ordinary one is not', async () => {
    const { items } = await server.api.get('/api/v1/misused-keys');
    assert.equal(items.length, 1, JSON.stringify(items));
    const [trace] = items;
    const [use] = trace.uses;
    assert.equal(use.client_ip, '203.0.113.66');
    assert.equal(use.user_agent, 'curl/8.5.0');
    assert.equal(use.service, 'scraper');
    assert.equal(use.calls, 60);
    assert.deepEqual(use.odd, ['new_address', 'new_service', 'unusual_hour', 'rate']);
    assert.equal(Date.parse(use.first_seen), kStolen);
    assert.deepEqual(trace.services_before.map(({ name }) => name), ['billing']);
    assert.equal(trace.users_before.length, 3);
    assert.ok(trace.users_before.every(({ name }) => /^u_[0-9a-f]{16}$/.test(name)), 'pseudonyms');
    assert.equal(trace.addresses_before.length, 3);
    assert.deepEqual(await server.api.get(`/api/v1/key-use/${trace.fingerprint}`), trace);
    assert.ok(!JSON.stringify(items).includes(kKeys.leaked), 'no key is shown');

    const keys = await server.api.query({ metrics: 'calls', group_by: 'api_key', from: '-40d' });
    const other = keys.find(({ api_key: key }) => key !== trace.fingerprint).api_key;
    assert.equal((await server.api.get(`/api/v1/key-use/${other}`)).alarming, false);
    assert.deepEqual((await server.api.get('/api/v1/key-use/ffff')).uses, []);
});

test('the channel hears of it, once', async () => {
    const heard = () => hook.requests.map(({ text }) => text).filter((text) => text.includes('wrong hands'));
    await waitFor(() => heard().length > 0, { what: 'the notice', deadlineMs: 120_000 });
    const all = heard();
    assert.equal(all.length, 1, all.join('\n'));
    assert.match(all[0], /203\.0\.113\.66/);
    assert.match(all[0], /billing/);
    assert.ok(!all[0].includes(kKeys.leaked));
});
