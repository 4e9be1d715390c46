// The page *Limits* in a real browser on the real binary: what providers said in headers, our own limits, and the calls behind them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launchBrowser, noBrowser, openPage, violations } from '../support/browser.mjs';
import { chat } from '../support/client.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kScreens = { desktop: { width: 1360, height: 860 }, phone: { width: 390, height: 844 } };
const kCalls = 5;

let upstream;
let server;
let browser;

before(async () => {
    if (noBrowser) {
        return;
    }
    upstream = await Upstream.start();
    server = await Sightglass.start({ upstreams: { openai: upstream.origin } });
    for (let i = 0; i < kCalls; ++i) {
        const answer = await chat(server.origin, 'default');
        assert.equal(answer.status, 200);
    }
    await waitFor(async () => (await server.api.calls()).length === kCalls, { what: 'the calls in the store' });
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
    await upstream?.stop();
});

const uiTest = (name, body) => test(name, { skip: noBrowser }, body);
const id = (page, name) => page.getByTestId(name);

async function open(t, { screen = 'desktop', scheme = 'light', locale = 'en-GB' } = {}) {
    const page = await openPage(browser, { viewport: kScreens[screen], colorScheme: scheme, locale, reducedMotion: 'reduce' });
    t.after(() => page.context().close());
    const answer = await page.context().request.post(`${server.origin}/api/v1/session`, { data: { token: server.token } });
    assert.equal(answer.status(), 204);
    await page.goto(`${server.origin}/ui/limits`);
    await id(page, 'provider-limits').locator('tbody tr').first().waitFor();
    return page;
}

uiTest('what the provider said stands beside what was used, and leads to its calls', async (t) => {
    const limits = (await server.api.get('/api/v1/limits')).items;
    const requests = limits.find(({ kind, of }) => kind === 'provider' && of === 'requests');
    const page = await open(t);
    const row = id(page, 'provider-limits').locator('tbody tr').first();
    const text = (await row.innerText()).replace(/\s+/g, ' ');
    assert.ok(text.includes(requests.model), text);
    assert.equal(await row.getByRole('meter').count(), 2, 'requests and tokens');
    await row.getByTestId('limit-calls').click();
    await id(page, 'calls-table').waitFor();
    await waitFor(async () => (await id(page, 'call-row').count()) === kCalls, { what: 'the calls behind the limit' });
    assert.deepEqual(page.problems, []);
});

for (const [locale, title, none] of [
    ['en-GB', 'Limits', 'No limits of our own are set'],
    ['nl-NL', 'Limieten', 'Er zijn geen eigen limieten ingesteld'],
    ['zh-CN', '限额', '没有设置自有限额'],
]) {
    uiTest(`it says that there are no limits of our own, in ${locale}`, async (t) => {
        const page = await open(t, { locale });
        await page.getByRole('heading', { name: title, exact: true, level: 1 }).waitFor();
        await page.getByText(none).waitFor();
        assert.deepEqual(page.problems, []);
    });
}

for (const scheme of ['light', 'dark']) {
    for (const screen of Object.keys(kScreens)) {
        uiTest(`axe finds nothing: ${scheme}, ${screen}`, async (t) => {
            const page = await open(t, { scheme, screen });
            assert.deepEqual(await violations(page), []);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            assert.ok(wide <= 0, `${wide} pixels too wide`);
        });
    }
}

uiTest('it is reached by keyboard, and shows what is new by itself', async (t) => {
    const page = await open(t);
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await id(page, 'kpi-calls').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await id(page, 'limits-outlook').waitFor();
    const rows = id(page, 'provider-limits').locator('tbody tr');
    const before = await rows.count();
    const answer = await chat(server.origin, 'default', { headers: { authorization: 'Bearer sk-another-key-of-the-test' } });
    assert.equal(answer.status, 200);
    await waitFor(async () => (await rows.count()) === before + 1, { what: 'the line of another key' });
    assert.deepEqual(page.problems, []);
});
