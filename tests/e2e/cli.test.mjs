// The command line as its manual has it: settings from flags, environment and file; commands that ask the running server,
// or open the store themselves; help with examples; exit codes 0 done, 1 failed, 2 wrong use.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { test } from 'node:test';

import { kBinary, kSourceDir, temporaryFolder } from '../support/places.mjs';
import { cleanEnvironment, run, Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { sleep, waitFor, within } from '../support/wait.mjs';

const kCommands = ['serve', 'demo', 'query', 'calls', 'sessions', 'top', 'import', 'export', 'check-config', 'version'];

async function oneCall(origin, { service = 'cli', model = 'gpt-4o-mini', headers = {} } = {}) {
    const response = await fetch(`${origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-sightglass-service': service, ...headers },
        body: JSON.stringify({ model, messages: [] }),
    });
    await response.arrayBuffer();
    return response.headers.get('x-sightglass-call-id');
}

test('help: the whole, and each command with an example', async () => {
    const all = await run(['--help']);
    assert.equal(all.code, 0);
    for (const command of kCommands) {
        assert.ok(all.stdout.includes(command), `${command} is listed`);
        const one = await run([command, '--help']);
        assert.equal(one.code, 0);
        assert.match(one.stdout, new RegExp(`sightglass ${command}`), `${command} --help has an example`);
        assert.equal(one.stderr, '');
    }
});

test('wrong use: exit code 2, and standard error says what is right', async () => {
    const folder = temporaryFolder('usage');
    for (const args of [
        [], ['frobnicate'], ['serve', '--frobnicate'], ['serve', 'stray'],
        ['serve', '--listen', 'nowhere'], ['serve', '--workers', '-1'], ['serve', '--capture', 'everything'],
        ['demo', '--upstream', 'nothing'], ['demo', '--data-dir', folder, '--upstream', 'openai=http://127.0.0.1:1'],
        ['query', 'nonsense', '--data-dir', folder], ['calls', '--limit', 'many', '--data-dir', folder],
        ['calls', '--filter', 'nonsense', '--data-dir', folder], ['query', 'calls', '--from', 'once', '--data-dir', folder],
    ]) {
        const { code, stdout, stderr } = await run(args);
        assert.equal(code, 2, args.join(' '));
        assert.equal(stdout, '');
        assert.ok(stderr.length > 0);
    }
    assert.match((await run(['frobnicate'])).stderr, /"frobnicate" is no command; there are serve, demo, .*\n.*--help/, 'and which commands there are');
});

test('version', async () => {
    const words = await run(['version']);
    assert.equal(words.code, 0);
    assert.match(words.stdout, /^sightglass \d+\.\d+\.\d+/);
    const json = await run(['version', '--json']);
    assert.match(JSON.parse(json.stdout).version, /^\d+\.\d+\.\d+/);
});

test('serve: every flag of the manual is taken', async (t) => {
    const upstream = await Upstream.startFor(t);
    const server = await Sightglass.startFor(t, {
        upstreams: { openai: upstream.origin, second: `${upstream.origin}/second` },
        args: ['--otlp-http', '127.0.0.1:0', '--otlp-grpc', '127.0.0.1:0', '--capture', 'redacted', '--workers', '2'],
    });
    assert.deepEqual(Object.keys(server.ready).sort(), ['event', 'http', 'otlp_grpc', 'otlp_http']);
    assert.equal(server.stdout.length, 1, 'one line on standard output');
    const status = await server.api.get('/api/v1/status');
    assert.equal(status.capture, 'redacted');
    assert.deepEqual(status.upstreams.map((one) => one.name), ['openai', 'second']);
    await oneCall(`${server.origin}/second`);
    assert.equal(upstream.last.url, '/second/v1/chat/completions');
});

test('settings: a file, variables over it, flags over both', async (t) => {
    const upstream = await Upstream.startFor(t);
    const config = `capture: full\nworkers: 1\nupstreams:\n  openai: ${upstream.origin}\n`;
    const capture = async (options) => {
        const server = await Sightglass.start(options);
        const status = await server.api.get('/api/v1/status');
        await server.stop();
        return [status.capture, status.upstreams[0].base_url];
    };
    assert.deepEqual(await capture({ config }), ['full', upstream.origin]);
    const env = { SIGHTGLASS_CAPTURE: 'redacted' };
    assert.deepEqual(await capture({ config, env }), ['redacted', upstream.origin]);
    assert.deepEqual(await capture({ config, env, args: ['--capture', 'none'] }), ['none', upstream.origin]);
    const variables = { SIGHTGLASS_UPSTREAM: `openai=${upstream.origin}/other` };
    assert.deepEqual(await capture({ env: variables }), ['none', `${upstream.origin}/other`]);
});

const kWrongConfigs = [
    ['an unknown setting', 'workers: 1\nwrokers: 2\n', 2, /wrokers.*allowed.*workers/s],
    ['a wrong value', '\nworkers: many\n', 2, /workers.*many.*allowed/s],
    ['an unknown setting of an upstream', 'upstreams:\n  openai:\n    base_ulr: http://x\n', 3, /base_ulr.*allowed.*base_url/s],
    ['a reserved name', 'upstreams:\n  metrics: http://127.0.0.1:1\n', 2, /metrics.*allowed/s],
    ['no URL', 'upstreams:\n  openai: api.openai.com\n', 2, /api\.openai\.com.*allowed/s],
    ['no YAML', 'workers: [1\n', null, /YAML/],
    ['a wrong section', 'timeouts:\n  conect: 1s\n', 2, /timeouts\.conect.*allowed/s],
];

for (const [what, text, line, message] of kWrongConfigs) {
    test(`a configuration with ${what} is refused: file, line, what is allowed`, async () => {
        const file = path.join(temporaryFolder('config'), 'wrong.yaml');
        fs.writeFileSync(file, text);
        for (const args of [['check-config', file], ['serve', '--config', file, '--listen', '127.0.0.1:0']]) {
            const { code, stdout, stderr } = await run(args, { cwd: path.dirname(file) });
            const said = stdout + stderr;
            assert.ok(code === 1 || code === 2, `${args[0]} ends with ${code}`);
            assert.match(said, message);
            assert.ok(said.includes(line === null ? file : `${file}:${line}`), said);
        }
    });
}

test('check-config: a good file is good', async () => {
    const file = path.join(temporaryFolder('config'), 'good.yaml');
    fs.writeFileSync(file, 'listen: 127.0.0.1:0\nupstreams:\n  openai: https://api.openai.com\n');
    const { code, stderr } = await run(['check-config', file]);
    assert.deepEqual([code, stderr], [0, '']);
    assert.notEqual((await run(['check-config', `${file}.none`])).code, 0);
});

test('bad settings from flags and variables are refused with what is allowed', async () => {
    const folder = temporaryFolder('flags');
    const serve = (args, env = {}) => run(['serve', '--data-dir', path.join(folder, 'd'), ...args], { env });
    for (const [args, message] of [
        [['--capture', 'everything'], /none.*redacted.*full/s],
        [['--workers', '-1'], /workers/],
        [['--listen', 'nowhere'], /HOST:PORT/],
        [['--upstream', 'openai'], /NAME=URL/],
        [['--upstream', 'api=http://127.0.0.1:1'], /allowed/],
    ]) {
        const { code, stderr } = await serve(args);
        assert.equal(code, 2, args.join(' '));
        assert.match(stderr, message);
    }
    const byVariable = await serve([], { SIGHTGLASS_CAPTURE: 'everything' });
    assert.notEqual(byVariable.code, 0);
    assert.match(byVariable.stderr, /SIGHTGLASS_CAPTURE/);
});

test('listening beyond loopback without keys is refused', async () => {
    for (const listen of ['0.0.0.0:0', '[::]:0']) {
        const { code, stderr } = await run(['serve', '--data-dir', temporaryFolder('open'), '--listen', listen]);
        assert.notEqual(code, 0);
        assert.match(stderr, /loopback/);
    }
});

test('query: a table for people, JSON for programs; of the running server, then of the store itself', async (t) => {
    const upstream = await Upstream.startFor(t);
    const server = await Sightglass.start({ upstreams: { openai: upstream.origin } });
    t.after(() => server.stop());
    await oneCall(server.origin, { service: 'one' });
    await oneCall(server.origin, { service: 'one' });
    await oneCall(server.origin, { service: '=two' });
    await server.api.waitForCount(3);
    assert.ok(fs.existsSync(path.join(server.dataDir, 'server.json')));

    const env = { SIGHTGLASS_ADMIN_TOKEN: server.token };
    const question = ['query', '--data-dir', server.dataDir, '--metrics', 'calls,input_tokens', '--group-by', 'service'];
    const expected = [['one', 2, 38], ['=two', 1, 19]];
    const running = await run([...question, '--json'], { env });
    assert.equal(running.code, 0, running.stderr);
    assert.deepEqual(JSON.parse(running.stdout).rows, expected);
    const table = await run(question, { env });
    assert.match(table.stdout, /service/);
    assert.match(table.stdout, /one +2 +38/);

    const filtered = await run([...question, '--filter', 'service:one', '--json'], { env });
    assert.deepEqual(JSON.parse(filtered.stdout).rows, [expected[0]]);
    const wrong = await run([...question, '--filter', 'servis:one'], { env });
    assert.ok(wrong.code === 1 || wrong.code === 2);
    assert.match(wrong.stderr, /service/, 'what is allowed');

    await server.stop();
    assert.ok(!fs.existsSync(path.join(server.dataDir, 'server.json')), 'server.json goes with the server');
    const stopped = await run([...question, '--json'], { env });
    assert.equal(stopped.code, 0, stopped.stderr);
    assert.deepEqual(JSON.parse(stopped.stdout).rows, expected);
});

test('a server.json that a killed server left behind is not believed', async (t) => {
    const upstream = await Upstream.startFor(t);
    const server = await Sightglass.start({ upstreams: { openai: upstream.origin } });
    await oneCall(server.origin);
    await server.api.waitForCount(1);
    await server.kill();
    assert.ok(fs.existsSync(path.join(server.dataDir, 'server.json')));
    const { code, stdout, stderr } = await run(
        ['query', '--data-dir', server.dataDir, '--metrics', 'calls', '--json'],
        { env: { SIGHTGLASS_ADMIN_TOKEN: server.token } },
    );
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout).rows, [[1]]);
});

test('a stranger at the address of a stale server.json does not get the token', async (t) => {
    const upstream = await Upstream.startFor(t);
    const server = await Sightglass.start({ upstreams: { openai: upstream.origin } });
    await oneCall(server.origin);
    await server.api.waitForCount(1);
    await server.kill();
    const stranger = await Upstream.startFor(t, { default: ({ response }) => response.writeHead(200).end('ok') });
    const file = path.join(server.dataDir, 'server.json');
    const named = fs.readFileSync(file, 'utf8').replaceAll(server.ready.http, `127.0.0.1:${stranger.port}`);
    fs.writeFileSync(file, named);
    const args = ['query', '--data-dir', server.dataDir, '--metrics', 'calls', '--json'];
    const { code, stdout, stderr } = await run(args, { env: { SIGHTGLASS_ADMIN_TOKEN: server.token } });
    assert.ok(!stranger.requests.some((seen) => seen.rawHeaders.join().includes(server.token)));
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout).rows, [[1]]);
});

test('calls: the request log, as a table and as JSON', async (t) => {
    const upstream = await Upstream.startFor(t);
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });
    const first = await oneCall(server.origin, { service: 'alpha' });
    const second = await oneCall(server.origin, { service: 'be\u001b[31mta' }).catch(() => null);
    await oneCall(server.origin, { service: 'gamma', headers: { 'x-test-behaviour': 'rate_limited' } });
    await server.api.waitForCount(second === null ? 2 : 3);
    const env = { SIGHTGLASS_ADMIN_TOKEN: server.token };
    const ask = (...args) => run(['calls', '--data-dir', server.dataDir, ...args], { env });

    const json = await ask('--json');
    assert.equal(json.code, 0, json.stderr);
    const items = json.stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.ok(items.some((call) => call.call_id === first));
    const table = await ask();
    assert.match(table.stdout, /alpha/);
    assert.match(table.stdout, /provider_rate_limited/);
    assert.ok(!table.stdout.includes('\u001b[31mta'), 'control characters of others do not reach the terminal');
    const some = await ask('--filter', 'status:error', '--json');
    assert.equal(some.stdout.trim().split('\n').length, 1);
    assert.equal(JSON.parse(some.stdout.trim()).service, 'gamma');
});

test('calls --follow: a call shows as it ends', async (t) => {
    const upstream = await Upstream.startFor(t);
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });
    const args = ['calls', '--follow', '--json', '--data-dir', server.dataDir];
    const child = spawn(kBinary, args, { env: cleanEnvironment({ SIGHTGLASS_ADMIN_TOKEN: server.token }) });
    t.after(() => child.kill('SIGKILL'));
    const lines = [];
    readline.createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
    await sleep(300);
    const id = await waitFor(
        async () => {
            const made = await oneCall(server.origin, { service: 'followed' });
            await waitFor(() => lines.some((call) => call.call_id === made), { deadlineMs: 5_000 });
            return made;
        },
        { what: 'the call to be followed' },
    );
    assert.equal(lines.find((call) => call.call_id === id).service, 'followed');
    child.kill('SIGINT');
    const exited = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
    const { code, signal } = await within(exited, 'the end after an interrupt');
    assert.ok(code === 0 || code === 130 || signal === 'SIGINT');
});

test('SIGTERM: what is in flight ends, what comes new is refused, the exit code is 0', async (t) => {
    const upstream = await Upstream.startFor(t);
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });
    const response = await fetch(`${server.origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-test-behaviour': 'slow' },
        body: '{"model":"gpt-4o-mini","stream":true,"messages":[]}',
    });
    const reader = response.body.getReader();
    await reader.read();
    server.signal('SIGTERM');
    await waitFor(() => fetch(`${server.origin}/v1/models`).then(() => false, () => true), { what: 'refusal' });

    let text = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
        text += Buffer.from(part.value).toString();
    }
    assert.match(text, /\[DONE\]/, 'the stream came to its end');
    assert.deepEqual(await within(server.exited, 'the end'), { code: 0, signal: null, error: null });

    const again = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin }, dataDir: server.dataDir });
    const calls = await again.api.calls({ filter: 'stream:true' });
    assert.deepEqual(calls.map((call) => call.status), ['ok']);
});

