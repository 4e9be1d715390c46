// Both pages of the dashboard in a real browser on the real binary: the figures are the API's, a new call appears by
// itself, filters live in the URL, every number leads to its calls, three languages, both schemes, phone width, keyboard,
// and no violation that axe can find.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launchBrowser, noBrowser, openPage, violations } from '../support/browser.mjs';
import { chat } from '../support/client.mjs';
import { kCalls, sendKnownTraffic } from '../support/known_traffic.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kScreens = { desktop: { width: 1360, height: 860 }, phone: { width: 390, height: 844 } };

let upstream;
let server;
let browser;
let made = kCalls.length;

before(async () => {
    if (noBrowser) {
        return;
    }
    upstream = await Upstream.start();
    server = await Sightglass.start({ upstreams: { openai: upstream.origin }, args: ['--capture', 'full'] });
    await sendKnownTraffic(server);
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
    await upstream?.stop();
});

async function logIn(page) {
    const answer = await page.context().request.post(`${server.origin}/api/v1/session`, { data: { token: server.token } });
    assert.equal(answer.status(), 204);
}

const uiTest = (name, body) => test(name, { skip: noBrowser }, body);

/// A page that is logged in, at `path` below /ui. Fails at its end where the page had errors in its console.
async function open(t, at = '/', { screen = 'desktop', scheme = 'light', locale = 'en-GB', ...more } = {}) {
    const options = { viewport: kScreens[screen], colorScheme: scheme, locale, reducedMotion: 'reduce', ...more };
    const page = await openPage(browser, options);
    t.after(() => page.context().close());
    await logIn(page);
    await page.goto(`${server.origin}/ui${at}`);
    return page;
}

const id = (page, name) => page.getByTestId(name);

async function makeCall(headers = {}, body) {
    made += 1;
    const answer = await chat(server.origin, 'default', { headers, ...(body ? { body } : {}) });
    assert.equal(answer.status, 200);
    return answer.callId;
}

/// The API's own word, with the filters of a page's URL.
const total = async (metric, filter = []) => (await server.api.totals(metric, { filter, from: '-24h' }))[metric];

async function kpi(page, metric, wanted) {
    const card = id(page, `kpi-${metric}`);
    await waitFor(async () => Math.abs(Number(await card.getAttribute('data-value')) - wanted) < 1e-9, {
        what: `${metric} to be ${wanted}`,
    });
}

uiTest('login: a wrong token is told so, the right one opens the page that was asked for', async (t) => {
    const page = await openPage(browser, { viewport: kScreens.desktop, locale: 'en-GB' });
    t.after(() => page.context().close());
    await page.goto(`${server.origin}/ui/calls?filter=service:search`);
    const field = page.getByLabel('Admin token or one-time code');
    await field.fill('certainly-not-the-token-of-this-server');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('That token or code is not right').waitFor();
    await field.fill(server.token);
    await page.getByRole('button', { name: 'Log in' }).click();
    await id(page, 'calls-table').waitFor();
    assert.equal(await id(page, 'filter-chip').count(), 1);
    assert.ok(!page.url().includes(server.token));

    await id(page, 'log-out').click();
    await field.waitFor();
    assert.deepEqual(await page.context().cookies(`${server.origin}/api/`), []);
});

uiTest('overview: the figures are those of the API', async (t) => {
    const page = await open(t);
    for (const metric of ['calls', 'cost_usd', 'total_tokens', 'error_rate', 'latency_p95_ms', 'users']) {
        await kpi(page, metric, await total(metric));
    }
    assert.equal(await id(page, 'kpi-calls-value').textContent(), String(made));
    assert.deepEqual(page.problems, []);
});

uiTest('overview: a new call is in the figures by itself', async (t) => {
    const page = await open(t);
    await kpi(page, 'calls', made);
    await makeCall({ 'x-sightglass-service': 'live' });
    await kpi(page, 'calls', made);
    assert.deepEqual(page.problems, []);
});

