// The page *Performance* in a real browser on the real binary: figures and tables are the API's, and lead to their calls.
import assert from 'node:assert/strict';

import { dashboardPage, downloaded, id, textOf, uiTest } from '../support/dashboard_page.mjs';
import { waitFor } from '../support/wait.mjs';

const kSlow = {
    metric: 'latency_ms', threshold_ms: 1_500, quantile: 0.95, from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z', calls: 1_000, slow_calls: 50, took_ms: 1,
    items: [
        { key: [{ dimension: 'service', value: 'search' }], filter: ['service:search'], calls: 100, slow_calls: 40, slow_share: 0.4, support: 0.8, lift: 36, lift_low: 19, lift_high: 67, excess: 38.9, excess_low: 30 },
    ],
};

const suite = dashboardPage({ path: '/performance', root: 'performance', planted: { '/api/v1/slow': kSlow } });

uiTest('the figures are those of the API', async (t) => {
    const page = await suite.open(t);
    const names = ['latency_p50_ms', 'latency_p95_ms', 'ttft_p95_ms', 'tpot_p50_ms', 'output_tokens_per_s', 'error_rate'];
    await suite.figuresAre(page, Object.fromEntries(names.map((name) => [name, name])));
    assert.deepEqual(page.problems, []);
});

uiTest('the slowest come first, as the API has them; another order and dimension stand in the URL', async (t) => {
    const page = await suite.open(t);
    const slowest = await suite.server.api.query({ metrics: 'latency_p95_ms', group_by: 'model', order_by: '-latency_p95_ms', from: '-24h' });
    await waitFor(async () => (await id(page, 'slowest-row').count()) === slowest.length, { what: 'a row a model' });
    assert.ok((await textOf(id(page, 'slowest-row').first())).startsWith(slowest[0].model));
    await id(page, 'slowest').getByTestId('group-service').click();
    await page.waitForURL(/group_by=service/);
    await id(page, 'sort-calls').click();
    await page.waitForURL(/order_by=-calls/);
    const most = await suite.server.api.query({ metrics: 'calls', group_by: 'service', order_by: '-calls', from: '-24h' });
    const cells = id(page, 'slowest-row').first().locator('td');
    await waitFor(async () => (await textOf(cells.first())) === String(most[0].calls), { what: 'the most calls first' });
    assert.deepEqual(page.problems, []);
});

uiTest('a number leads to its calls: the failed ones of a service', async (t) => {
    const page = await suite.open(t, { search: '?group_by=service&filter=service:search' });
    const row = id(page, 'slowest-row').filter({ hasText: 'search' });
    const { errors } = await suite.server.api.totals('errors', { filter: 'service:search', from: '-24h' });
    await row.locator('td').last().getByRole('link').click();
    await page.waitForURL(/\/ui\/calls\?.*status:error/);
    await waitFor(async () => (await id(page, 'call-row').count()) === errors, { what: `${errors} failed calls` });
});

uiTest('a measure is chosen: the charts show it, and the URL says so', async (t) => {
    const page = await suite.open(t);
    await id(page, 'measure-errors').click();
    await page.waitForURL(/metric=errors/);
    await id(page, 'chart-measure').getByText('Error rate', { exact: true }).first().waitFor();
    await page.reload();
    assert.equal(await id(page, 'measure-errors').getAttribute('aria-pressed'), 'true');
    const shown = id(page, 'chart-measure');
    await shown.getByRole('button', { name: /View as table/ }).click();
    const rows = await suite.server.api.query({ metrics: 'error_rate', interval: 'auto', from: '-24h' });
    const known = async () => (await shown.locator('tbody td').allInnerTexts()).filter((text) => text !== '–').length;
    await waitFor(async () => (await known()) === rows.length, { what: 'a value for each bucket that has calls' });
    assert.deepEqual(page.problems, []);
});

uiTest('the table as a file has what the API has', async (t) => {
    const page = await suite.open(t);
    await id(page, 'slowest-row').first().waitFor();
    const [head, ...lines] = await downloaded(page, id(page, 'slowest-csv'));
    const rows = await suite.server.api.query({ metrics: 'calls,latency_p99_ms', group_by: 'model', from: '-24h' });
    assert.equal(lines.length, rows.length);
    for (const { model, calls, latency_p99_ms: p99 } of rows) {
        const line = lines.find((cells) => cells[head.indexOf('model')] === model);
        assert.deepEqual([line[head.indexOf('calls')], line[head.indexOf('latency_p99_ms')]].map(Number), [calls, p99]);
    }
});

uiTest('what slow calls have in common, and those calls', async (t) => {
    const page = await suite.open(t);
    const panel = id(page, 'slow-calls');
    await panel.getByText('Slow is 1.5s or more').waitFor();
    const row = panel.locator('tbody tr');
    assert.equal(await textOf(row), 'Service: search 100 40 40% 80% 36 × (19 to 67) 39');
    await row.getByRole('link', { name: '40', exact: true }).click();
    await page.waitForURL(/\/ui\/calls\?.*service:search.*latency_us:(>|%3E)=1500000/);
    assert.deepEqual(page.problems, []);
});

suite.speaks(['Performance', 'Prestaties', '性能']);
suite.saysWhatIsMissing('**/api/v1/query?**group_by=model**');
suite.isAccessible('', (page) => id(page, 'slowest-row').first().waitFor());
