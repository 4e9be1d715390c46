// The page *Cases* in a real browser on the real binary: a change is written down, its case opened, changed and downloaded; charts mark
// it.
import assert from 'node:assert/strict';
import fs from 'node:fs';

import { dashboardPage, id, textOf, uiTest } from '../support/dashboard_page.mjs';
import { kChangedAt, plantChange } from '../support/planted_change.mjs';
import { waitFor } from '../support/wait.mjs';

let annotation;

const suite = dashboardPage({
    path: '/cases',
    root: 'cases',
    prepare: async (server) => {
        await plantChange(server);
        const made = await server.api.ask('/api/v1/annotations', { method: 'POST', body: { at: kChangedAt, kind: 'model_switch', name: 'A faster model', text: 'Customers waited.', filters: ['service:bot'] } });
        annotation = made.body;
    },
});

uiTest('the list leads to the case, which tells what was slow, what changed and what is different', async (t) => {
    const page = await suite.open(t);
    await id(page, 'open-case').filter({ hasText: 'A faster model' }).click();
    await page.waitForURL(new RegExp(`/ui/cases\\?.*key=${annotation.id}`));
    await id(page, 'verdict-latency_p50_ms').waitFor();
    assert.equal(await textOf(id(page, 'verdict-latency_p50_ms')), 'Better');
    assert.equal(await textOf(id(page, 'verdict-satisfaction_rate')), 'Better');
    assert.equal(await textOf(id(page, 'verdict-error_rate')), 'No more than chance');
    assert.match(await textOf(id(page, 'case-found')), /of the answers took longer than/);
    assert.match(await textOf(id(page, 'case-found')), /gpt-4o/);
    assert.match(await textOf(id(page, 'case-changed')), /Customers waited\./);
    await id(page, 'note-mark').first().waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), id(page, 'case-report').click()]);
    assert.match(fs.readFileSync(await download.path(), 'utf8'), /<title>Before and after: A faster model/);
    assert.deepEqual(page.problems, []);
});

uiTest('a change is written down, changed and removed, and charts mark it', async (t) => {
    const page = await suite.open(t);
    await id(page, 'new-annotation').click();
    await id(page, 'annotation-name').fill('Release 4.2');
    await id(page, 'annotation-kind').selectOption('deploy');
    await id(page, 'save-annotation').click();
    const row = id(page, 'annotations').locator('tbody tr').filter({ hasText: 'Release 4' });
    await row.waitFor();
    assert.match(await textOf(row), /Deploy All calls/);
    await id(page, 'nav-overview').click();
    await id(page, 'note-mark').first().waitFor();
    await id(page, 'nav-cases').click();
    await row.getByTestId('edit-annotation').click();
    await id(page, 'annotation-name').fill('Release 4.3');
    await id(page, 'save-annotation').click();
    await row.getByText('Release 4.3').waitFor();
    await row.getByTestId('remove-annotation').click();
    await waitFor(async () => (await row.count()) === 0, { what: 'that it is gone' });
    assert.deepEqual(page.problems, []);
});

uiTest('an answer that fails says so and can be asked for again', async (t) => {
    const page = await suite.open(t);
    let refused = true;
    await page.route('**/api/v1/cases/**', (route) =>
        refused
            ? route.fulfill({ status: 400, contentType: 'application/problem+json', body: '{"type":"about:blank","title":"No","status":400,"code":"invalid_argument","detail":"Not today."}' })
            : route.fallback(),
    );
    await id(page, 'open-case').first().click();
    await id(page, 'error-state').getByText('Not today.').waitFor();
    refused = false;
    await id(page, 'error-state').getByRole('button').click();
    await id(page, 'case-since').waitFor();
});

suite.speaks(['Cases', 'Casussen', '案例']);
suite.isAccessible('', (page) => id(page, 'open-case').first().waitFor());