test('SIGTERM with a call that never ends: it is cut off, and recorded as interrupted', async (t) => {
    const upstream = await Upstream.startFor(t);
    const env = { SIGHTGLASS_TIMEOUTS_DRAIN: '500ms' };
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin }, env });
    const request = fetch(`${server.origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-test-behaviour': 'hang' },
        body: '{"model":"gpt-4o-mini"}',
    }).then((response) => response.arrayBuffer());
    request.catch(() => {});
    await upstream.waitForRequest(() => true);
    await server.stop();
    const again = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin }, dataDir: server.dataDir });
    const [call] = await again.api.calls();
    assert.equal(call.status, 'interrupted');
});

test('a login link is for terminals only: nothing of the kind in the logs', async (t) => {
    const upstream = await Upstream.startFor(t);
    const server = await Sightglass.startFor(t, { upstreams: { openai: upstream.origin } });
    assert.ok(!(server.stdout.join('\n') + server.stderr).includes('#code='));
});

test('the admin token is made once, for its owner alone', async (t) => {
    const upstream = await Upstream.startFor(t);
    const options = { upstreams: { openai: upstream.origin }, token: null };
    const first = await Sightglass.startFor(t, options);
    const file = path.join(first.dataDir, 'admin-token');
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    assert.ok(first.token.length >= 32);
    assert.equal((await first.api.ask('/api/v1/status')).status, 200);
    await first.stop();
    const second = await Sightglass.startFor(t, { ...options, dataDir: first.dataDir });
    assert.equal(second.token, first.token);
    assert.ok(!(second.stderr + first.stderr).includes(first.token), 'it is not in the logs');
});

test('the manual names every setting', { skip: !fs.existsSync(path.join(kSourceDir, 'docs/configuration.md')) && 'no docs/configuration.md yet' }, async () => {
    const file = path.join(temporaryFolder('config'), 'wrong.yaml');
    fs.writeFileSync(file, 'none: 1\n');
    const { stdout, stderr } = await run(['check-config', file]);
    const names = /allowed: ([a-z_., ]+)/.exec(stdout + stderr)[1].split(', ').map((name) => name.trim());
    assert.ok(names.length > 10);
    const manual = fs.readFileSync(path.join(kSourceDir, 'docs/configuration.md'), 'utf8');
    assert.deepEqual(names.filter((name) => !manual.includes(name)), []);
});
