// The page *Alerts* in a real browser on the real binary: channels and their test button are the server's own; what monitors
// found is planted between server and page, as the document of the API has it, so that it is known to the last word.
import assert from 'node:assert/strict';

import { dashboardPage, downloaded, id, textOf, uiTest } from '../support/dashboard_page.mjs';
import { waitFor } from '../support/wait.mjs';

const kNow = Date.now();
const iso = (secondsAgo) => new Date(kNow - secondsAgo * 1_000).toISOString();
const group = (value) => [{ name: 'model', value }];

const state = (status, more = {}) => ({ status, changed: false, groups: 3, firing: 0, pending: 0, left_out: 0, evaluated_at: iso(3), every: '10s', trouble: null, ...more });
const kCondition = { op: '>', value: 0.1, min_calls: 20, recovery: 0.05 };
const monitor = (more) => ({
    id: 'errors-by-model', name: 'Errors by model', kind: 'threshold', metric: 'error_rate', filter: '', group_by: ['model'], window: '5m', condition: kCondition, for: '1m', recover_for: '2m',
    no_data: 'ok', severity: 'critical', message: null, team: null, service: null, channels: [], enabled: true, recommended: true, state: state('firing', { firing: 1 }), ...more,
});
const about = { key: 'k1', monitor_id: 'errors-by-model', monitor_name: 'Errors by model', kind: 'threshold', metric: 'error_rate', window: '5m', severity: 'critical', threshold: 0.1, threshold_text: '10 %', why: null };
const kAlert = {
    ...about, filter: 'service:chat', team: null, service: null, status: 'firing', group: group('gpt-4.1'), value: 0.3, value_text: '30 %', confidence: null, message: '30 % of the calls to gpt-4.1 fail',
    since: iso(600), without_data: false, flapping: false, acknowledged_by: null, silenced_by: null, told_at: iso(590),
};
const event = (number, what, secondsAgo, more = {}) => ({
    ...about, id: number, at: iso(secondsAgo), what, filter: '', group: group('house-model'), value: 0.2, value_text: '20 %', message: '20 % fail', began_at: null, by: null, comment: null, ...more,
});

const suite = dashboardPage({
    path: '/alerts',
    root: 'alerts',
    prepare: async (server) => {
        const body = { name: 'nowhere', kind: 'webhook', settings: { url: 'http://127.0.0.1:9/' } };
        const answer = await server.api.ask('/api/v1/channels', { method: 'POST', body });
        assert.equal(answer.status, 201, JSON.stringify(answer.body));
    },
});

/// The page, and what it sent besides asking.
async function open(t, options = {}) {
    const sent = [];
    const monitors = [monitor(), monitor({ id: 'provider-outage', name: 'Provider outage', state: state('ok') }), monitor({ id: 'spend', name: 'Spend', metric: 'cost_usd', recommended: false, severity: 'warning', state: state('ok') })];
    const answers = {
        '/api/v1/alerts': () => ({ items: [kAlert], next: null, firing: 1, pending: 0 }),
        '/api/v1/alerts/history': () => ({ items: [event(2, 'resolved', 1_800, { began_at: iso(2_700) }), event(1, 'fired', 2_700)], next: null }),
        '/api/v1/monitors': () => ({ items: monitors, next: null }),
        '/api/v1/monitors/preview': () => ({ from: iso(86_400), to: iso(0), step: '5m', alerts: 2, groups: [{ group: group('gpt-4.1'), points: [[iso(600), 0.02], [iso(300), 0.3]], alerts: [] }], left_out: 0 }),
        '/api/v1/silences': () => ({ items: [{ id: 's1', matchers: [{ name: 'monitor', value: 'spend' }], starts_at: iso(60), ends_at: iso(-3_600), by: null, comment: 'known', created_at: iso(60), state: 'active', alerts: 0 }], next: null }),
    };
    const page = await suite.open(t, options);
    await page.route(/\/api\/v1\/(alerts|monitors|silences)/, (route) => {
        const { pathname } = new URL(route.request().url());
        const method = route.request().method();
        if (method !== 'GET') {
            sent.push({ method, path: pathname, body: route.request().postDataJSON() });
        }
        const answer = answers[pathname] ?? (() => ({}));
        return route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify(method === 'GET' || pathname.endsWith('/preview') ? answer() : {}) });
    });
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    // What the page asked for before the answers were planted.
    page.problems.length = 0;
    return { page, sent };
}

