// A foreign page, a rebound Host name and an upstream's own HTML, each in a real browser, get nowhere: nothing of theirs
// reaches the upstream, and nothing of ours reaches them.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, beforeEach, test } from 'node:test';

import { launchBrowser, noBrowser, openPage } from '../support/browser.mjs';
import { send } from '../support/client.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { sleep } from '../support/wait.mjs';

let upstream;
let server;
let browser;
let site;

/// A site that serves one page, which does what its `?` says in scripts of the test.
async function startSite() {
    const pages = http.createServer((request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>site</title><body></body>');
    });
    await new Promise((resolve) => pages.listen(0, '127.0.0.1', resolve));
    return { port: pages.address().port, stop: () => pages.closeAllConnections() ?? pages.close() };
}

const kScript = 'document.documentElement.dataset.ran = "yes"; window.top.postMessage("ran", "*");';

before(async () => {
    if (noBrowser) {
        return;
    }
    const image = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');
    const reply = (type, body) => ({ response }) => response.writeHead(200, { 'content-type': type }).end(body);
    upstream = await Upstream.start({
        default: (exchange) => {
            const path = exchange.request.url.replace(/\?.*/, '');
            const makers = {
                '/v1/image': reply('image/gif', image),
                '/v1/script': reply('text/javascript', kScript),
                '/v1/page': reply('text/html', `<!doctype html><script>${kScript}</script><h1>upstream page</h1>`),
            };
            return (makers[path] ?? reply('application/json', '{"object":"list","data":[]}'))(exchange);
        },
    });
    server = await Sightglass.start({ upstreams: { openai: upstream.origin } });
    site = await startSite();
    browser = await launchBrowser({ hosts: { 'evil.test': '127.0.0.1', 'rebound.test': '127.0.0.1' } });
});

after(async () => {
    await browser?.close();
    site?.stop();
    await server?.stop();
    await upstream?.stop();
});

beforeEach(() => {
    if (upstream) {
        upstream.requests.length = 0;
    }
});