uiTest('calls: a new call is at the top by itself', async (t) => {
    const page = await open(t, '/calls');
    await id(page, 'call-row').first().waitFor();
    await page.mouse.move(5, 5);
    const callId = await makeCall({ 'x-sightglass-service': 'live-list' });
    const row = page.locator(`[data-testid=call-row][data-call-id="${callId}"]`);
    await row.waitFor();
    assert.match(await row.textContent(), /gpt-4o-mini/);
    assert.deepEqual(page.problems, []);
});

uiTest('overview: breakdown by each of the named dimensions, sums as the API has them', async (t) => {
    for (const dimension of ['model', 'service', 'organization', 'api_key', 'user']) {
        const page = await open(t, `/?group_by=${dimension}`);
        const rows = await server.api.query({ metrics: 'calls', group_by: dimension });
        await waitFor(async () => (await id(page, 'breakdown-row').count()) === Math.min(rows.length, 10), {
            what: `${rows.length} rows by ${dimension}`,
        });
        await page.context().close();
    }
});

uiTest('overview: each chart shows the groups that are largest by what it shows', async (t) => {
    const page = await open(t, '/?group_by=model');
    for (const metric of ['calls', 'cost_usd']) {
        const rows = (await server.api.query({ metrics: metric, group_by: 'model', order_by: `-${metric}`, limit: 7 }))
            .filter((row) => row.model !== null && row[metric] > 0).slice(0, 6);
        const legend = id(page, `chart-${metric}`).locator('ul, [role=list]').first();
        await waitFor(async () => {
            const text = await legend.innerText();
            return rows.every((row) => text.includes(row.model));
        }, { what: `the largest models by ${metric} in the legend` });
    }
});

uiTest('breakdown: its order is the one that was clicked', async (t) => {
    const page = await open(t, '/?group_by=service');
    await id(page, 'breakdown-row').first().waitFor();
    await id(page, 'sort-total_tokens').click();
    await waitFor(() => page.url().includes('order_by=-total_tokens'));
    const rows = await server.api.query({ metrics: 'total_tokens', group_by: 'service', order_by: '-total_tokens', limit: 1 });
    await waitFor(async () => (await id(page, 'breakdown-row').first().textContent()).includes(rows[0].service));
});

uiTest('from a number to its calls: a group, the errors', async (t) => {
    const page = await open(t, '/?group_by=service');
    const row = id(page, 'breakdown-row').filter({ hasText: 'search' });
    await row.getByRole('link').first().click();
    await id(page, 'calls-table').waitFor();
    assert.match(decodeURIComponent(page.url()), /\/ui\/calls\?.*filter=service:search/);
    await waitFor(async () => (await id(page, 'call-row').count()) > 0);
    const shown = await id(page, 'call-row').evaluateAll((rows) => rows.map((one) => one.dataset.callId));
    const expected = new Set((await server.api.calls({ filter: 'service:search' })).map((call) => call.call_id));
    assert.ok(shown.every((callId) => expected.has(callId)));

    await page.goBack();
    await id(page, 'kpi-error_rate').click();
    await id(page, 'calls-table').waitFor();
    const refused = kCalls.filter((call) => call.refused).length;
    await waitFor(async () => (await id(page, 'call-row').count()) === refused, { what: 'the errors' });
    assert.deepEqual(page.problems, []);
});

uiTest('filters: chosen by hand, they are in the URL; the URL restores them; back undoes them', async (t) => {
    const page = await open(t);
    await kpi(page, 'calls', made);
    await id(page, 'add-filter').click();
    await page.getByRole('option', { name: 'Service', exact: true }).click();
    await page.getByRole('option', { name: /^chat/ }).click();
    await id(page, 'filter-chip').waitFor();
    const filtered = await total('calls', ['service:chat']);
    await kpi(page, 'calls', filtered);
    assert.match(decodeURIComponent(page.url()), /filter=service:chat/);

    const other = await open(t, new URL(page.url()).pathname.replace('/ui', '') + new URL(page.url()).search);
    await kpi(other, 'calls', filtered);
    assert.equal(await id(other, 'filter-chip').count(), 1);
    await page.goBack();
    await kpi(page, 'calls', made);
    await page.goForward();
    await kpi(page, 'calls', filtered);
    await page.getByRole('button', { name: /^Remove the filter/ }).click();
    await kpi(page, 'calls', made);
    assert.deepEqual(page.problems, []);
});

