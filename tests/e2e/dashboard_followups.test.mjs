// The page *Follow-ups* on the real binary: from bad feedback to an outcome, in Chinese; by hand; rules; the report.
import assert from 'node:assert/strict';

import { dashboardPage, downloaded, id, textOf, uiTest } from '../support/dashboard_page.mjs';
import { waitFor } from '../support/wait.mjs';

const suite = dashboardPage({ path: '/followups', root: 'followups' });

const list = async (params = {}) => (await suite.server.api.get('/api/v1/followups', params)).items;

async function badFeedback() {
    const [call] = await suite.server.api.calls({ from: '-24h', filter: 'user:user-1' });
    const given = await suite.server.api.ask('/api/v1/feedback', { method: 'POST', body: { call_id: call.call_id, score: -1, comment: '答非所问' } });
    assert.equal(given.status, 201);
    return call;
}

uiTest('从差评到结果: bad feedback becomes a follow-up, and ends with an outcome', async (t) => {
    const call = await badFeedback();
    const page = await suite.open(t, { locale: 'zh-CN' });
    const row = id(page, 'followup-list').getByRole('row').filter({ hasText: '差评' });
    await row.getByText('待处理').waitFor({ timeout: 60_000 });
    assert.match(await textOf(row), /u_[0-9a-f]{16} 差评 评分 -1/);
    await row.getByTestId('open-followup').click();
    await id(page, 'followup-detail').waitFor();
    assert.equal(await textOf(id(page, 'followup-state')), '待处理');

    await id(page, 'followup-owner').fill('王芳');
    await id(page, 'followup-contact').fill('微信 lilei');
    await id(page, 'followup-template').selectOption('致歉 (中文)');
    assert.match(await textOf(id(page, 'followup-text')), /王芳/);
    await id(page, 'followup-save').click();
    await id(page, 'followup-plan').getByText('已保存').waitFor();

    await id(page, 'followup-note').fill('已致电，用户希望回答更具体。');
    await id(page, 'followup-add-note').click();
    await id(page, 'followup-notes').getByText('用户希望回答更具体').waitFor();

    await id(page, 'followup-to-contacted').click();
    await id(page, 'followup-state').getByText('已联系').waitFor();
    await id(page, 'followup-to-answered').click();
    await id(page, 'followup-state').getByText('已答复').waitFor();
    assert.equal(await id(page, 'followup-to-closed').isDisabled(), true, 'an outcome is needed');
    await id(page, 'followup-outcome').selectOption({ label: '已解决' });
    await id(page, 'followup-satisfaction').selectOption({ label: '满意' });
    await id(page, 'followup-to-closed').click();
    await id(page, 'followup-state').getByText('已结束').waitFor();

    const [kept] = await list({ state: 'closed' });
    assert.deepEqual(
        [kept.outcome, kept.satisfaction_after, kept.owner, kept.contact, kept.template, kept.call_id, kept.notes.length],
        ['solved', 1, '王芳', '微信 lilei', '致歉 (中文)', call.call_id, 1],
    );
    await id(page, 'followup-back').click();
    await id(page, 'followups-closed').click();
    await id(page, 'followup-list').getByText('已解决').waitFor();
    await id(page, 'followups-report').click();
    await page.waitForURL(/tab=report/);
    await id(page, 'followup-report').getByText('已解决').waitFor();
    assert.deepEqual(page.problems, []);
});

uiTest('one is opened by hand, and the file has it', async (t) => {
    const page = await suite.open(t);
    await id(page, 'new-followup').click();
    await id(page, 'followup-user').fill('user-2');
    await id(page, 'followup-reason').fill('asked on the phone');
    await id(page, 'followup-submit').click();
    await id(page, 'followup-detail').getByText('asked on the phone').waitFor();
    await id(page, 'followup-user-link').click();
    await id(page, 'user-detail').waitFor();
    await page.goto(`${suite.server.origin}/ui/followups`);
    await id(page, 'open-followup').first().waitFor();
    const [head, ...lines] = await downloaded(page, id(page, 'followups-csv'));
    assert.ok(lines.some((cells) => cells[head.indexOf('reason')] === 'asked on the phone'));
    assert.deepEqual(page.problems, []);
});

uiTest('rules are switched and kept; what the server refuses is said', async (t) => {
    const page = await suite.open(t, { search: '?tab=settings' });
    await id(page, 'rule-drop_in_use-on').uncheck();
    await id(page, 'rule-bad_feedback-due_days').fill('1');
    await id(page, 'tell-opened').check();
    await id(page, 'followup-settings-save').click();
    await page.getByRole('status').getByText('Kept').waitFor();
    const settings = await suite.server.api.get('/api/v1/followup-settings');
    assert.equal(settings.rules.drop_in_use.on, false);
    assert.equal(settings.rules.bad_feedback.due_days, 1);
    assert.deepEqual(settings.tell, ['opened', 'due']);
    await id(page, 'rule-repeated_errors-errors').fill('0');
    await id(page, 'followup-settings-save').click();
    await page.getByRole('alert').getByText('errors').waitFor();
});

suite.speaks(['Follow-ups', 'Opvolging', '回访']);
suite.isAccessible('', (page) => id(page, 'followup-list').waitFor());
suite.isAccessible('?tab=settings', (page) => id(page, 'followup-rules').waitFor());
suite.isAccessible('?tab=report&from=-7d', (page) => id(page, 'followup-report').waitFor());
