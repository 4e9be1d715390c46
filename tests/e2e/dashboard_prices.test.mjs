// The page *Prices* in a real browser on the real binary: what has no price and its calls, prices of one's own, pricing again and back,
// the list.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { launchBrowser, noBrowser, openPage, violations } from '../support/browser.mjs';
import { temporaryFolder } from '../support/places.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kScreens = { desktop: { width: 1360, height: 860 }, phone: { width: 390, height: 844 } };
const kCalls = 7;

let server;
let browser;

before(async () => {
    if (noBrowser) {
        return;
    }
    server = await Sightglass.start();
    const file = path.join(temporaryFolder('prices'), 'calls.jsonl');
    const at = Date.now() - 600_000;
    fs.writeFileSync(file, Array.from({ length: kCalls }, (_, i) => `${JSON.stringify({
        started_at: new Date(at + i).toISOString(), provider: 'vllm', model: 'mystery-1', operation: 'chat', status: 'ok', prompt_tokens: 1000, completion_tokens: 10 + i,
    })}\n`).join(''));
    const done = await run(['import', file, '--data-dir', server.dataDir, '--yes'], { env: { SIGHTGLASS_ADMIN_TOKEN: server.token } });
    assert.equal(done.code, 0, done.stderr);
    await waitFor(async () => (await server.api.get('/api/v1/prices/unpriced', { from: '-1d' })).items[0]?.calls === kCalls, { what: 'the calls without a price' });
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
});

const uiTest = (name, body) => test(name, { skip: noBrowser }, body);
const id = (page, name) => page.getByTestId(name);

/// The page, logged in.
async function open(t, { screen = 'desktop', scheme = 'light', locale = 'en-GB' } = {}) {
    const page = await openPage(browser, { viewport: kScreens[screen], colorScheme: scheme, locale, reducedMotion: 'reduce' });
    t.after(() => page.context().close());
    const answer = await page.context().request.post(`${server.origin}/api/v1/session`, { data: { token: server.token } });
    assert.equal(answer.status(), 204);
    await page.goto(`${server.origin}/ui/prices?from=-1d`);
    await id(page, 'price-list').waitFor();
    return page;
}

