// The page *Data quality* in a real browser on the real binary: what was planted is named, and every number leads to its calls.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { launchBrowser, noBrowser, openPage, violations } from '../support/browser.mjs';
import { temporaryFolder } from '../support/places.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { SpanMaker, sendSpans } from '../support/spans.mjs';
import { waitFor } from '../support/wait.mjs';

const kScreens = { desktop: { width: 1360, height: 860 }, phone: { width: 390, height: 844 } };

let server;
let browser;
let file;

before(async () => {
    if (noBrowser) {
        return;
    }
    server = await Sightglass.start();
    file = path.join(temporaryFolder('quality'), 'usage.jsonl');
    const line = (more) => JSON.stringify({ time: new Date(Date.now() - 600_000).toISOString(), model: 'nobody-knows-it', provider: 'vllm', operation: 'chat', prompt_tokens: 10, completion_tokens: 1, status: 'ok', latency_ms: 100, ...more });
    fs.writeFileSync(file, `${line({ user: 'a' })}\n${line({ user: 'b' })}\n${line({ time: 'some day' })}\n`);
    for (let i = 0; i < 2; ++i) {
        const done = await run(['import', file, '--data-dir', server.dataDir, '--yes'], { cwd: path.dirname(file), env: { SIGHTGLASS_ADMIN_TOKEN: server.token } });
        assert.equal(done.code, 1, done.stderr);
    }
    const ahead = new SpanMaker({ beginMs: Date.now() + 3 * 3_600_000 });
    await sendSpans(server, [ahead.span('chat', null, { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o-mini', 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.output_tokens': 1 })]);
    await waitFor(
        async () => {
            const { sources } = await server.api.get('/api/v1/quality', { from: '-1d' });
            return sources.some((row) => row.duplicate === 2 && row.unpriced === 2) && sources.some((row) => row.source === 'otlp' && row.repaired === 1);
        },
        { what: 'what was planted' },
    );
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
});

const uiTest = (name, body) => test(name, { skip: noBrowser }, body);
const id = (page, name) => page.getByTestId(name);
const textOf = async (locator) => (await locator.innerText()).replace(/\s+/g, ' ').trim();

async function open(t, { screen = 'desktop', scheme = 'light', locale = 'en-GB', search = '?from=-1d' } = {}) {
    const page = await openPage(browser, { viewport: kScreens[screen], colorScheme: scheme, locale, reducedMotion: 'reduce' });
    t.after(() => page.context().close());
    const answer = await page.context().request.post(`${server.origin}/api/v1/session`, { data: { token: server.token } });
    assert.equal(answer.status(), 204);
    await page.goto(`${server.origin}/ui/quality${search}`);
    await id(page, 'quality').waitFor();
    return page;
}

for (const [locale, source, step, kind] of [
    ['en-GB', 'Imported file', 'The clock was ahead or absurd', 'Said twice'],
    ['nl-NL', 'Geïmporteerd bestand', 'De klok liep voor of was onzinnig', 'Dubbel gemeld'],
    ['zh-CN', '导入的文件', '时钟超前或荒谬', '重复报告'],
]) {
    uiTest(`what was planted is named, in ${locale}`, async (t) => {
        const page = await open(t, { locale });
        const row = id(page, 'quality-sources').getByRole('row').filter({ hasText: source });
        await row.waitFor();
        assert.equal(await textOf(row), `${source} 2 2 0 0 0 2 0 2`);
        const steps = await textOf(id(page, 'quality-steps'));
        assert.ok(steps.includes(step), steps);
        const found = await textOf(id(page, 'quality-found'));
        assert.ok(found.includes(kind) && found.includes('usage.jsonl:3'), found);
        assert.deepEqual(page.problems, []);
    });
}

uiTest('a number leads to its calls, an example to its call', async (t) => {
    const page = await open(t);
    const kinds = id(page, 'quality-kinds');
    const unpriced = kinds.getByRole('row').filter({ hasText: 'Without a price' });
    await unpriced.getByRole('link', { name: '2', exact: true }).click();
    await page.waitForURL(/\/ui\/calls\?.*cost_source/);
    await page.goBack();
    await id(page, 'quality-steps').getByRole('link', { name: '1', exact: true }).first().click();
    await page.waitForURL(/\/ui\/calls\?.*repairs/);
    await page.goBack();
    const repaired = kinds.getByRole('row').filter({ hasText: 'Repaired or marked' });
    await repaired.getByRole('link', { name: /^The call of/ }).first().click();
    await page.getByText('The clock was ahead or absurd', { exact: false }).waitFor();
    assert.deepEqual(page.problems, []);
});

uiTest('without calls, and without an answer, the page says so', async (t) => {
    const page = await open(t, { search: '?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z' });
    await id(page, 'empty-state').waitFor();
    await page.route('**/api/v1/quality**', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"type":"about:blank","title":"Busy","status":503,"code":"unavailable","detail":"Busy."}' }));
    await page.goto(`${server.origin}/ui/quality?from=-2d`);
    await id(page, 'error-state').waitFor();
});

for (const scheme of ['light', 'dark']) {
    for (const screen of Object.keys(kScreens)) {
        uiTest(`axe finds nothing: ${scheme}, ${screen}`, async (t) => {
            const page = await open(t, { scheme, screen });
            await id(page, 'quality-found').waitFor();
            assert.deepEqual(await violations(page), []);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            assert.ok(wide <= 0, `${wide} pixels too wide`);
        });
    }
}
