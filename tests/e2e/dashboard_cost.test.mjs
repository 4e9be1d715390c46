// The page *Cost* in a real browser on the real binary: figures, tiles and tables are the API's, and lead to their calls.
import assert from 'node:assert/strict';

import { dashboardPage, downloaded, id, textOf, uiTest } from '../support/dashboard_page.mjs';
import { waitFor } from '../support/wait.mjs';

const suite = dashboardPage({
    path: '/cost',
    root: 'cost',
    prepare: async (server) => {
        const body = { name: 'with a budget', limits: { usd_per_day: 5 } };
        assert.equal((await server.api.ask('/api/v1/keys', { method: 'POST', body })).status, 201);
    },
});

uiTest('the figures are those of the API', async (t) => {
    const page = await suite.open(t);
    const names = ['cost_usd', 'calls', 'cost_per_call_usd', 'cache_hit_rate', 'unpriced_rate'];
    await suite.figuresAre(page, Object.fromEntries(names.map((name) => [name, name])));
    const { cost_usd: cost, total_tokens: tokens } = await suite.server.api.totals(['cost_usd', 'total_tokens'], { from: '-24h' });
    const shown = Number(await id(page, 'kpi-cost_per_1k_tokens_usd').getAttribute('data-value'));
    assert.ok(Math.abs(shown - (cost / tokens) * 1_000) < 1e-12, String(shown));
    assert.deepEqual(page.problems, []);
});

uiTest('a tile for each part of the cost, the largest first; each leads to its calls', async (t) => {
    const page = await suite.open(t);
    const rows = (await suite.server.api.query({ metrics: 'cost_usd,calls', group_by: 'model', order_by: '-cost_usd', from: '-24h' })).filter((row) => row.cost_usd > 0);
    const tiles = id(page, 'tree-tile');
    await waitFor(async () => (await tiles.count()) === rows.length, { what: 'a tile a model' });
    const areas = await tiles.evaluateAll((found) => found.map((tile) => tile.getBoundingClientRect()).map(({ width, height }) => width * height));
    const whole = areas.reduce((sum, area) => sum + area, 0);
    const cost = rows.reduce((sum, row) => sum + row.cost_usd, 0);
    rows.forEach((row, i) => assert.ok(Math.abs(areas[i] / whole - row.cost_usd / cost) < 0.03, `${row.model}: ${areas[i] / whole}`));
    await tiles.first().click();
    await page.waitForURL(new RegExp(`/ui/calls\\?.*model:${rows[0].model}`));
    await waitFor(async () => (await id(page, 'call-row').count()) === rows[0].calls, { what: 'its calls' });
    assert.deepEqual(page.problems, []);
});

uiTest('the table by any dimension, and the same as a file to write an invoice from', async (t) => {
    const page = await suite.open(t, { search: '?group_by=user' });
    const rows = await suite.server.api.query({ metrics: 'cost_usd,calls,input_tokens,output_tokens', group_by: 'user', order_by: '-cost_usd', from: '-24h' });
    await waitFor(async () => (await id(page, 'cost-by-row').count()) === rows.length, { what: 'a row a user' });
    assert.ok((await textOf(id(page, 'cost-by-row').first())).startsWith(rows[0].user));
    const [head, ...lines] = await downloaded(page, id(page, 'cost-by-csv'));
    for (const row of rows) {
        const line = lines.find((cells) => cells[head.indexOf('user')] === row.user);
        for (const name of ['cost_usd', 'calls', 'input_tokens', 'output_tokens']) {
            assert.equal(Number(line[head.indexOf(name)]), row[name], name);
        }
        assert.ok(Date.parse(line[head.indexOf('from')]) < Date.parse(line[head.indexOf('to')]));
    }
});

uiTest('what a user costs is the cost of calls that name one, over the users', async (t) => {
    const page = await suite.open(t);
    const { cost_usd: cost, users } = await suite.server.api.totals(['cost_usd', 'users'], { filter: 'user:*', from: '-24h' });
    const shown = await textOf(id(page, 'unit-users').locator('strong'));
    assert.ok(Math.abs(Number(shown.replace(/[^0-9.]/g, '')) - cost / users) < 0.01 * (cost / users), shown);
    await id(page, 'unit-users').click();
    await page.waitForURL(/\/ui\/calls\?.*user:\*/);
});

uiTest('a budget of a key stands there with what is spent of it', async (t) => {
    const page = await suite.open(t);
    const budgets = await suite.server.api.get('/api/v1/limits');
    const own = budgets.items.filter((limit) => limit.of === 'usd_per_day');
    const panel = id(page, 'budgets');
    if (own.length === 0) {
        await panel.getByText('No budgets are set').waitFor();
    } else {
        await panel.getByRole('meter').first().waitFor();
    }
    assert.deepEqual(page.problems, []);
});

suite.speaks(['Cost', 'Kosten', '费用']);
suite.saysWhatIsMissing('**/api/v1/query?**group_by=model**');
suite.isAccessible('', (page) => id(page, 'cost-by-row').first().waitFor());