/// Everything that a page can do to another origin without being asked. Runs in the page; returns what it got to see.
async function attack(target) {
    const got = {};
    const note = async (name, act) => {
        try {
            got[name] = await act();
        } catch (error) {
            got[name] = `failed: ${error.name}`;
        }
    };
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"model":"gpt-4o-mini"}' };
    await note('get', async () => (await fetch(`${target}/v1/models`)).text());
    await note('post', async () => (await fetch(`${target}/v1/chat/completions`, json)).text());
    const simple = { method: 'POST', mode: 'no-cors', body: '{"model":"gpt-4o-mini"}' };
    await note('simple', async () => (await fetch(`${target}/v1/chat/completions`, simple)).type);
    await note('api', async () => (await fetch(`${target}/api/v1/status`, { credentials: 'include' })).text());
    await note('beacon', () => navigator.sendBeacon(`${target}/v1/chat/completions`, '{"model":"gpt-4o-mini"}'));
    const element = (tag, attributes) =>
        new Promise((resolve) => {
            const made = Object.assign(document.createElement(tag), attributes);
            made.onload = () => resolve('loaded');
            made.onerror = () => resolve('refused');
            document.body.append(made);
        });
    await note('image', () => element('img', { src: `${target}/v1/image` }));
    await note('script', () => element('script', { src: `${target}/v1/script` }));
    await note('style', () => element('link', { rel: 'stylesheet', href: `${target}/v1/style` }));
    await note('ran', () => document.documentElement.dataset.ran ?? 'no');
    let message = 'nothing';
    window.addEventListener('message', (event) => (message = event.data));
    await note('frame', () => element('iframe', { src: `${target}/v1/page` }));
    await note('form', () => {
        const frame = Object.assign(document.createElement('iframe'), { name: 'sink' });
        const form = Object.assign(document.createElement('form'), {
            method: 'POST',
            action: `${target}/v1/chat/completions`,
            target: 'sink',
            enctype: 'text/plain',
        });
        form.append(Object.assign(document.createElement('input'), { name: '{"model":"gpt-4o-mini","x":"', value: '"}' }));
        document.body.append(frame, form);
        form.submit();
        return new Promise((resolve) => (frame.onload = () => resolve('sent')));
    });
    await note('socket', () => new Promise((resolve) => {
        const socket = new WebSocket(`${target.replace('http', 'ws')}/v1/realtime`);
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
    }));
    await note('events', () => new Promise((resolve) => {
        const source = new EventSource(`${target}/api/v1/live`, { withCredentials: true });
        source.onmessage = () => resolve('event');
        source.addEventListener('history', () => resolve('event'));
        source.onerror = () => resolve('refused');
    }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    got.message = message;
    return got;
}

/// Logs the browser in at the server, so that its cookie is there to be misused.
async function logIn(context) {
    const answer = await context.request.post(`${server.origin}/api/v1/session`, { data: { token: server.token } });
    assert.equal(answer.status(), 204);
    const [cookie] = await context.cookies(`${server.origin}/api/`);
    return cookie;
}

const kForeign = [
    ['another site', () => `http://evil.test:${site.port}`],
    ['another port of this machine', () => `http://127.0.0.1:${site.port}`],
    ['another name of this machine', () => `http://localhost:${site.port}`],
];

for (const [what, origin] of kForeign) {
    test(`a page of ${what}, in a browser that is logged in, gets nowhere`, { skip: noBrowser }, async () => {
        const page = await openPage(browser);
        await logIn(page.context());
        await page.goto(origin());

        const got = await page.evaluate(attack, server.origin);
        await sleep(200);

        assert.deepEqual(upstream.requests.map((seen) => `${seen.method} ${seen.url}`), [], JSON.stringify(got));
        for (const name of ['get', 'post', 'api']) {
            assert.match(got[name], /^failed/, name);
        }
        for (const name of ['image', 'script', 'style', 'socket', 'events']) {
            assert.equal(got[name], 'refused', name);
        }
        assert.deepEqual([got.ran, got.message], ['no', 'nothing']);
        await page.context().close();
    });
}

test('the same page does reach a server that has no such guard', { skip: noBrowser }, async () => {
    const page = await openPage(browser);
    await page.goto(`http://evil.test:${site.port}`);
    const got = await page.evaluate(attack, upstream.origin);
    assert.ok(upstream.requests.length >= 6, `the attack is real: ${upstream.requests.map((seen) => seen.url)}`);
    assert.deepEqual([got.image, got.script, got.ran, got.message], ['loaded', 'loaded', 'yes', 'ran']);
    await page.context().close();
});

test('a link to a gateway path shows nothing of the upstream', { skip: noBrowser }, async () => {
    const page = await openPage(browser);
    for (const from of [`http://evil.test:${site.port}`, `${server.origin}/ui/`]) {
        await page.goto(from);
        const [response] = await Promise.all([
            page.waitForNavigation(),
            page.evaluate((url) => (window.location = url), `${server.origin}/v1/page`),
        ]);
        assert.equal(response.status(), 403);
        assert.equal(response.headers()['x-sightglass-error'], '1');
        assert.equal(await page.evaluate(() => document.documentElement.dataset.ran), undefined);
    }
    const typed = await page.goto(`${server.origin}/v1/page`);
    assert.equal(typed.status(), 403);
    assert.deepEqual(upstream.requests.map((seen) => seen.url), []);
    await page.context().close();
});

test("in the dashboard's own origin, an upstream's script, frame and style do not load", { skip: noBrowser }, async () => {
    const page = await openPage(browser);
    await page.goto(`${server.origin}/ui/`);
    const got = await page.evaluate(attack, server.origin);
    for (const name of ['image', 'script', 'style']) {
        assert.equal(got[name], 'refused', name);
    }
    assert.deepEqual([got.ran, got.message], ['no', 'nothing']);
    assert.ok(!upstream.requests.some((seen) => ['/v1/script', '/v1/page', '/v1/image'].includes(seen.url)));
    await page.context().close();
});

test('a rebound Host name is refused on every path', { skip: noBrowser }, async () => {
    const page = await openPage(browser);
    for (const path of ['/', '/ui/', '/api/v1/session', '/metrics', '/healthz', '/v1/models', '/openai/v1/models']) {
        const response = await page.goto(`http://rebound.test:${server.port}${path}`);
        assert.equal(response.status(), 403, path);
        assert.ok(!(await response.text()).includes('<script'), path);
    }
    assert.deepEqual(upstream.requests, []);
    await page.context().close();
});

test('Host names: loopback ones are known, others are refused, also without a browser', async (t) => {
    const plain = await Upstream.startFor(t);
    const own = await Sightglass.startFor(t, {
        upstreams: { openai: plain.origin },
        env: { SIGHTGLASS_HOSTS: 'gateway.internal', SIGHTGLASS_ALLOWED_ORIGINS: 'https://app.example' },
    });
    const status = async (headers, path = '/v1/models') =>
        (await send(own.origin, path, { method: 'GET', headers })).status;
    for (const host of ['127.0.0.1', 'localhost', `localhost:${own.port}`, '[::1]', 'gateway.internal', 'Gateway.Internal:80']) {
        assert.equal(await status({ host }), 200, host);
        assert.equal(await status({ host }, '/healthz'), 200, host);
    }
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1', '0', '2130706433']) {
        assert.equal(await status({ host }), 403, host);
        assert.equal(await status({ host }, '/healthz'), 403, host);
    }
    const host = `127.0.0.1:${own.port}`;
    assert.equal(await status({ host, origin: 'https://app.example' }), 200, 'an origin that was allowed');
    for (const origin of ['https://evil.example', 'null', 'http://app.example', `http://127.0.0.1:${own.port + 1}`]) {
        assert.equal(await status({ host, origin }), 403, origin);
    }
    assert.equal(await status({ host, 'sec-fetch-mode': 'cors' }), 200, 'what fetch of Node.js sends');
});

