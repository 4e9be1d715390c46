// Debian's Chromium, headless, on the real binary.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { chromium } from 'playwright-core';

import { kSourceDir } from './places.mjs';

const kExecutables = [process.env.SIGHTGLASS_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];

const executable = kExecutables.find((file) => file && fs.existsSync(file));

/// For `test(name, {skip: noBrowser}, …)`.
export const noBrowser = executable === undefined && 'no Chromium here (apt install chromium, or SIGHTGLASS_CHROMIUM)';

/// A browser for a test or suite; `hosts` maps host names to addresses ("evil.test" → "127.0.0.1").
export async function launchBrowser({ hosts = {} } = {}) {
    const rules = Object.entries(hosts).map(([name, address]) => `MAP ${name} ${address}`);
    return chromium.launch({
        executablePath: executable,
        args: ['--no-sandbox', '--disable-dev-shm-usage', ...(rules.length ? [`--host-resolver-rules=${rules.join(',')}`] : [])],
    });
}

/// A page with what went wrong in it: exceptions, and messages of the console's level "error" (broken CSP among them).
export async function openPage(browser, options = {}) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.problems = [];
    page.on('pageerror', (error) => page.problems.push(String(error)));
    page.on('console', (message) => {
        if (message.type() === 'error') {
            page.problems.push(message.text());
        }
    });
    page.setDefaultTimeout(60_000);
    return page;
}

/// The figures of the overview as the browser shows them: {calls: 12, …}, once its number of calls is `calls`.
export async function overviewFigures(server, calls) {
    const browser = await launchBrowser();
    try {
        const page = await openPage(browser, { viewport: { width: 1360, height: 860 } });
        await page.context().request.post(`${server.origin}/api/v1/session`, { data: { token: server.token } });
        await page.goto(`${server.origin}/ui/`);
        await page.locator(`[data-testid=kpi-calls][data-value="${calls}"]`).waitFor();
        const cards = await page.locator('[data-testid^=kpi-][data-value]').evaluateAll((found) =>
            found.map((card) => [card.dataset.testid.slice('kpi-'.length), Number(card.dataset.value)]),
        );
        return Object.fromEntries(cards);
    } finally {
        await browser.close();
    }
}

const axe = () => fs.readFileSync(path.join(kSourceDir, 'tests/node_modules/axe-core/axe.min.js'), 'utf8');

/// What axe finds in a page. It runs in a world of its own, which the page's policy does not forbid.
export async function violations(page) {
    const session = await page.context().newCDPSession(page);
    const { frameTree } = await session.send('Page.getFrameTree');
    const world = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
    const expression = `${axe()}; axe.run(document, {resultTypes: ['violations']}).then((found) =>
        JSON.stringify(found.violations.map((one) => [one.id, one.nodes.slice(0, 4).map((node) => node.html.slice(0, 160))])))`;
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
        expression,
        contextId: world.executionContextId,
        awaitPromise: true,
        returnByValue: true,
    });
    assert.equal(exceptionDetails, undefined, JSON.stringify(exceptionDetails));
    return JSON.parse(result.value);
}
