// The page *Sessions* in a real browser on the real binary: the figures are the API's, a conversation stands there turn by
// turn with what was said, and every number leads to its calls.
import assert from 'node:assert/strict';

import { chat } from '../support/client.mjs';
import { dashboardPage, downloaded, id, textOf, uiTest } from '../support/dashboard_page.mjs';
import { waitFor } from '../support/wait.mjs';

const kTalk = 'talk-1';
const kWords = ['Where is my parcel?', 'And the other one?', 'Thank you.'];

/// One conversation of three turns, the second of which fails, and two short ones.
async function talk(server) {
    const messages = [];
    for (const [turn, words] of kWords.entries()) {
        messages.push({ role: 'user', content: words });
        await chat(server.origin, turn === 1 ? 'rate_limited' : 'default', {
            headers: { authorization: 'Bearer sk-talk', 'x-sightglass-session': kTalk, 'x-sightglass-user': 'Ann', 'x-test-tokens': `${100 * (turn + 1)},${10 * (turn + 1)}` },
            body: JSON.stringify({ model: 'gpt-4.1', messages }),
        });
        messages.push({ role: 'assistant', content: `answer ${turn}` });
    }
    for (const session of ['short-1', 'short-2']) {
        await chat(server.origin, 'default', { headers: { authorization: 'Bearer sk-talk', 'x-sightglass-session': session, 'x-test-tokens': '1,1' } });
    }
    await server.api.waitForCount(65);
    await waitFor(async () => (await server.api.get(`/api/v1/sessions/${kTalk}`)).calls === 3, { what: 'the conversation' });
}

const suite = dashboardPage({ path: '/sessions', root: 'sessions', args: ['--capture', 'full'], prepare: talk });
const row = (page) => id(page, 'session-row').filter({ hasText: 'Ann' });

uiTest('the figures are those of the API, and the list is its list', async (t) => {
    const page = await suite.open(t);
    const names = ['sessions', 'session_length_p50_s', 'session_length_p95_s', 'session_turns_avg', 'cost_usd'];
    await suite.figuresAre(page, Object.fromEntries(names.map((name) => [name, name])), { filter: 'session_id:*' });
    const { items } = await suite.server.api.get('/api/v1/sessions', { from: '-24h' });
    await waitFor(async () => (await id(page, 'session-row').count()) === Math.min(50, items.length), { what: 'the rows' });
    const session = items.find((one) => one.session_id === kTalk);
    const shown = await textOf(row(page));
    assert.match(shown, new RegExp(`Ann.* ${session.turns} ${session.calls} ${session.errors} `));
    assert.deepEqual(page.problems, []);
});

uiTest('a head orders the list, and the order stands in the URL', async (t) => {
    const page = await suite.open(t);
    await id(page, 'sort-turns').click();
    await page.waitForURL(/order_by=turns/);
    await waitFor(async () => (await textOf(id(page, 'session-row').first())).includes('Ann'), { what: 'the longest to be first' });
    await page.reload();
    assert.equal(await page.locator('th[aria-sort=descending]').innerText(), 'Turns');
});

uiTest('numbers lead to the calls behind them', async (t) => {
    const page = await suite.open(t);
    await row(page).getByRole('link', { name: '3', exact: true }).click();
    await page.waitForURL(/\/ui\/calls\?.*session_id/);
    await waitFor(async () => (await id(page, 'call-row').count()) === 3, { what: 'its three calls' });
    await page.goBack();
    await row(page).getByRole('link', { name: '1', exact: true }).click();
    await waitFor(async () => (await id(page, 'call-row').count()) === 1, { what: 'the one that failed' });
    assert.deepEqual(page.problems, []);
});

uiTest('a conversation: its turns, what was said in each, and its calls', async (t) => {
    const page = await suite.open(t);
    await row(page).getByRole('link', { name: /^Open the conversation of Ann/ }).click();
    await page.waitForURL(new RegExp(`session=${kTalk}`));
    await id(page, 'session-turn').first().waitFor();
    assert.equal(await id(page, 'session-turn').count(), 3);
    const session = await suite.server.api.get(`/api/v1/sessions/${kTalk}`);
    assert.equal(await textOf(id(page, 'session-input')), String(session.input_tokens));
    assert.equal(await textOf(id(page, 'session-output')), String(session.output_tokens));
    for (const words of kWords) {
        // Each turn has its own words alone: those before it were said in their own turn.
        await waitFor(async () => (await page.getByText(words, { exact: true }).count()) === 1, { what: `"${words}" once` });
    }
    await id(page, 'session-said').click();
    await page.getByText(kWords[0], { exact: true }).waitFor({ state: 'detached' });
    await page.waitForURL(/tab=plain/);

    const second = session.items[1].call_id;
    await page.locator(`[data-testid=session-call][data-call-id="${second}"]`).click();
    await page.waitForURL(new RegExp(`call=${second}`));
    await id(page, 'call-detail').waitFor();
    await page.keyboard.press('j');
    await page.waitForURL(new RegExp(`call=${session.items[2].call_id}`));
    await page.keyboard.press('Escape');
    await id(page, 'call-detail').waitFor({ state: 'detached' });
    await id(page, 'session-back').click();
    await id(page, 'sessions-table').waitFor();
    assert.deepEqual(page.problems, []);
});

uiTest('filters apply, and an address of no conversation says so', async (t) => {
    const page = await suite.open(t, { search: '?filter=user:Ann' });
    await waitFor(async () => (await id(page, 'session-row').count()) === 1, { what: 'one conversation' });
    const other = await suite.open(t, { search: '?session=nobody' });
    await id(other, 'empty-state').waitFor();
});

uiTest('the list as a file', async (t) => {
    const page = await suite.open(t, { search: '?filter=user:Ann' });
    await row(page).waitFor();
    const [head, line] = await downloaded(page, id(page, 'sessions-csv'));
    assert.equal(line[head.indexOf('session_id')], kTalk);
    assert.equal(line[head.indexOf('turns')], '3');
    assert.equal(line.length, head.length);
});

suite.speaks(['Sessions', 'Sessies', '会话']);
suite.saysWhatIsMissing('**/api/v1/sessions?**');
suite.isAccessible('', (page) => id(page, 'session-row').first().waitFor());
suite.isAccessible(`?session=${kTalk}`, (page) => page.getByText(kWords[2], { exact: true }).waitFor());
