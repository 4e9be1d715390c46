// Channels of the real binary: what each kind sends, checked by its provider's rules; a real mail server with TLS and a
// login; a real Alertmanager; a receiver that is down while the server is killed; secrets that never come out.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { Alertmanager, isHere, MailServer, makeCertificate, Receiver } from '../support/receivers.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kConfig = 'notify: {allow_private: true, retry_wait: 20ms, retry_wait_max: 200ms}\n';
const kSecret = 'a-very-secret-text';

let server;
let receiver;

before(async () => {
    receiver = await Receiver.start();
    server = await Sightglass.start({ config: kConfig });
});

after(async () => {
    await server.stop();
    await receiver.stop();
});

async function make(kind, settings, to = server, more = {}) {
    const body = { name: `${kind} channel`, kind, settings, ...more };
    const answer = await to.api.ask('/api/v1/channels', { method: 'POST', body });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
}

/// Sends a test notice and returns the request that came.
async function testOf(kind, settings, more = {}) {
    const channel = await make(kind, settings, server, more);
    const had = receiver.requests.length;
    const answer = await server.api.ask(`/api/v1/channels/${channel.id}/test`, { method: 'POST' });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual(answer.body, { delivered: true, status: 200, error: null });
    assert.equal(receiver.requests.length, had + 1);
    const request = receiver.requests.at(-1);
    return { ...request, json: JSON.parse(request.text), channel };
}

const hmac = (key, message, encoding) => crypto.createHmac('sha256', key).update(message).digest(encoding);

test('webhook: time and body are signed', async () => {
    const { headers, text, json } = await testOf('webhook', { url: `${receiver.origin}/hook`, secret: kSecret });
    assert.equal(headers['x-signature'], `sha256=${hmac(kSecret, `${headers['x-timestamp']}.${text}`, 'hex')}`);
    assert.ok(Math.abs(Date.now() / 1000 - Number(headers['x-timestamp'])) < 600);
    assert.equal(headers['idempotency-key'], json.id);
    assert.equal(json.notices.length, 1);
    assert.equal(json.status, 'resolved');
});

test('webhook: a template in three languages', async () => {
    const titles = { en: 'Test notice', zh: '\u6d4b\u8bd5\u901a\u77e5', nl: 'Testbericht' };
    for (const [language, title] of Object.entries(titles)) {
        const settings = { url: `${receiver.origin}/hook`, template: '{"t":"{{title}}","n":{{notices}}}' };
        const { json } = await testOf('webhook', settings, { language });
        assert.equal(json.t, title);
        assert.equal(json.n[0].language, language);
    }
});

test('Slack, Teams, Discord', async () => {
    const slack = await testOf('slack', { url: `${receiver.origin}/services/T/B/X` });
    assert.equal(slack.json.text, 'Resolved (info): Test notice');
    assert.equal(slack.json.attachments[0].color, '#2e7d32');
    const bot = await testOf('slack', { token: 'xoxb-1', channel: 'C1', api_url: receiver.origin });
    assert.equal(bot.url, '/chat.postMessage');
    assert.equal(bot.headers.authorization, 'Bearer xoxb-1');
    const teams = await testOf('teams', { url: `${receiver.origin}/workflow?sig=1` });
    assert.equal(teams.url, '/workflow?sig=1');
    assert.equal(teams.json.attachments[0].content.type, 'AdaptiveCard');
    const discord = await testOf('discord', { url: `${receiver.origin}/api/webhooks/1/t` });
    assert.deepEqual(discord.json.allowed_mentions, { parse: [] });
    assert.equal(discord.json.embeds[0].title, 'Resolved (info): Test notice');
});