uiTest('what is alarming: its words, its calls, acknowledged and silenced', async (t) => {
    const { page, sent } = await open(t);
    const card = id(page, 'alert');
    await card.getByText('30 % of the calls to gpt-4.1 fail').waitFor();
    await card.getByTestId('acknowledge').click();
    await waitFor(() => sent.some(({ method, path }) => method === 'POST' && path === '/api/v1/alerts/k1/ack'), { what: 'the acknowledgement' });
    await card.getByTestId('silence').click();
    await waitFor(() => sent.some(({ path }) => path === '/api/v1/silences'), { what: 'the silence' });
    const silence = sent.find(({ path }) => path === '/api/v1/silences').body;
    assert.deepEqual(silence, { matchers: [{ name: 'monitor', value: 'errors-by-model' }, { name: 'model', value: 'gpt-4.1' }], duration: '2h' });
    await card.getByTestId('alert-calls').click();
    await page.waitForURL(/\/ui\/calls\?.*service:chat.*model:gpt-4\.1/);
    assert.deepEqual(page.problems, []);
});

uiTest('a monitor is looked at beforehand, changed, switched off and removed', async (t) => {
    const { page, sent } = await open(t, { search: '?tab=monitors' });
    await id(page, 'edit-monitor').first().click();
    await page.waitForURL(/key=errors-by-model/);
    await id(page, 'monitor-value').fill('0.2');
    await id(page, 'preview-monitor').click();
    await id(page, 'monitor-preview').getByText('It would have fired 2 times').waitFor();
    const asked = sent.find(({ path }) => path.endsWith('/preview')).body;
    // What the form does not show is asked about as it is.
    assert.deepEqual(asked.monitor.condition, { ...kCondition, value: 0.2 });
    assert.equal(asked.from, '-24h');
    await id(page, 'save-monitor').click();
    await waitFor(() => sent.some(({ method }) => method === 'PATCH'), { what: 'the change' });
    const saved = sent.find(({ method }) => method === 'PATCH');
    assert.equal(saved.path, '/api/v1/monitors/errors-by-model');
    assert.equal(saved.body.condition.value, 0.2);
    await id(page, 'monitor-editor').waitFor({ state: 'detached' });
    await id(page, 'monitor-on').first().click();
    await waitFor(() => sent.some(({ body }) => body?.enabled === false), { what: 'it to be off' });
    assert.equal(await id(page, 'remove-monitor').count(), 1, 'a recommended one as it came cannot be removed');
    await id(page, 'remove-monitor').click();
    await waitFor(() => sent.some(({ method, path }) => method === 'DELETE' && path === '/api/v1/monitors/spend'), { what: 'the removal' });
    await id(page, 'new-monitor').click();
    await id(page, 'monitor-name').fill('Slow');
    await id(page, 'save-monitor').click();
    await waitFor(() => sent.some(({ method, path, body }) => method === 'POST' && path === '/api/v1/monitors' && body.name === 'Slow' && body.kind === 'threshold'), { what: 'the new one' });
    assert.deepEqual(page.problems, []);
});