test('the session cookie: HttpOnly, SameSite=Strict, for /api alone, and never forwarded', { skip: noBrowser }, async () => {
    const page = await openPage(browser);
    const cookie = await logIn(page.context());
    assert.equal(cookie.name, 'sightglass_session');
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, 'Strict', '/api']);
    await page.goto(`${server.origin}/ui/`);
    assert.equal(await page.evaluate(() => document.cookie), '');
    await page.context().close();

    const headers = { cookie: `a=1; sightglass_session=${cookie.value}; b=2`, 'x-test-id': 'cookie' };
    await send(server.origin, '/v1/models', { method: 'GET', headers });
    assert.equal(upstream.find('cookie').headers.cookie, 'a=1; b=2');
});

test('pages come with a strict policy', async (t) => {
    const plain = await Upstream.startFor(t);
    const own = await Sightglass.startFor(t, { upstreams: { openai: plain.origin } });
    const response = await own.api.fetch('/ui/', { token: null });
    const policy = response.headers.get('content-security-policy');
    const directives = new Map(policy.split(';').map((part) => part.trim().split(/\s+/)).map(([name, ...values]) => [name, values]));
    const scripts = directives.get('script-src') ?? directives.get('default-src');
    assert.ok(["'self'", "'none'"].includes((directives.get('default-src') ?? [])[0]), policy);
    assert.ok(!scripts.some((value) => /unsafe|^\*$|^https?:|data:/.test(value)), policy);
    assert.deepEqual(directives.get('frame-ancestors'), ["'none'"]);
    assert.deepEqual(directives.get('base-uri'), ["'none'"]);
    assert.ok(['form-action', 'object-src'].every((name) => (directives.get(name) ?? directives.get('default-src'))[0] !== '*'));
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.match(response.headers.get('referrer-policy') ?? '', /no-referrer|same-origin/);
    for (const path of ['/api/v1/session', '/healthz', '/metrics', '/api/nothing', '/assets/nothing.js']) {
        const other = await own.api.fetch(path, { token: null });
        assert.equal(other.headers.get('x-content-type-options'), 'nosniff', path);
        assert.equal(other.headers.get('access-control-allow-origin'), null, path);
    }
});

test('files outside the dashboard cannot be asked for', async (t) => {
    const plain = await Upstream.startFor(t);
    const own = await Sightglass.startFor(t, { upstreams: { openai: plain.origin } });
    for (const path of ['/assets/../../../etc/passwd', '/assets/%2e%2e/%2e%2e/etc/passwd', '/assets/..%2f..%2fetc/passwd', '/ui/../admin-token', '/assets//etc/passwd']) {
        const answer = await send(own.origin, path, { method: 'GET' });
        assert.ok(!/root:|sightglass_session/.test(answer.bytes.toString()), path);
        assert.ok(!answer.bytes.toString().includes(own.token), path);
    }
});
