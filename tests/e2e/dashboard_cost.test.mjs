// The page *Cost* in a real browser on the real binary: figures, tiles and tables are the API's, and lead to their calls.
import assert from 'node:assert/strict';

import { dashboardPage, downloaded, id, textOf, uiTest } from '../support/dashboard_page.mjs';
import { waitFor } from '../support/wait.mjs';

const kForecast = {
    metric: 'cost_usd', unit: 'usd', from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z', now: '2026-03-02T12:00:00Z', utc_offset_minutes: 0, so_far: 15, forecast: 310, low: 290, high: 330, confidence: 0.8,
    certainty: 'good', history_days: 40, error_ratio: 0.05, took_ms: 1,
    days: Array.from({ length: 31 }, (_, i) => ({ from: new Date(Date.UTC(2026, 2, 1 + i)).toISOString(), actual: i < 2 ? 10 - 5 * i : null, expected: i < 1 ? null : i === 1 ? 5 : 10 })),
};
const kWhatIf = {
    model: 'house-model', provider: null, cached_share: null, from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z', calls: 60, cost_usd: 2, compared_cost_usd: 2, what_if_usd: 0.5, difference_usd: -1.5, unpriced_calls: 3, took_ms: 1,
    items: [{ provider: 'openai', model: 'gpt-4.1', service_tier: null, calls: 20, input_tokens: 10, cached_input_tokens: 0, output_tokens: 5, cost_usd: 2, what_if_usd: 0.5, why_unpriced: null }],
};

const suite = dashboardPage({
    planted: { '/api/v1/forecast': kForecast, '/api/v1/whatif': kWhatIf },
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

uiTest('where the month will end, and what another model would cost', async (t) => {
    const page = await suite.open(t);
    await id(page, 'forecast-note').getByText('$310.00 at the month’s end, with a chance of 80% between $290.00 and $330.00').waitFor();
    const [asked] = await Promise.all([page.waitForRequest((request) => request.url().includes('model=house-model')), id(page, 'what-if-model').fill('house-model')]);
    assert.ok(!asked.url().includes('cached_share'), asked.url());
    await id(page, 'what-if-outcome').getByText('$0.50 instead of $2.00: $1.50 less. 3 calls').waitFor();
    await Promise.all([page.waitForRequest((request) => request.url().includes('cached_share=0.5')), id(page, 'what-if-cached').selectOption('0.5')]);
    assert.deepEqual(page.problems, []);
});

suite.speaks(['Cost', 'Kosten', '费用']);
suite.saysWhatIsMissing('**/api/v1/query?**group_by=model**');
suite.isAccessible('', (page) => id(page, 'cost-by-row').first().waitFor());