test('PagerDuty and Telegram', async () => {
    const key = '0123456789abcdef0123456789abcdef';
    const pagerduty = await testOf('pagerduty', { routing_key: key, api_url: receiver.origin });
    assert.equal(pagerduty.url, '/v2/enqueue');
    assert.equal(pagerduty.json.routing_key, key);
    assert.equal(pagerduty.json.event_action, 'resolve');
    assert.ok(['critical', 'error', 'warning', 'info'].includes(pagerduty.json.payload.severity));
    const telegram = await testOf('telegram', { token: '1:AB', chat_id: -100, api_url: receiver.origin });
    assert.equal(telegram.url, '/bot1:AB/sendMessage');
    assert.equal(telegram.json.chat_id, '-100');
    assert.match(telegram.json.text, /^<b>Resolved \(info\): Test notice<\/b>\n/);
});

test('DingTalk signs in the query part, Feishu in the body; WeCom does not sign', async () => {
    const ding = await testOf('dingtalk', { url: `${receiver.origin}/robot/send?access_token=T`, secret: 'SECx' });
    const query = new URL(ding.url, receiver.origin).searchParams;
    assert.equal(query.get('access_token'), 'T');
    assert.equal(query.get('sign'), hmac('SECx', `${query.get('timestamp')}\nSECx`, 'base64'));
    assert.equal(query.get('timestamp').length, 13);
    const feishu = await testOf('feishu', { url: `${receiver.origin}/hook/h`, secret: 'key' });
    assert.equal(feishu.json.sign, hmac(`${feishu.json.timestamp}\nkey`, '', 'base64'));
    assert.equal(feishu.json.timestamp.length, 10);
    assert.equal(feishu.json.msg_type, 'interactive');
    const wecom = await testOf('wecom', { url: `${receiver.origin}/send?key=K` });
    assert.ok(Buffer.byteLength(wecom.json.markdown.content) <= 4096);
});

for (const mode of ['starttls', 'tls']) {
    const missing = !isHere('/usr/bin/python3', '-c', 'import aiosmtpd') && 'python3-aiosmtpd is not installed';
    test(`mail over ${mode} with a login`, { skip: missing }, async (t) => {
        const files = makeCertificate();
        const mail = await MailServer.start(mode, files, 'robot', kSecret);
        t.after(() => mail.stop());
        const config = `notify: {allow_private: true, ca_file: "${files.certificate}"}\n`;
        const own = await Sightglass.startFor(t, { config });
        const settings = {
            host: '127.0.0.1', port: mail.port, security: mode, username: 'robot', password: kSecret,
            from: 'sg@example.com', to: 'a@example.com, b@example.com',
        };
        const channel = await make('email', settings, own, { language: 'nl' });
        const sent = await own.api.ask(`/api/v1/channels/${channel.id}/test`, { method: 'POST' });
        assert.equal(sent.body.delivered, true, JSON.stringify(sent.body));
        const [got] = await waitFor(() => mail.mails.length > 0 && mail.mails, { what: 'the mail' });
        assert.deepEqual(got.to, ['a@example.com', 'b@example.com']);
        assert.equal(got.from, 'sg@example.com');
        assert.equal(got.tls, true);
        assert.equal(got.authenticated, true);
        assert.match(got.content, /^Subject: Opgelost \(info\): Testbericht\r?$/m);
        const parts = got.content.split(/--sightglass-[0-9a-f]+/).slice(1, 3)
            .map((part) => Buffer.from(part.split(/\r?\n\r?\n/)[1], 'base64').toString('utf8'));
        assert.match(parts[0], /Dit is een test van Sightglass/);
        assert.match(parts[1], /^<!doctype html>/);

        const wrong = await own.api.ask(`/api/v1/channels/${channel.id}`, {
            method: 'PATCH', body: { settings: { password: 'not-this-one' } },
        });
        assert.equal(wrong.status, 200);
        const refused = await own.api.ask(`/api/v1/channels/${channel.id}/test`, { method: 'POST' });
        assert.equal(refused.body.delivered, false);
        assert.equal(refused.body.status, 535);
    });
}

