// The page *Live* in a real browser on the real binary: calls are there as they end, seconds are counted, and it can be held.
import assert from 'node:assert/strict';

import { chat } from '../support/client.mjs';
import { dashboardPage, id, textOf, uiTest } from '../support/dashboard_page.mjs';
import { waitFor } from '../support/wait.mjs';

const suite = dashboardPage({ path: '/live', root: 'live' });

async function call(service, behaviour = 'default') {
    const answer = await chat(suite.server.origin, behaviour, { headers: { authorization: 'Bearer sk-live', 'x-sightglass-service': service } });
    return answer.callId;
}

const row = (page, callId) => page.locator(`[data-testid=live-call][data-call-id="${callId}"]`);

uiTest('a call is there as it ends, and leads to itself', async (t) => {
    const page = await suite.open(t);
    await page.locator('[data-testid=live][data-state=open]').waitFor();
    const callId = await call('live-1');
    await row(page, callId).waitFor();
    await row(page, callId).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/ui/calls\\?.*call=${callId}`));
    await page.locator(`[data-testid=call-detail][data-call-id="${callId}"]`).waitFor();
    assert.deepEqual(page.problems, []);
});

uiTest('the seconds count what ended, and what failed', async (t) => {
    const page = await suite.open(t);
    await page.locator('[data-testid=live][data-state=open]').waitFor();
    const shown = id(page, 'live-calls');
    const chart = shown.getByRole('button', { name: /View as table/ });
    await call('live-2', 'rate_limited');
    await waitFor(async () => (await textOf(id(page, 'pulse-errors'))) !== '0%' && (await textOf(id(page, 'pulse-errors'))) !== '–', { what: 'the error' });
    await chart.click();
    await waitFor(async () => (await shown.locator('tbody tr td:last-child').allInnerTexts()).some((text) => Number(text) > 0), { what: 'a second with an error' });
    assert.deepEqual(page.problems, []);
});

uiTest('filters choose among the calls', async (t) => {
    const page = await suite.open(t, { search: '?filter=service:live-3' });
    await page.locator('[data-testid=live][data-state=open]').waitFor();
    const other = await call('live-other');
    const wanted = await call('live-3');
    await row(page, wanted).waitFor();
    assert.equal(await row(page, other).count(), 0);
});

uiTest('held, it stands still; then it shows what came meanwhile', async (t) => {
    const page = await suite.open(t);
    await page.locator('[data-testid=live][data-state=open]').waitFor();
    await row(page, await call('live-4')).waitFor();
    await id(page, 'live-pause').click();
    await page.waitForURL(/live=off/);
    const meanwhile = await call('live-5');
    await suite.server.api.waitForCall(meanwhile);
    // Two seconds of the feed have passed once the ticker, which is not held, has moved on.
    await page.waitForTimeout(1_500);
    assert.equal(await row(page, meanwhile).count(), 0);
    await page.mouse.move(5, 5);
    await id(page, 'live-pause').click();
    await row(page, meanwhile).waitFor();
    assert.deepEqual(page.problems, []);
});

suite.speaks(['Live', 'Live', '实时']);
suite.isAccessible('', async (page) => {
    await page.locator('[data-testid=live][data-state=open]').waitFor();
    await id(page, 'live-calls').locator('canvas').waitFor();
});
