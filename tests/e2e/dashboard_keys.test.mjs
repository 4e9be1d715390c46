// The page *Keys* in a real browser on the real binary: what was used with each key is the API's, and a key is issued, used,
// rotated and revoked there.
import assert from 'node:assert/strict';

import { chat } from '../support/client.mjs';
import { dashboardPage, downloaded, id, textOf, uiTest } from '../support/dashboard_page.mjs';
import { waitFor } from '../support/wait.mjs';

const suite = dashboardPage({ path: '/keys', root: 'keys' });

uiTest('the figures are those of the API', async (t) => {
    const page = await suite.open(t);
    const names = ['keys', 'calls', 'cost_usd', 'users', 'error_rate', 'rate_limited'];
    await suite.figuresAre(page, Object.fromEntries(names.map((name) => [name, name])));
    assert.deepEqual(page.problems, []);
});

uiTest('a row a key, as the API has it; a number leads to its calls', async (t) => {
    const page = await suite.open(t);
    const keys = await suite.server.api.query({ metrics: 'cost_usd,calls,users,rate_limited', group_by: 'api_key,api_key_label', order_by: '-cost_usd', from: '-24h' });
    await waitFor(async () => (await id(page, 'key-row').count()) === keys.length, { what: 'a row a key' });
    const first = id(page, 'key-row').first();
    assert.match(await textOf(first), new RegExp(` ${keys[0].calls} \\$[0-9.]+ ${keys[0].users} `));
    const limited = keys.find((key) => key.rate_limited > 0);
    const row = id(page, 'key-row').filter({ hasText: limited.api_key_label }).first();
    await row.locator('td').nth(6).getByRole('link').click();
    await page.waitForURL(/\/ui\/calls\?.*api_key:.*error_type/);
    await waitFor(async () => (await id(page, 'call-row').count()) === limited.rate_limited, { what: 'the limited calls' });
    assert.deepEqual(page.problems, []);
});

uiTest('a key: who uses it, for what, and its last call', async (t) => {
    const page = await suite.open(t);
    const [key] = await suite.server.api.query({ metrics: 'cost_usd', group_by: 'api_key', order_by: '-cost_usd', from: '-24h' });
    await id(page, 'open-key').first().click();
    await page.waitForURL(new RegExp(`key=${key.api_key}`));
    const params = { filter: `api_key:${key.api_key}` };
    await suite.figuresAre(page, { calls: 'calls', cost_usd: 'cost_usd', total_tokens: 'total_tokens' }, params);
    const services = await suite.server.api.query({ metrics: 'calls', group_by: 'service', order_by: '-calls', from: '-24h', ...params });
    const table = id(page, 'key-by-service');
    await waitFor(async () => (await table.locator('tbody tr').count()) === services.length, { what: 'its services' });
    const [last] = await suite.server.api.calls(params);
    await id(page, 'last-call').click();
    await page.waitForURL(new RegExp(`call=${last.call_id}`));
    assert.deepEqual(page.problems, []);
});

uiTest('a key is issued, used, rotated and revoked; its text is shown once', async (t) => {
    const page = await suite.open(t);
    await id(page, 'issue-key').click();
    await page.waitForURL(/tab=issue/);
    await id(page, 'key-name').fill('from the page');
    await id(page, 'key-team').fill('search');
    await id(page, 'key-usd_per_day').fill('5');
    await id(page, 'key-submit').click();
    const text = await id(page, 'new-key-text').innerText();
    const row = id(page, 'issued-keys-table').getByRole('row').filter({ hasText: 'from the page' });
    await row.getByText('Dollars a day: $5.00').waitFor();
    const [made] = (await suite.server.api.get('/api/v1/keys')).items.filter((key) => key.name === 'from the page');
    assert.equal(made.team, 'search');
    assert.equal((await chat(suite.server.origin, 'default', { headers: { authorization: 'Bearer sk-test', 'x-sightglass-key': text } })).status, 200);
    await id(page, 'new-key-close').click();
    assert.equal(await page.getByText(text).count(), 0);

    await row.getByTestId('rotate-key').click();
    await id(page, 'confirm-key').click();
    await waitFor(async () => !(await id(page, 'new-key-text').innerText()).includes(text), { what: 'another text' });
    await id(page, 'new-key-close').click();

    // By keyboard: asked, thought better of, asked again.
    await row.getByTestId('revoke-key').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await row.getByTestId('revoke-key').waitFor();
    await row.getByTestId('revoke-key').click();
    await id(page, 'confirm-key').click();
    await row.getByText('Revoked').waitFor();
    assert.equal((await suite.server.api.get('/api/v1/keys')).items.find((key) => key.id === made.id).state, 'revoked');
    assert.deepEqual(page.problems, []);
});

uiTest('what the server refuses is said at the form', async (t) => {
    const page = await suite.open(t, { search: '?tab=issue' });
    await id(page, 'key-models').fill('\u0001');
    await id(page, 'key-name').fill('\u0001'.repeat(3));
    await page.route('**/api/v1/keys', (route) =>
        route.request().method() === 'POST'
            ? route.fulfill({ status: 400, contentType: 'application/problem+json', body: '{"type":"about:blank","title":"No","status":400,"code":"invalid_argument","detail":"Not such a name."}' })
            : route.fallback(),
    );
    await id(page, 'key-submit').click();
    await page.getByRole('alert').getByText('Not such a name.').waitFor();
});

uiTest('the table as a file', async (t) => {
    const page = await suite.open(t);
    await id(page, 'key-row').first().waitFor();
    const [head, ...lines] = await downloaded(page, id(page, 'keys-csv'));
    const keys = await suite.server.api.query({ metrics: 'calls', group_by: 'api_key,api_key_label', from: '-24h' });
    const known = keys.filter((key) => key.api_key !== null);
    for (const key of known) {
        const line = lines.find((cells) => cells[head.indexOf('api_key')] === key.api_key);
        assert.equal(Number(line[head.indexOf('calls')]), key.calls);
    }
});

suite.speaks(['Keys', 'Sleutels', '密钥']);
suite.saysWhatIsMissing('**/api/v1/query?**group_by=api_key%2Capi_key_label**');
suite.isAccessible('?tab=issue', (page) => id(page, 'key-row').first().waitFor());
