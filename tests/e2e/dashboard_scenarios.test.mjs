// The page *Scenarios* in a real browser on the real binary: its figures are the API's and lead to their calls; a scenario of one's own is
// made, tried, changed and removed.
import assert from 'node:assert/strict';

import { chat } from '../support/client.mjs';
import { dashboardPage, id, textOf, uiTest } from '../support/dashboard_page.mjs';
import { waitFor } from '../support/wait.mjs';

const kAsked = {
    'Write a Python function that reverses a linked list.': 'coding',
    'Translate the following letter into Spanish, please.': 'translation',
    'Where is my order? It should have arrived last week.': 'customer_service',
};

const suite = dashboardPage({
    path: '/scenarios',
    root: 'scenarios',
    prepare: async (server) => {
        for (const content of Object.keys(kAsked)) {
            const body = JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] });
            await chat(server.origin, 'default', { body, headers: { 'x-sightglass-team': 'translators' } });
        }
        await waitFor(
            async () => {
                const rows = await server.api.query({ metrics: 'calls', group_by: 'scenario', filter: 'team:translators', from: '-1h' });
                return rows.filter(({ scenario }) => scenario !== null).length === 3;
            },
            { what: 'the scenarios of three calls' },
        );
    },
});

uiTest('each scenario has its figures, which lead to its calls', async (t) => {
    const page = await suite.open(t);
    const rows = await suite.server.api.query({ metrics: 'calls', group_by: 'scenario', order_by: '-calls', from: '-24h' });
    const table = id(page, 'scenario-figures').locator('tbody tr');
    await waitFor(async () => (await table.count()) === rows.length, { what: 'a row a scenario' });
    const coding = table.filter({ hasText: 'Coding' });
    const calls = rows.find(({ scenario }) => scenario === 'coding').calls;
    const link = coding.getByRole('link').first();
    assert.equal(await textOf(link), String(calls));
    await link.click();
    await page.waitForURL(/\/ui\/calls\?.*scenario:coding/);
    await waitFor(async () => (await id(page, 'call-row').count()) === calls, { what: 'its calls' });
    assert.deepEqual(page.problems, []);
});

uiTest('each team has its largest scenarios', async (t) => {
    const page = await suite.open(t);
    const row = id(page, 'scenarios-by-team').locator('tbody tr').filter({ hasText: 'translators' });
    await row.waitFor();
    assert.match(await textOf(row), /Translation 33/);
    assert.deepEqual(page.problems, []);
});

uiTest('a scenario of one\'s own is made, tried, changed and removed', async (t) => {
    const page = await suite.open(t);
    await id(page, 'new-scenario').click();
    await id(page, 'scenario-name').fill('Garden advice');
    const examples = ['When do I prune my apple tree?', 'My tomato leaves turn yellow', 'Which hedge grows in the shade?', 'How deep do I plant tulip bulbs?', 'Is it time to sow spinach?', 'How often should I water basil?', 'Which fertiliser do roses need?', 'Can I plant a fig tree in a pot?'];
    await id(page, 'scenario-examples').fill(examples.join('\n'));
    await id(page, 'save-scenario').click();
    await id(page, 'edit-scenario').waitFor();
    await id(page, 'try-text').fill('When do I prune my pear tree?');
    await id(page, 'try-scenario').click();
    await id(page, 'try-outcome').getByText('Garden advice').waitFor();
    await id(page, 'edit-scenario').click();
    assert.equal(await id(page, 'scenario-examples').inputValue(), examples.join('\n'));
    await id(page, 'scenario-name').fill('Gardens');
    await id(page, 'save-scenario').click();
    await id(page, 'own-scenarios').getByRole('rowheader', { name: 'Gardens' }).waitFor();
    await id(page, 'remove-scenario').click();
    await id(page, 'own-scenarios').getByText('There are none yet.').waitFor();
    assert.deepEqual(page.problems, []);
});

suite.speaks(['Scenarios', 'Scenario’s', '场景']);
suite.saysWhatIsMissing('**/api/v1/query?**group_by=scenario&**');
suite.isAccessible('', (page) => id(page, 'scenario-figures').locator('tbody tr').first().waitFor());