const kInsert = `
import json, sqlite3, sys
job = json.load(sys.stdin)
with sqlite3.connect(job['file']) as database:
    for group in job['groups']:
        database.execute(
            "INSERT INTO delivery (channel_id, idempotency_key, state, attempts, created_us, next_us, ended_us, status, error,"
            " notices) VALUES (?, ?, 'pending', 0, 0, 0, 0, 0, '', ?)",
            (job['channel'], group['id'], json.dumps(group)))
`;
const noPython = !isHere('/usr/bin/python3', '-c', 'import sqlite3') && 'python3 is not installed';

/// Hands groups to the outbox as it keeps them, while no server runs.
function putPending(dataDir, channel, groups) {
    const input = JSON.stringify({ file: path.join(dataDir, 'state.db'), channel, groups });
    execFileSync('/usr/bin/python3', ['-c', kInsert], { input });
}

function groupOf(id, alert, status, more = {}) {
    const started = new Date(Date.now() - 60_000).toISOString();
    const notice = {
        alert_key: alert, monitor_id: 'm1', monitor_name: 'Errors', status, severity: 'critical', title: `title ${id}`,
        message: 'm', values: [{ name: 'error_rate', value: '12 %' }], labels: [{ name: 'service', value: alert }],
        started_at: started, ended_at: status === 'resolved' ? new Date().toISOString() : null, link: null, language: 'en',
        ...more,
    };
    return { version: 1, id, group_key: alert, total: 1, firing: status === 'resolved' ? 0 : 1, notices: [notice] };
}

test('the receiver is down and the server killed: all arrive, in order for each alert, repeats under one key', { skip: noPython }, async () => {
    let own = await Sightglass.start({ config: kConfig });
    const target = await Receiver.start();
    const { port } = target;
    const channel = await make('webhook', { url: `${target.origin}/hook` }, own);
    await target.stop();
    await own.stop();
    const groups = [];
    for (let i = 0; i < 30; i += 1) {
        groups.push(groupOf(`event-${i}`, `alert-${i % 3}`, i < 27 ? 'firing' : 'resolved'));
    }
    putPending(own.dataDir, channel.id, groups);
    for (let round = 0; round < 3; round += 1) {
        own = await Sightglass.start({ config: kConfig, dataDir: own.dataDir, token: own.token });
        await waitFor(async () => {
            const { body } = await own.api.ask(`/api/v1/channels/${channel.id}/deliveries?state=pending`);
            return body.items.length === 30 && body.items.some((item) => item.attempts > round);
        }, { what: 'tries in vain' });
        await own.kill();
    }
    // Every third answer is lost on its way: the receiver has the notice, and gets it again.
    let count = 0;
    const back = await Receiver.start(port, () => ((count += 1) % 3 === 0 ? { status: 503 } : {}));
    own = await Sightglass.start({ config: kConfig, dataDir: own.dataDir, token: own.token });
    await waitFor(async () => {
        const { body } = await own.api.ask('/api/v1/channels');
        return body.items[0].pending === 0;
    }, { what: 'everything delivered' });
    const seen = back.requests.map((request) => ({
        key: request.headers['idempotency-key'], alert: JSON.parse(request.text).group_key,
    }));
    assert.deepEqual(new Set(seen.map(({ key }) => key)), new Set(groups.map(({ id }) => id)));
    for (const alert of ['alert-0', 'alert-1', 'alert-2']) {
        const numbers = seen.filter((each) => each.alert === alert).map(({ key }) => Number(key.slice(6)));
        assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b), 'order is kept');
    }
    assert.ok(seen.length > groups.length, 'some came twice, under the same key');
    await own.stop();
    await back.stop();
});

