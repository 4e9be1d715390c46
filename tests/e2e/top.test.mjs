// `sightglass top`: a plain table where standard output is no terminal; on one, a screen that fits it whatever its size, and keys.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { chat } from '../support/client.mjs';
import { kBinary } from '../support/places.mjs';
import { cleanEnvironment, run, Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

/// A terminal of which this is the other end: says what the screen held, step by step, as JSON.
const kTerminal = `
import fcntl, json, os, pty, re, select, struct, sys, termios, time
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
def size(lines, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', lines, columns, 0, 0))
seen = ''
def frame(fits):
    global seen
    end = time.time() + 60
    while time.time() < end:
        whole = seen.split('\\x1b[H')[1:]
        whole = [one.split('\\x1b[J')[0] for one in whole if '\\x1b[J' in one]
        if whole:
            lines = [re.sub('\\x1b\\\\[[0-9;?]*[a-zA-Z]', '', line).replace('\\r', '') for line in whole[-1].split('\\n')]
            if fits(lines):
                return lines
        if select.select([fd], [], [], 0.2)[0]:
            try:
                seen += os.read(fd, 65536).decode('utf-8', 'replace')
            except OSError:
                break
    sys.exit('it never came: ' + repr(seen[-3000:]))
size(30, 140)
steps = {'wide': frame(lambda lines: max(map(len, lines)) > 100)}
size(6, 44)
steps['narrow'] = frame(lambda lines: max(map(len, lines)) <= 44)
size(30, 140)
os.write(fd, b'>')
steps['sorted'] = frame(lambda lines: any('verrors' in line for line in lines))
os.write(fd, b'g')
steps['grouped'] = frame(lambda lines: any(line.startswith('service') for line in lines))
os.write(fd, b'q')
rest = ''
try:
    while select.select([fd], [], [], 30)[0]:
        more = os.read(fd, 65536)
        if not more:
            break
        rest += more.decode('utf-8', 'replace')
except OSError:
    pass
_, status = os.waitpid(pid, 0)
steps['code'] = os.waitstatus_to_exitcode(status)
steps['gave_back'] = '\\x1b[?1049l' in rest
print(json.dumps(steps))
`;

let upstream;
let server;

before(async () => {
    upstream = await Upstream.start();
    server = await Sightglass.start({ upstreams: { openai: upstream.origin } });
    for (const [service, model] of [['search', 'gpt-4o-mini'], ['search', 'gpt-4o-mini'], ['chat', 'gpt-4o']]) {
        const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] });
        await chat(server.origin, 'default', { body, headers: { 'x-sightglass-service': service } });
    }
    await waitFor(async () => (await server.api.totals('calls', {})).calls >= 3, { what: 'the calls' });
});

after(async () => {
    await server?.stop();
    await upstream?.stop();
});

const top = (...args) => run(['top', '--data-dir', server.dataDir, '--window', '1h', ...args], { env: { SIGHTGLASS_ADMIN_TOKEN: server.token } });

test('without a terminal it is a plain table, once', async () => {
    const { code, stdout, stderr } = await top('--by', 'service');
    assert.equal(code, 0, stderr);
    assert.ok(!stdout.includes('\u001b'), stdout);
    const lines = stdout.trimEnd().split('\n');
    assert.match(lines[0], /^sightglass 20\S+ {2}by service, last 1h .*in flight 0 {2}no alerts$/);
    assert.match(lines[1], /^service +vcalls\/min +errors +tokens\/min +usd/);
    assert.deepEqual(lines.slice(2).map((line) => line.split(' ')[0]), ['search', 'chat']);
});

test('the smallest first, filtered, and more than once', async () => {
    const { stdout } = await top('--by', 'service', '--ascending');
    assert.deepEqual(stdout.trimEnd().split('\n').slice(2).map((line) => line.split(' ')[0]), ['chat', 'search']);
    const twice = await top('--by', 'service', '--filter', 'service:chat', '--count', '2', '--every', '0.2');
    assert.equal(twice.stdout.match(/^chat /gm).length, 2);
    assert.ok(!twice.stdout.includes('search'));
});

test('wrong use is refused', async () => {
    assert.equal((await top('--sort', 'beauty')).code, 2);
    assert.match((await top('--sort', 'beauty')).stderr, /calls_per_min, error_rate/);
    assert.equal((await top('--by', 'beauty')).code, 2);
});

test('on a terminal it fits, follows its size, takes keys, and gives the screen back', { skip: spawnSync('python3', ['--version']).status !== 0 && 'no python3' }, () => {
    const args = [kBinary, 'top', '--data-dir', server.dataDir, '--window', '1h', '--every', '0.5'];
    const done = spawnSync('python3', ['-c', kTerminal, ...args], { env: { ...cleanEnvironment(), TERM: 'xterm', SIGHTGLASS_ADMIN_TOKEN: server.token }, encoding: 'utf8', timeout: 300_000 });
    assert.equal(done.status, 0, done.stderr);
    const steps = JSON.parse(done.stdout);
    assert.ok(steps.wide.some((line) => line.startsWith('gpt-4o-mini')), JSON.stringify(steps.wide));
    assert.match(steps.wide.at(-1), /^q quit/);
    assert.ok(steps.narrow.length <= 6, JSON.stringify(steps.narrow));
    assert.ok(steps.grouped.some((line) => line.startsWith('search')), JSON.stringify(steps.grouped));
    assert.equal(steps.code, 0);
    assert.ok(steps.gave_back);
});