uiTest('the list is searched, and says where each price came from', async (t) => {
    const page = await open(t);
    await page.getByText(/^1,694 models/).waitFor();
    await id(page, 'price-search').fill('openai/gpt-5.6-sol');
    await page.getByRole('rowheader', { name: 'anthropic/claude-2', exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('rowheader', { name: 'openai/gpt-5.6-sol', exact: true }).first().waitFor();
    const text = await id(page, 'price-list').innerText();
    for (const part of ['openai/gpt-5.6-sol', 'from 2026-08-21', 'Input', 'Cache read', 'beyond 271,999 tokens', 'genai-prices']) {
        assert.ok(text.includes(part), `${part} in ${text}`);
    }
    await id(page, 'price-search').fill('no such model');
    await page.getByText('No model has such a name.').waitFor();
    assert.ok(!text.includes('mtok'), text);
    assert.deepEqual(page.problems, []);
});

uiTest('the list goes on, page after page', async (t) => {
    const page = await open(t);
    const models = () => page.getByTestId('price-list').locator('tbody th').evaluateAll((cells) => new Set(cells.map((cell) => cell.textContent)).size);
    await waitFor(async () => (await models()) === 100, { what: 'a page of models' });
    await id(page, 'price-more').click();
    await waitFor(async () => (await models()) === 200, { what: 'two pages of models' });
    await page.getByText('200 of 1,694 models are shown').waitFor();
    assert.deepEqual(page.problems, []);
});

uiTest('from what has no price to its calls', async (t) => {
    const page = await open(t);
    const links = id(page, 'unpriced').getByTestId('unpriced-calls');
    await links.first().waitFor();
    assert.equal(await links.count(), 4, 'the model and each number');
    await links.nth(1).click();
    await id(page, 'calls-table').waitFor();
    await waitFor(async () => (await id(page, 'call-row').count()) === kCalls, { what: 'the calls without a price' });
    assert.deepEqual(page.problems, []);
});

for (const [locale, heading, why] of [
    ['nl-NL', 'Zonder prijs', 'Geen prijslijst kent het model'],
    ['zh-CN', '没有价格的用量', '没有价目表认识该模型'],
    ['en-GB', 'Without a price', 'No price list knows the model'],
]) {
    uiTest(`what has no price is shown with its size, in ${locale}`, async (t) => {
        const page = await open(t, { locale });
        await page.getByRole('heading', { name: heading }).waitFor();
        const row = id(page, 'unpriced').locator('tbody tr');
        await row.first().waitFor();
        const text = (await row.first().innerText()).replace(/\s+/g, ' ');
        assert.ok(text.includes(`mystery-1 vllm – ${why} ${kCalls}`), text);
        assert.deepEqual(page.problems, []);
    });
}

for (const scheme of ['light', 'dark']) {
    for (const screen of Object.keys(kScreens)) {
        uiTest(`axe finds nothing: ${scheme}, ${screen}`, async (t) => {
            const page = await open(t, { scheme, screen });
            await id(page, 'unpriced').locator('tbody tr').first().waitFor();
            assert.deepEqual(await violations(page), []);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            assert.ok(wide <= 0, `${wide} pixels too wide`);
        });
    }
}

uiTest('prices of one\'s own are saved, hold, and a mistake is named by its line', async (t) => {
    const page = await open(t);
    await id(page, 'own-prices').fill('sightglass-prices 2\nprovider vllm\nmodel mystery\nrate input_mtok 1\n');
    await id(page, 'own-prices-save').click();
    await page.getByRole('alert').getByText(/line 4/).waitFor();
    assert.equal((await server.api.get('/api/v1/prices/own')).text, '');
    await id(page, 'own-prices').fill('sightglass-prices 2\nprovider vllm\nmodel mystery\nmatch ^mystery\nprice\nrate input_mtok 3\n');
    await id(page, 'own-prices-save').click();
    await page.getByText('Saved: these prices hold now.', { exact: false }).waitFor();
    await page.getByText('It has a price by now: recalculate').waitFor();
    await id(page, 'price-search').fill('mystery');
    await id(page, 'price-list').getByText('yours').waitFor();
    assert.deepEqual(page.problems.filter((problem) => !problem.includes('400')), []);
});

uiTest('stored calls are priced again once one has seen what changes, and get their former cost back', async (t) => {
    const text = 'sightglass-prices 2\nprovider vllm\nmodel mystery\nmatch ^mystery\nprice\nrate input_mtok 3\n';
    await server.api.ask('/api/v1/prices/own', { method: 'PUT', body: { text } });
    t.after(() => server.api.ask('/api/v1/prices/own', { method: 'PUT', body: { text: '' } }));
    const page = await open(t);
    const costs = async () => (await server.api.calls({ from: '-1d' })).map((call) => call.cost_nano_usd);
    const outcome = (kind) => page.locator(`[data-testid=recalculation-outcome][data-kind=${kind}]`);

    await id(page, 'recalculation-try').click();
    await outcome('dry_run').getByText(`${kCalls} calls of ${kCalls} would have another cost.`).waitFor();
    const row = (await id(page, 'price-changes').locator('tbody tr').innerText()).replace(/\s+/g, ' ');
    assert.equal(row, `vllm/mystery-1 it had no price before ${kCalls} $0.00 $0.021 +$0.021`);
    assert.ok((await costs()).every((cost) => cost === null), 'nothing has changed yet');

    await id(page, 'recalculation-apply').click();
    await outcome('apply').getByText(`${kCalls} calls have a new cost.`).waitFor();
    assert.deepEqual(await costs(), Array(kCalls).fill(3_000_000));
    await page.getByText('Every call in this time range has a price.').waitFor();

    await page.reload();
    await id(page, 'recalculation-undo').click();
    await outcome('undo').getByText(`${kCalls} calls have their former cost again.`).waitFor();
    assert.ok((await costs()).every((cost) => cost === null));
    await id(page, 'unpriced').getByText('mystery-1').waitFor();
    assert.deepEqual(page.problems, []);
});