uiTest('filters with awkward values survive the URL', async (t) => {
    for (const service of ["it's", 'a,b']) {
        const filter = `service:${service}`;
        const page = await open(t, `/?filter=${encodeURIComponent(filter)}`);
        await kpi(page, 'calls', kCalls.filter((call) => call.service === service).length);
        await page.context().close();
    }
});

uiTest('the time range: chosen from the list, in the URL, and asked for', async (t) => {
    const page = await open(t);
    await id(page, 'range-picker').click();
    await id(page, 'range-7d').click();
    await waitFor(() => page.url().includes('from=-7d'));
    await kpi(page, 'calls', made);
    const earlier = await open(t, '/?from=-2w&to=-1w');
    await waitFor(async () => /no |nothing|welcome|empty/i.test(await earlier.locator('main').textContent()), { what: 'word that there is nothing' });
    assert.deepEqual([...page.problems, ...earlier.problems], []);
});

uiTest('a call: its detail has tokens, cost, times, headers and what was said; the URL opens it', async (t) => {
    const words = 'what is behind the sight glass';
    const body = JSON.stringify({ model: 'gpt-4o-mini', stream: true, stream_options: { include_usage: true }, messages: [{ role: 'user', content: words }] });
    const callId = await makeCall({ 'x-sightglass-service': 'detail', 'x-sightglass-user': 'detail-user' }, body);
    await server.api.waitForCall(callId);
    await waitFor(async () => (await server.api.call(callId)).content !== null, { what: 'the content' });

    const page = await open(t, '/calls?filter=service:detail');
    await page.locator(`[data-testid=call-row][data-call-id="${callId}"]`).click();
    const detail = id(page, 'call-detail');
    await detail.getByText(words).first().waitFor();
    const text = await detail.innerText();
    for (const part of ['gpt-4o-mini-2024-07-18', 'detail-user', '10,000', 'chatcmpl-test-2', 'req_test_0001', '流']) {
        assert.ok(text.includes(part), `${part} in ${text}`);
    }
    assert.match(decodeURIComponent(page.url()), new RegExp(`call=${callId}`));
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });

    const direct = await open(t, `/calls?call=${callId}`);
    await id(direct, 'call-detail').getByText(words).first().waitFor();
    assert.deepEqual([...page.problems, ...direct.problems], []);
});

uiTest('calls: found by their text', async (t) => {
    const body = JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'kingfisher kingfisher' }] });
    const callId = await makeCall({ 'x-sightglass-service': 'search-me' }, body);
    await waitFor(async () => (await server.api.ask(`/api/v1/calls/${callId}`)).body.content, { what: 'the content' });
    const page = await open(t, '/calls');
    await id(page, 'call-row').first().waitFor();
    await id(page, 'calls-search').fill('kingfisher');
    await waitFor(async () => (await id(page, 'call-row').count()) === 1, { what: 'one call' });
    assert.equal(await id(page, 'call-row').getAttribute('data-call-id'), callId);
});

uiTest('what others wrote is text, never markup', async (t) => {
    const evil = '<img src=x onerror="document.title=`ran`"><script>document.title="ran"</script>';
    const body = JSON.stringify({ model: `gpt ${evil}`, user: evil, messages: [{ role: 'user', content: evil }] });
    const callId = await makeCall({ 'x-sightglass-service': evil, 'x-sightglass-tag-x': evil }, body);
    await server.api.waitForCall(callId);
    const page = await open(t, '/?group_by=service');
    await id(page, 'breakdown-row').filter({ hasText: '<img' }).waitFor();
    await page.goto(`${server.origin}/ui/calls?call=${callId}`);
    await id(page, 'call-detail').getByText('<script>').first().waitFor();
    assert.ok(!(await page.title()).includes('ran'));
    assert.equal(await page.locator('img[src=x]').count(), 0);
    assert.deepEqual(page.problems, []);
});

