// Debian's Chromium, headless, on the real binary.
import fs from 'node:fs';

import { chromium } from 'playwright-core';

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
    page.setDefaultTimeout(20_000);
    return page;
}