const noManager = !isHere('prometheus-alertmanager', '--version') && 'prometheus-alertmanager is not installed';
test('a real Alertmanager gets an alert, and hears that it is over', { skip: noManager }, async (t) => {
    const manager = await Alertmanager.start();
    t.after(() => manager.stop());
    let own = await Sightglass.start({ config: kConfig });
    const channel = await make('alertmanager', { url: manager.origin }, own);
    await own.stop();
    putPending(own.dataDir, channel.id, [groupOf('e1', 'checkout', 'firing')]);
    own = await Sightglass.start({ config: kConfig, dataDir: own.dataDir });
    const [alert] = await waitFor(async () => {
        const alerts = await manager.firing();
        return alerts.length > 0 && alerts;
    }, { what: 'the alert in Alertmanager' });
    assert.equal(alert.labels.alertname, 'Errors');
    assert.equal(alert.labels.severity, 'critical');
    assert.equal(alert.labels.service, 'checkout');
    assert.equal(alert.annotations.summary, 'title e1');
    await own.stop();
    putPending(own.dataDir, channel.id, [groupOf('e2', 'checkout', 'resolved')]);
    own = await Sightglass.start({ config: kConfig, dataDir: own.dataDir });
    t.after(() => own.stop());
    await waitFor(async () => (await manager.firing()).length === 0, { what: 'the alert resolved' });
});

test('secrets come in and never out: not in answers, logs, the audit log or any file', { skip: noPython }, async (t) => {
    const target = await Receiver.start(0, ({ url, text }) => ({ status: 403, body: `no: ${url} ${text}` }));
    t.after(() => target.stop());
    const own = await Sightglass.start({ config: kConfig });
    const url = `${target.origin}/services/T0/B0/${kSecret}`;
    const channel = await make('webhook', { url, secret: `${kSecret}-2`, template: 'x' }, own);
    assert.deepEqual(channel.settings, { url: `${target.origin}/...`, secret: '...', template: 'x' });
    const answers = [channel];
    const ask = async (where, options) => answers.push((await own.api.ask(where, options)).body);
    await ask(`/api/v1/channels/${channel.id}/test`, { method: 'POST' });
    await ask(`/api/v1/channels/${channel.id}`, { method: 'PATCH', body: { settings: { ...channel.settings, colour: 1 } } });
    await ask(`/api/v1/channels/${channel.id}`, { method: 'PATCH', body: { settings: channel.settings, name: 'renamed' } });
    await ask('/api/v1/channels');
    await ask('/api/v1/audit');
    assert.equal(answers[1].delivered, false);
    assert.match(answers[1].error, /^status 403: no: /);
    assert.match(answers[2].detail, /webhook has only/);
    assert.equal(answers[3].name, 'renamed');
    const actions = answers[5].items.map(({ action }) => action);
    assert.deepEqual(actions.slice(0, 3), ['channel_changed', 'channel_tested', 'channel_made']);
    assert.ok(!JSON.stringify(answers).includes(kSecret));
    await own.stop();
    assert.ok(!own.stderr.includes(kSecret));
    for (const file of fs.readdirSync(own.dataDir, { recursive: true, withFileTypes: true })) {
        if (file.isFile()) {
            const bytes = fs.readFileSync(path.join(file.parentPath, file.name));
            assert.ok(!bytes.includes(kSecret), file.name);
        }
    }
    putPending(own.dataDir, channel.id, [groupOf('e1', 'a', 'firing')]);
    const again = await Sightglass.start({ config: kConfig, dataDir: own.dataDir, token: own.token });
    t.after(() => again.stop());
    const letter = await waitFor(async () => {
        const { body } = await again.api.ask(`/api/v1/channels/${channel.id}/deliveries?state=dead`);
        return body.items[0];
    }, { what: 'a dead letter' });
    assert.equal(letter.status, 403);
    assert.equal(letter.headline, 'Firing (critical): title e1');
    assert.ok(!JSON.stringify(letter).includes(kSecret));
    target.answer = () => ({});
    const retried = await again.api.ask(`/api/v1/channels/${channel.id}/retry`, { method: 'POST', body: { delivery: letter.id } });
    assert.deepEqual(retried.body, { retried: 1 });
    await waitFor(() => target.requests.at(-1)?.headers['idempotency-key'] === 'e1', { what: 'the retry' });
});