const kLanguages = [
    ['en', 'en', 'Overview', 'Calls'],
    ['zh', 'zh-CN', null, null],
    ['nl', 'nl', 'Overzicht', null],
];

for (const [language, tag, overview] of kLanguages) {
    uiTest(`language ${language}: chosen from the menu, kept, and whole`, async (t) => {
        const page = await open(t, '/', { locale: 'de-DE' });
        await id(page, 'language-menu').click();
        await id(page, `language-${language}`).click();
        await waitFor(async () => (await page.locator('html').getAttribute('lang')) === tag);
        if (overview !== null) {
            await page.getByRole('link', { name: overview }).first().waitFor();
        }
        for (const at of ['/', '/calls']) {
            await page.goto(`${server.origin}/ui${at}`);
            await page.locator('main').waitFor();
            await waitFor(async () => (await page.locator('html').getAttribute('lang')) === tag);
            await waitFor(async () => (await page.locator('[data-testid=call-row], [data-testid=breakdown-row]').count()) > 0);
            const text = await page.locator('body').innerText();
            assert.doesNotMatch(text, /\b(?:nav|kpi|filter|range|calls|detail|state|breakdown|dim)\.[a-z]\w+\b/, 'no key without a text');
            assert.ok(language !== 'zh' || /[\u4e00-\u9fff]{2}/.test(text));
            assert.ok(language === 'en' || !/\b(Requests|Filters|Last 24 hours)\b/.test(text), 'nothing is left in English');
        }
        assert.deepEqual(page.problems, []);
    });
}

uiTest("the browser's language is taken where it is one of the three", async (t) => {
    for (const [locale, tag] of [['nl-NL', 'nl'], ['zh-CN', 'zh-CN'], ['fr-FR', 'en']]) {
        const page = await open(t, '/', { locale });
        await waitFor(async () => (await page.locator('html').getAttribute('lang')) === tag, { what: `${locale} as ${tag}` });
    }
});

uiTest('colours: as the system, or as chosen; the choice is kept', async (t) => {
    const page = await open(t, '/', { scheme: 'dark' });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme');
    assert.equal(await scheme(), 'dark');
    const dark = await background();
    await id(page, 'scheme-menu').click();
    await id(page, 'scheme-light').click();
    await waitFor(async () => (await scheme()) === 'light');
    const light = await background();
    assert.notEqual(light, dark);
    await page.reload();
    assert.equal(await scheme(), 'light');
});

for (const screen of ['desktop', 'phone']) {
    uiTest(`${screen}: nothing is wider than the screen, and everything can be reached`, async (t) => {
        for (const at of ['/', '/calls']) {
            const page = await open(t, at, { screen, hasTouch: screen === 'phone' });
            await waitFor(async () => (await page.locator('[data-testid=kpi-calls], [data-testid=calls-table]').count()) > 0);
            const [inner, width] = await page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth]);
            assert.ok(width <= inner, `${at} is ${width} wide on ${inner}`);
            for (const name of ['range-picker', 'add-filter', 'nav-overview', 'nav-calls', 'nav-traces']) {
                assert.ok(await id(page, name).first().isVisible(), `${name} on ${at}`);
            }
            if (screen === 'phone') {
                await id(page, 'nav-more').tap();
            }
            for (const name of ['nav-sessions', 'nav-performance', 'nav-cost', 'nav-keys', 'nav-limits', 'nav-prices', 'nav-quality']) {
                await id(page, name).first().waitFor();
            }
        }
    });
}

