// What the test of a page of the dashboard needs: a server with known calls, a browser that is logged in, and what holds for
// every page.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launchBrowser, noBrowser, openPage, violations } from './browser.mjs';
import { sendKnownTraffic } from './known_traffic.mjs';
import { Sightglass } from './sightglass.mjs';
import { Upstream } from './upstream.mjs';

export const kScreens = { desktop: { width: 1360, height: 860 }, phone: { width: 390, height: 844 } };
export const kLocales = ['en-GB', 'nl-NL', 'zh-CN'];

export const id = (page, name) => page.getByTestId(name);
export const textOf = async (locator) => (await locator.innerText()).replace(/\s+/g, ' ').trim();
export const uiTest = (name, body) => test(name, { skip: noBrowser }, body);

/// Starts a server with the known sixty calls, and what `prepare` does besides, before the tests of the file. `root` is the
/// test id of the page's outermost part; `planted` are answers that are known to the last digit, by path, instead of the server's.
export function dashboardPage({ path, root, args = [], prepare = async () => {}, planted = {} }) {
    const suite = { server: null, browser: null };
    before(async () => {
        if (noBrowser) {
            return;
        }
        suite.upstream = await Upstream.start();
        suite.server = await Sightglass.start({ upstreams: { openai: suite.upstream.origin }, args });
        await sendKnownTraffic(suite.server);
        await prepare(suite.server);
        suite.browser = await launchBrowser();
    });
    after(async () => {
        await suite.browser?.close();
        await suite.server?.stop();
        await suite.upstream?.stop();
    });

    /// A page that is logged in.
    suite.open = async (t, { search = '', screen = 'desktop', scheme = 'light', locale = 'en-GB' } = {}) => {
        const page = await openPage(suite.browser, { viewport: kScreens[screen], colorScheme: scheme, locale, reducedMotion: 'reduce' });
        t.after(() => page.context().close());
        const answer = await page.context().request.post(`${suite.server.origin}/api/v1/session`, { data: { token: suite.server.token } });
        assert.equal(answer.status(), 204);
        for (const [asked, body] of Object.entries(planted)) {
            await page.route(`**${asked}?**`, (route) => route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify(body) }));
        }
        await page.goto(`${suite.server.origin}/ui${path}${search}`);
        await page.locator('main h1, main [data-testid=empty-state]').first().waitFor();
        return page;
    };

    /// The figures of the strip are those of the API: {metric: how it is asked for}.
    suite.figuresAre = async (page, metrics, params) => {
        const figures = await suite.server.api.totals(Object.keys(metrics), { from: '-24h', ...params });
        for (const [metric, name] of Object.entries(metrics)) {
            const card = page.locator(`[data-testid="kpi-${name}"]`);
            await card.waitFor();
            const shown = await card.getAttribute('data-value');
            if (figures[metric] === null) {
                assert.equal(shown, '', metric);
            } else {
                assert.ok(Math.abs(Number(shown) - figures[metric]) < 1e-9, `${metric}: ${shown} is not ${figures[metric]}`);
            }
        }
    };

    /// Nothing that axe finds, nothing wider than the screen, no error in the console.
    suite.violatesNothing = async (page) => {
        assert.deepEqual(await violations(page), []);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 0, `${wide} pixels too wide`);
        assert.deepEqual(page.problems, []);
    };

    /// Whatever the page: dark and light, wide and narrow, without a violation that axe finds and without scrolling sideways.
    suite.isAccessible = (search, isReady) => {
        for (const scheme of ['light', 'dark']) {
            for (const screen of Object.keys(kScreens)) {
                uiTest(`axe finds nothing at ${path}${search}: ${scheme}, ${screen}`, async (t) => {
                    const page = await suite.open(t, { scheme, screen, search });
                    await isReady(page);
                    await suite.violatesNothing(page);
                });
            }
        }
    };

    /// In each language the page has its title and not one text of another: no key stands for a text that is missing.
    suite.speaks = (titles) => {
        for (const [index, locale] of kLocales.entries()) {
            uiTest(`the page speaks ${locale}`, async (t) => {
                const page = await suite.open(t, { locale });
                await id(page, root).waitFor();
                assert.equal(await textOf(page.getByRole('heading', { level: 1 })), titles[index]);
                assert.deepEqual(page.problems, []);
            });
        }
    };

    /// A range without calls says so, and an answer that fails says so and can be asked for again.
    suite.saysWhatIsMissing = (asked) => {
        uiTest('without calls, and without an answer, the page says so', async (t) => {
            const page = await suite.open(t, { search: '?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z' });
            await id(page, 'empty-state').first().waitFor();
            let refused = true;
            await page.route(asked, (route) =>
                refused
                    ? route.fulfill({ status: 400, contentType: 'application/problem+json', body: '{"type":"about:blank","title":"No","status":400,"code":"invalid_argument","detail":"Not today."}' })
                    : route.fallback(),
            );
            await page.goto(`${suite.server.origin}/ui${path}?from=-2d`);
            const failed = id(page, 'error-state').first();
            await failed.getByText('Not today.').waitFor();
            refused = false;
            const before = await id(page, 'error-state').count();
            await failed.getByRole('button').click();
            await page.waitForFunction((count) => document.querySelectorAll('[data-testid=error-state]').length < count, before);
        });
    };
    return suite;
}

/// A file that a click offers, as lines of cells; no cell of these tests holds a comma.
export async function downloaded(page, button) {
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) {
        chunks.push(chunk);
    }
    const lines = Buffer.concat(chunks).toString('utf8').replace(/^\ufeff/, '').trim().split('\r\n');
    return lines.map((line) => line.split(','));
}