test('private addresses are refused unless allowed, and a redirect is not followed', async (t) => {
    const own = await Sightglass.startFor(t, {});
    const channel = await make('webhook', { url: `${receiver.origin}/hook` }, own);
    const had = receiver.requests.length;
    const refused = await own.api.ask(`/api/v1/channels/${channel.id}/test`, { method: 'POST' });
    assert.equal(refused.body.delivered, false);
    assert.match(refused.body.error, /private addresses are not allowed/);
    const metadata = await make('webhook', { url: 'http://169.254.169.254/latest' });
    const never = await server.api.ask(`/api/v1/channels/${metadata.id}/test`, { method: 'POST' });
    assert.match(never.body.error, /link-local/);
    assert.equal(receiver.requests.length, had);
    const away = await Receiver.start(0, () => ({ status: 307, headers: { location: `${receiver.origin}/hook` } }));
    t.after(() => away.stop());
    const redirect = await make('webhook', { url: away.origin });
    const stays = await server.api.ask(`/api/v1/channels/${redirect.id}/test`, { method: 'POST' });
    assert.match(stays.body.error, /redirects are not followed/);
    assert.equal(receiver.requests.length, had);
});

test('channels of the settings file: secrets from variables, read-only over the API', async (t) => {
    const config = `${kConfig}channels:\n  - {name: ops, kind: webhook, url: '\${OPS_URL}', language: zh}\n`;
    const env = { OPS_URL: `${receiver.origin}/ops` };
    const own = await Sightglass.startFor(t, { config, env });
    const { body } = await own.api.ask('/api/v1/channels');
    assert.equal(body.items[0].id, 'config-ops');
    assert.equal(body.items[0].origin, 'settings');
    const change = await own.api.ask('/api/v1/channels/config-ops', { method: 'PATCH', body: { name: 'x' } });
    assert.equal(change.status, 409);
    const sent = await own.api.ask('/api/v1/channels/config-ops/test', { method: 'POST' });
    assert.equal(sent.body.delivered, true);
    assert.equal(receiver.requests.at(-1).url, '/ops');
});

test('what cannot work is refused with the setting named', async () => {
    const wrong = [
        [{ kind: 'pigeon' }, /kind: allowed: webhook/],
        [{ kind: 'webhook' }, /url: is missing/],
        [{ kind: 'webhook', settings: { url: 'file:///etc/passwd' } }, /url: allowed/],
        [{ kind: 'webhook', settings: { url: receiver.origin, template: '{{titel}}' } }, /titel/],
        [{ kind: 'webhook', settings: { url: receiver.origin, authorization: 'a\r\nb: c' } }, /control characters/],
        [{ kind: 'pagerduty', settings: { routing_key: 'short' } }, /32 characters/],
        [{ kind: 'email', settings: { host: 'a', from: 'x', to: 'y@z' } }, /from: allowed/],
        [{ kind: 'webhook', settings: { url: receiver.origin }, language: 'fr' }, /en, zh, nl/],
    ];
    for (const [body, expected] of wrong) {
        const answer = await server.api.ask('/api/v1/channels', { method: 'POST', body: { name: 'n', ...body } });
        assert.equal(answer.status, 400, JSON.stringify(body));
        assert.match(answer.body.detail, expected);
    }
    const kinds = await server.api.ask('/api/v1/channel-kinds');
    assert.equal(kinds.body.items.length, 11);
    const gone = await make('webhook', { url: receiver.origin });
    assert.equal((await server.api.ask(`/api/v1/channels/${gone.id}`, { method: 'DELETE' })).status, 200);
    assert.equal((await server.api.ask(`/api/v1/channels/${gone.id}/test`, { method: 'POST' })).status, 404);
});
