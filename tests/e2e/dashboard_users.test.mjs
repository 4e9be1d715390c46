// The page *Users* on the real binary: its figures are the API's, names are hidden until they are asked for, numbers lead to their
// calls, segments can be changed.
import assert from 'node:assert/strict';

import { dashboardPage, downloaded, id, textOf, uiTest } from '../support/dashboard_page.mjs';
import { waitFor } from '../support/wait.mjs';

const suite = dashboardPage({ path: '/users', root: 'users' });

const listed = async (params = {}) => (await suite.server.api.get('/api/v1/users', { from: '-24h', ...params })).items;

uiTest('the figures are those of the API', async (t) => {
    const page = await suite.open(t);
    const names = ['users', 'calls', 'sessions', 'cost_usd', 'error_rate'];
    await suite.figuresAre(page, Object.fromEntries(names.map((name) => [name, name])), { filter: 'user:*' });
    assert.deepEqual(page.problems, []);
});

uiTest('a row a user, under pseudonyms; names are shown when somebody asks', async (t) => {
    const page = await suite.open(t);
    const users = await listed({ names: 'true' });
    await waitFor(async () => (await id(page, 'user-row').count()) === users.length, { what: 'a row a user' });
    const table = id(page, 'users-table');
    for (const { user, name, calls } of users) {
        const row = id(page, 'user-row').filter({ hasText: user });
        assert.match(await textOf(row), new RegExp(`\\b${calls}\\b`));
        assert.ok(!(await textOf(table)).includes(name), name);
    }
    await id(page, 'show-names').click();
    await table.getByText(users[0].name, { exact: true }).waitFor();
    await id(page, 'show-names').click();
    await waitFor(async () => !(await textOf(table)).includes(users[0].name), { what: 'no names' });
    assert.deepEqual(page.problems, []);
});

uiTest('a number leads to its calls, a pseudonym to its profile', async (t) => {
    const page = await suite.open(t);
    const [user] = await listed();
    const row = id(page, 'user-row').filter({ hasText: user.user });
    await row.locator('td').nth(1).getByRole('link').click();
    await page.waitForURL(new RegExp(`/ui/calls\\?.*user:${user.user}`));
    await waitFor(async () => (await id(page, 'call-row').count()) === user.calls, { what: 'the calls of the user' });
    await page.goBack();
    await id(page, 'open-user').filter({ hasText: user.user }).click();
    await page.waitForURL(new RegExp(`key=${user.user}`));
    await id(page, 'user-detail').waitFor();
    await suite.figuresAre(page, { calls: 'calls', cost_usd: 'cost_usd', error_rate: 'error_rate' }, { filter: `user:${user.user}` });
    const models = await suite.server.api.query({ metrics: 'calls', group_by: 'model', from: '-24h', filter: `user:${user.user}` });
    await waitFor(async () => (await id(page, 'key-by-model').locator('tbody tr').count()) === models.length, { what: 'its models' });
    assert.equal(await textOf(id(page, 'user-segment')), 'New');
    await suite.violatesNothing(page);
});

uiTest('the rules of segments are changed, refused and taken back', async (t) => {
    const page = await suite.open(t);
    await id(page, 'edit-rules').click();
    const text = id(page, 'rules-text');
    await waitFor(async () => (await text.inputValue()).includes('heavy:'), { what: 'the rules' });
    await text.fill('busy: turnover>1');
    await id(page, 'rules-save').click();
    await page.getByRole('alert').getByText('turnover').waitFor();
    await text.fill('busy: calls>=1');
    await id(page, 'rules-save').click();
    const table = id(page, 'user-segments');
    await table.getByText('busy', { exact: true }).waitFor();
    await waitFor(async () => (await textOf(id(page, 'users-table'))).includes('busy'), { what: 'the new segment' });
    await id(page, 'segment-choice').selectOption('busy');
    await page.waitForURL(/q=busy/);
    await id(page, 'edit-rules').click();
    await id(page, 'rules-reset').click();
    await table.getByText('Heavy', { exact: true }).waitFor();
    assert.ok(page.problems.every((problem) => problem.includes('400')), 'nothing but the refusal');
});

uiTest('the table as a file', async (t) => {
    const page = await suite.open(t);
    await id(page, 'user-row').first().waitFor();
    const [head, ...lines] = await downloaded(page, id(page, 'users-csv'));
    for (const { user, calls } of await listed()) {
        const line = lines.find((cells) => cells[head.indexOf('user')] === user);
        assert.equal(Number(line[head.indexOf('calls')]), calls);
    }
});

suite.speaks(['Users', 'Gebruikers', '用户']);
suite.saysWhatIsMissing('**/api/v1/users?**');
suite.isAccessible('', (page) => id(page, 'user-row').first().waitFor());