uiTest('history and silences', async (t) => {
    const { page, sent } = await open(t, { search: '?tab=history' });
    await id(page, 'alert-history').getByText('Resolved').waitFor();
    const lines = await downloaded(page, id(page, 'history-csv'));
    assert.deepEqual(lines.slice(1).map((line) => line[1]), ['resolved', 'fired']);
    await id(page, 'alerts-silences').click();
    await page.waitForURL(/tab=silences/);
    await id(page, 'silences').getByText('monitor:spend').waitFor();
    await id(page, 'end-silence').click();
    await waitFor(() => sent.some(({ method, path }) => method === 'DELETE' && path === '/api/v1/silences/s1'), { what: 'its end' });
    await id(page, 'silence-matchers').fill('severity:warning model:gpt-4*');
    await id(page, 'silence-submit').click();
    await waitFor(() => sent.some(({ method, path }) => method === 'POST' && path === '/api/v1/silences'), { what: 'a new one' });
    assert.deepEqual(sent.at(-1).body.matchers, [{ name: 'severity', value: 'warning' }, { name: 'model', value: 'gpt-4*' }]);
});

uiTest('a channel is tested, and why it does not work is said', async (t) => {
    const { page } = await open(t, { search: '?tab=channels' });
    const row = id(page, 'channels').getByRole('row').filter({ hasText: 'nowhere' });
    await row.getByTestId('test-channel').click();
    await waitFor(async () => (await textOf(row.getByTestId('test-outcome'))).startsWith('It did not arrive'), { what: 'the outcome' });
});

uiTest('a channel is made here with the settings of its kind, switched off, and removed', async (t) => {
    const { page } = await open(t, { search: '?tab=channels' });
    await id(page, 'new-channel').click();
    await id(page, 'channel-kind').selectOption('dingtalk');
    assert.equal(await id(page, 'channel-secret').getAttribute('type'), 'password');
    await id(page, 'channel-kind').selectOption('webhook');
    await id(page, 'channel-name').fill('from the page');
    await id(page, 'channel-url').fill('https://hooks.example.com/secret-path');
    await id(page, 'save-channel').click();
    const row = id(page, 'channels').getByRole('row').filter({ hasText: 'from the page' });
    await row.waitFor();
    await id(page, 'channel-form').waitFor({ state: 'detached' });
    const made = (await suite.server.api.get('/api/v1/channels')).items.find(({ name }) => name === 'from the page');
    assert.ok(!JSON.stringify(made).includes('secret-path'), 'what is secret is not shown again');
    await row.getByTestId('channel-on').click();
    await waitFor(async () => (await textOf(row.getByTestId('channel-on'))) === 'Off', { what: 'it to be off' });
    await row.getByTestId('remove-channel').click();
    await row.waitFor({ state: 'detached' });
    assert.deepEqual(page.problems, []);
});

uiTest('recommended monitors have names in the language of the page', async (t) => {
    const { page } = await open(t, { search: '?tab=monitors', locale: 'zh-CN' });
    await id(page, 'monitors').getByText('供应商中断').waitFor();
    await id(page, 'monitors').getByText('Spend', { exact: true }).waitFor();
});

uiTest('charts over time mark where alerts began', async (t) => {
    const { page } = await open(t);
    await page.getByRole('link', { name: 'Overview' }).first().click();
    await page.getByTestId('alert-mark').first().waitFor();
    const chart = page.getByRole('img', { name: /Alerts began: Errors by model/ }).first();
    await chart.waitFor();
    await suite.violatesNothing(page);
});

for (const [locale, title] of [['en-GB', 'Alerts'], ['nl-NL', 'Meldingen'], ['zh-CN', '告警']]) {
    for (const tab of ['now', 'monitors', 'history', 'silences', 'channels']) {
        uiTest(`axe finds nothing in ${tab}, and it speaks ${locale}`, async (t) => {
            const { page } = await open(t, { search: `?tab=${tab}${tab === 'monitors' ? '&key=spend' : ''}`, locale, scheme: tab === 'now' ? 'dark' : 'light', screen: locale === 'nl-NL' ? 'phone' : 'desktop' });
            assert.equal(await textOf(page.getByRole('heading', { level: 1 })), title);
            await suite.violatesNothing(page);
        });
    }
}
