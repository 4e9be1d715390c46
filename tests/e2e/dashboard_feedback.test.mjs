// Feedback in the dashboard, in a real browser on the real binary: with the call that it counts for, and with its run.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launchBrowser, noBrowser, openPage, violations } from '../support/browser.mjs';
import { sendSpans, SpanMaker } from '../support/spans.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kScreens = { desktop: { width: 1360, height: 860 }, phone: { width: 390, height: 844 } };
const kWords = {
    'en-GB': { title: 'Feedback', good: 'Good', bad: 'Bad', unrated: 'No score' },
    'zh-CN': { title: '反馈', good: '好评', bad: '差评', unrated: '未评分' },
    'nl-NL': { title: 'Feedback', good: 'Goed', bad: 'Slecht', unrated: 'Geen score' },
};

let server;
let browser;
let call;
const maker = new SpanMaker();

async function give(body) {
    const answer = await server.api.ask('/api/v1/feedback', { method: 'POST', body });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
}

before(async () => {
    if (noBrowser) {
        return;
    }
    server = await Sightglass.start({ args: ['--capture', 'full'] });
    const agent = maker.span('invoke_agent', null, { 'gen_ai.operation.name': 'invoke_agent' });
    const asked = maker.span('chat', agent, { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o-mini' });
    await sendSpans(server, [asked, agent]);
    const trace_id = maker.traceId;
    await give({ trace_id, span_id: asked.spanId, label: 'down', name: 'helpful', comment: 'It said <b>nothing</b>', user: 'ada' });
    await give({ trace_id, score: 1 });
    await give({ trace_id, label: 'too formal', name: 'tone' });
    const stored = await waitFor(async () => {
        const [one] = await server.api.calls();
        return one && (await server.api.call(one.call_id));
    });
    call = stored.call_id;
    await waitFor(async () => (await server.api.call(call)).feedback.length === 3, { what: 'three feedback' });
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
});

async function open(t, at, { screen, scheme, locale }) {
    const options = { viewport: kScreens[screen], colorScheme: scheme, locale, reducedMotion: 'reduce' };
    const page = await openPage(browser, options);
    t.after(() => page.context().close());
    const answer = await page.context().request.post(`${server.origin}/api/v1/session`, { data: { token: server.token } });
    assert.equal(answer.status(), 204);
    await page.goto(`${server.origin}/ui${at}`);
    return page;
}

for (const [locale, words] of Object.entries(kWords)) {
    for (const [scheme, screen] of [['light', 'desktop'], ['dark', 'phone']]) {
        test(`a call and a run show what was said of them: ${locale}, ${scheme}, ${screen}`, { skip: noBrowser }, async (t) => {
            const page = await open(t, `/calls?call=${call}`, { locale, scheme, screen });
            const section = page.getByTestId('detail-feedback');
            await section.waitFor();
            const text = await section.innerText();
            for (const part of [words.title, words.good, words.bad, words.unrated, 'helpful', 'too formal', 'It said <b>nothing</b>', 'ada']) {
                assert.ok(text.includes(part), `${part} in ${text}`);
            }
            assert.deepEqual(await violations(page), []);
            const run = await open(t, `/traces?trace=${maker.traceId}`, { locale, scheme, screen });
            await run.getByTestId('trace-feedback').getByText('too formal').waitFor();
            assert.equal(await run.getByTestId('trace-feedback').locator('li').count(), 3);
            assert.deepEqual(await violations(run), []);
            assert.deepEqual([...page.problems, ...run.problems], []);
        });
    }
}