uiTest('phone: a call opens over the list, and closes', async (t) => {
    const page = await open(t, '/calls', { screen: 'phone', hasTouch: true });
    await id(page, 'call-row').first().tap();
    await id(page, 'call-detail').waitFor();
    await id(page, 'detail-close').tap();
    await id(page, 'call-detail').waitFor({ state: 'detached' });
});

uiTest('keyboard: skip link, focus that shows, pages, rows, detail, help', async (t) => {
    const page = await open(t);
    await id(page, 'kpi-calls').waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
    for (let i = 0; i < 12; ++i) {
        await page.keyboard.press('Tab');
        const shown = await page.evaluate(() => {
            const style = getComputedStyle(document.activeElement);
            const tag = document.activeElement.tagName;
            return tag === 'BODY' || style.outlineStyle !== 'none' || style.boxShadow !== 'none';
        });
        assert.ok(shown, `the focus shows, ${i + 2} tabs in`);
    }
    await page.keyboard.press('Shift+?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await id(page, 'call-row').first().waitFor();
    await page.keyboard.press('j');
    await id(page, 'call-detail').waitFor();
    const first = await id(page, 'call-detail').getAttribute('data-call-id');
    await page.keyboard.press('j');
    await waitFor(async () => (await id(page, 'call-detail').getAttribute('data-call-id')) !== first);
    await page.keyboard.press('k');
    await waitFor(async () => (await id(page, 'call-detail').getAttribute('data-call-id')) === first);
    await page.keyboard.press('Escape');
    await id(page, 'call-detail').waitFor({ state: 'detached' });
    assert.deepEqual(page.problems, []);
});

const kAxePlaces = [
    ['overview', '/', 'kpi-calls'],
    ['calls', '/calls', 'calls-table'],
    ['a call', 'call', 'call-detail'],
];

for (const scheme of ['light', 'dark']) {
    for (const screen of ['desktop', 'phone']) {
        for (const [what, at, ready] of kAxePlaces) {
            uiTest(`axe finds nothing: ${what}, ${scheme}, ${screen}`, async (t) => {
                const [latest] = await server.api.calls({ limit: 1 });
                const page = await open(t, at === 'call' ? `/calls?call=${latest.call_id}` : at, { scheme, screen });
                await id(page, ready).waitFor();
                await page.waitForLoadState('networkidle').catch(() => {});
                assert.deepEqual(await violations(page), []);
            });
        }
    }
    uiTest(`axe finds nothing: login, open menus, ${scheme}`, async (t) => {
        const stranger = await openPage(browser, { viewport: kScreens.desktop, colorScheme: scheme, locale: 'en-GB' });
        t.after(() => stranger.context().close());
        await stranger.goto(`${server.origin}/ui/`);
        await stranger.getByLabel('Admin token or one-time code').waitFor();
        assert.deepEqual(await violations(stranger), []);
        const page = await open(t, '/', { scheme });
        for (const menu of ['add-filter', 'range-picker', 'language-menu']) {
            await id(page, menu).click();
            await waitFor(async () => (await page.locator('[role=dialog], [role=menu], [role=listbox]').count()) > 0);
            assert.deepEqual(await violations(page), [], menu);
            await page.keyboard.press('Escape');
        }
    });
}

uiTest('the first load is under 300 kB, compressed, and asks nobody else', async (t) => {
    const page = await openPage(browser, { viewport: kScreens.desktop });
    t.after(() => page.context().close());
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    let bytes = 0;
    const foreign = [];
    session.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
    page.on('request', (request) => {
        if (!request.url().startsWith(server.origin) && !request.url().startsWith('data:')) {
            foreign.push(request.url());
        }
    });
    await logIn(page);
    bytes = 0;
    await page.goto(`${server.origin}/ui/`);
    await id(page, 'kpi-calls').waitFor();
    await waitFor(async () => (await page.locator('canvas, svg').count()) > 0);
    t.diagnostic(`first load: ${bytes} bytes`);
    assert.ok(bytes < 300_000, `${bytes} bytes`);
    assert.deepEqual(foreign, []);
});
