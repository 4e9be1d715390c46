// The page *Traces* in a real browser on the real binary: runs and what they used, one run as a waterfall, and the ways from
// each number to its calls and from a call to its run.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launchBrowser, noBrowser, openPage, violations } from '../support/browser.mjs';
import { chat } from '../support/client.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { sendSpans, SpanMaker } from '../support/spans.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kScreens = { desktop: { width: 1360, height: 860 }, phone: { width: 390, height: 844 } };
const kRuns = 120;

let upstream;
let server;
let browser;
let shown; // The trace that the tests look at.
let joined; // One of which the gateway saw a call, too.

const usage = (input, output) => ({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.usage.input_tokens': input,
    'gen_ai.usage.output_tokens': output,
});

/// An agent that asks, uses a tool that fails, asks again, and fails in the end.
function run(number) {
    const maker = new SpanMaker({ beginMs: Date.now() - 600_000 + number * 1_000 });
    const root = maker.span(`POST /answer/${number}`, null, { 'http.request.method': 'POST' }, { kind: 2, lastsMs: 2_000 });
    const agent = maker.span('invoke_agent helper', root, { 'gen_ai.operation.name': 'invoke_agent' }, { startMs: 10, lastsMs: 1_900 });
    const first = maker.span('chat gpt-4o-mini', agent, usage(100, 20), { startMs: 20, lastsMs: 700 });
    const tool = maker.span('execute_tool weather', agent, { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'weather' }, { startMs: 740, lastsMs: 300, error: 'no such town' });
    const last = maker.span('chat gpt-4o-mini', agent, usage(200, 0), { startMs: 1_100, lastsMs: 700, error: '429 too many requests' });
    return { maker, spans: [first, tool, last, agent, root] };
}

before(async () => {
    if (noBrowser) {
        return;
    }
    upstream = await Upstream.start();
    server = await Sightglass.start({ upstreams: { openai: upstream.origin } });
    const runs = Array.from({ length: kRuns }, (_, i) => run(i));
    await sendSpans(server, runs.flatMap((one) => one.spans));
    shown = runs.at(-1).maker.traceId;

    const maker = new SpanMaker();
    const agent = maker.span('invoke_agent both', null, { 'gen_ai.operation.name': 'invoke_agent' }, { lastsMs: 4_900 });
    const call = maker.span('chat gpt-4o-mini', agent, usage(10, 5), { lastsMs: 4_800 });
    await chat(server.origin, 'default', { headers: { traceparent: `00-${maker.traceId}-${call.spanId}-01` } });
    await sendSpans(server, [call, agent]);
    joined = maker.traceId;
    await waitFor(async () => {
        const { body } = await server.api.ask(`/api/v1/traces/${joined}`);
        return body.nodes?.[1]?.sources.length === 2;
    });
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    await server?.stop();
    await upstream?.stop();
});

const uiTest = (name, body) => test(name, { skip: noBrowser }, body);
const id = (page, name) => page.getByTestId(name);

/// A page that is logged in, at `path` below /ui.
async function open(t, at, { screen = 'desktop', scheme = 'light', locale = 'en-GB', ...more } = {}) {
    const options = { viewport: kScreens[screen], colorScheme: scheme, locale, reducedMotion: 'reduce', ...more };
    const page = await openPage(browser, options);
    t.after(() => page.context().close());
    const answer = await page.context().request.post(`${server.origin}/api/v1/session`, { data: { token: server.token } });
    assert.equal(answer.status(), 204);
    await page.goto(`${server.origin}/ui${at}`);
    return page;
}

const rowOf = (page, trace) => page.locator(`[data-testid=trace-row][data-trace-id="${trace}"]`);

uiTest('the list: runs with what the API says of them, newest first, all of them by scrolling', async (t) => {
    const page = await open(t, '/traces');
    await rowOf(page, shown).waitFor();
    const text = await rowOf(page, shown).innerText();
    for (const part of [`POST /answer/${kRuns - 1}`, 'shop', 'gpt-4o-mini', '320']) {
        assert.ok(text.includes(part), `${part} in ${text}`);
    }
    const region = page.getByRole('region', { name: 'Traces' });
    await waitFor(async () => {
        await region.evaluate((element) => element.scrollTo(0, element.scrollHeight));
        return (await page.getByText(`POST /answer/0`, { exact: true }).count()) === 1;
    }, { what: 'the oldest run' });
    assert.equal(await id(page, 'traces-count').innerText(), `${kRuns + 1} traces`);
    assert.deepEqual(page.problems, []);
});

uiTest('a run: its parts as a waterfall, in the URL; a call and a step open beside it', async (t) => {
    const page = await open(t, '/traces');
    await rowOf(page, shown).getByRole('link').first().click();
    await id(page, 'waterfall').waitFor();
    assert.match(page.url(), new RegExp(`trace=${shown}`));
    const rows = id(page, 'waterfall-row');
    assert.equal(await rows.count(), 5);
    assert.deepEqual(
        await rows.evaluateAll((all) => all.map((row) => [row.getAttribute('aria-level'), row.dataset.kind])),
        [['1', 'other'], ['2', 'agent'], ['3', 'call'], ['3', 'tool'], ['3', 'call']],
    );
    await rows.nth(3).click();
    await id(page, 'step-detail').getByText('no such town').waitFor();
    assert.match(page.url(), /step=/);
    const direct = await open(t, page.url().split('/ui')[1]);
    await id(direct, 'step-detail').getByText('no such town').waitFor();

    await rows.nth(2).click();
    await id(page, 'call-detail').getByText('gpt-4o-mini').first().waitFor();
    assert.equal(await id(page, 'step-detail').count(), 0);
    await page.keyboard.press('Escape');
    await id(page, 'call-detail').waitFor({ state: 'detached' });
    await id(page, 'trace-back').click();
    await rowOf(page, shown).waitFor();
    assert.deepEqual([...page.problems, ...direct.problems], []);
});

uiTest('every number leads to its calls, and a call to its run and back', async (t) => {
    const ids = (await server.api.get(`/api/v1/traces/${shown}`)).nodes.filter((node) => node.call !== null).map((node) => node.id);
    const follow = async (testid, wanted) => {
        const page = await open(t, `/traces?trace=${shown}`);
        await id(page, testid).click();
        await waitFor(async () => (await id(page, 'call-row').count()) === wanted.length, { what: `${testid}: ${wanted.length} calls` });
        const found = await id(page, 'call-row').evaluateAll((rows) => rows.map((row) => row.dataset.callId));
        assert.deepEqual(found.sort(), [...wanted].sort());
        return page;
    };
    for (const testid of ['run-calls', 'run-tokens', 'run-cost']) {
        await follow(testid, ids);
    }
    const page = await follow('run-errors', [ids[1]]);
    await id(page, 'call-row').first().click();
    await id(page, 'detail-trace').click();
    await id(page, 'waterfall').waitFor();
    assert.match(page.url(), new RegExp(`trace=${shown}.*call=${ids[1]}`));
    await id(page, 'call-detail').waitFor();
    assert.equal(await id(page, 'detail-trace').count(), 0, 'the run is on show already');

    const list = await open(t, '/traces');
    await rowOf(list, shown).getByTestId('trace-errors').click();
    await waitFor(async () => (await id(list, 'call-row').count()) === 1, { what: 'the failed call' });
    assert.deepEqual([...page.problems, ...list.problems], []);
});

uiTest('a call that two sources told of says so', async (t) => {
    const page = await open(t, `/traces?trace=${joined}`);
    const row = id(page, 'waterfall-row').nth(1);
    await row.waitFor();
    assert.match(await row.innerText(), /Told by Gateway and Tracing library/);
    await row.click();
    const section = id(page, 'detail-joined');
    await section.waitFor();
    assert.match(await section.innerText(), /Gateway[\s\S]*Tracing library/);
    assert.deepEqual(page.problems, []);
});

uiTest('filters and time choose runs; nothing, and what is not there, is said', async (t) => {
    const page = await open(t, '/traces?filter=status:error');
    await waitFor(async () => (await id(page, 'trace-row').count()) > 5);
    assert.equal(await rowOf(page, joined).count(), 0);
    const none = await open(t, '/traces?filter=service:nobody');
    await id(none, 'empty-state').getByText('No traces here').waitFor();
    const lost = await open(t, `/traces?trace=${'0'.repeat(32)}`);
    await id(lost, 'empty-state').getByText('not in the store').waitFor();
    const broken = await open(t, '/traces');
    await rowOf(broken, shown).waitFor();
    await broken.route('**/api/v1/traces*', (route) => route.fulfill({ status: 400, contentType: 'application/problem+json', body: '{"detail":"it is broken"}' }));
    await broken.goto(`${server.origin}/ui/traces?from=-7d&to=now`);
    await id(broken, 'error-state').getByText('it is broken').waitFor();
});

uiTest('a run that begins while one watches is in the list by itself', async (t) => {
    const page = await open(t, '/traces');
    await rowOf(page, shown).waitFor();
    const maker = new SpanMaker({ beginMs: Date.now() - 100 });
    await sendSpans(server, [maker.span('chat gpt-4o-mini', null, usage(1, 1))], 'newcomer');
    await rowOf(page, maker.traceId).waitFor();
    assert.deepEqual(page.problems, []);
});

uiTest('keyboard: to the page, through the parts, and what they are is opened and closed', async (t) => {
    const page = await open(t, '/');
    await page.locator('main').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await rowOf(page, shown).waitFor();
    await rowOf(page, shown).getByRole('link').first().focus();
    await page.keyboard.press('Enter');
    await id(page, 'waterfall-row').first().waitFor();
    await id(page, 'waterfall-row').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await waitFor(() => page.evaluate(() => document.activeElement?.getAttribute('data-index') === '2'));
    await page.keyboard.press('Enter');
    await id(page, 'call-detail').waitFor();
    await page.keyboard.press('j');
    await id(page, 'step-detail').waitFor();
    await page.keyboard.press('Escape');
    await id(page, 'step-detail').waitFor({ state: 'detached' });
    assert.deepEqual(page.problems, []);
});

uiTest('phone: cards, a run, a call over it, and nothing wider than the screen', async (t) => {
    const page = await open(t, '/traces', { screen: 'phone', hasTouch: true });
    const fits = async () => {
        const [inner, width] = await page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth]);
        assert.ok(width <= inner, `${width} on ${inner}`);
    };
    await rowOf(page, shown).waitFor();
    await fits();
    await rowOf(page, shown).getByRole('link').first().tap();
    await id(page, 'waterfall-row').nth(2).waitFor();
    await fits();
    await id(page, 'waterfall-row').nth(2).tap();
    await id(page, 'call-detail').waitFor();
    await fits();
    await id(page, 'detail-close').tap();
    await id(page, 'waterfall-row').first().waitFor();
    assert.deepEqual(page.problems, []);
});

for (const [locale, heading] of [['nl-NL', 'Alle traces'], ['zh-CN', '全部链路'], ['en-GB', 'All traces']]) {
    uiTest(`in the language of ${locale}, whole`, async (t) => {
        const page = await open(t, `/traces?trace=${shown}`, { locale });
        await id(page, 'trace-back').getByText(heading).waitFor();
        await id(page, 'waterfall-row').nth(2).click();
        await id(page, 'call-detail').waitFor();
        const text = await page.locator('body').innerText();
        assert.doesNotMatch(text, /\b(?:nav|traces|detail|state|dim|status)\.[a-z]\w+\b/, 'no key without a text');
        assert.ok(locale === 'en-GB' || !/\b(All traces|Duration|Started|Failed)\b/.test(text), 'nothing is left in English');
        assert.deepEqual(page.problems, []);
    });
}

for (const scheme of ['light', 'dark']) {
    for (const screen of ['desktop', 'phone']) {
        for (const [what, path, ready] of [
            ['the list', () => '/traces', 'trace-row'],
            ['a run', () => `/traces?trace=${shown}`, 'waterfall-row'],
            ['a run with a step open', () => `/traces?trace=${shown}&step=x`, 'step-detail'],
        ]) {
            uiTest(`axe finds nothing: ${what}, ${scheme}, ${screen}`, async (t) => {
                const { nodes } = await server.api.get(`/api/v1/traces/${shown}`);
                const page = await open(t, path().replace('step=x', `step=${nodes[3].id}`), { scheme, screen });
                await id(page, ready).first().waitFor({ state: 'attached' });
                await page.waitForLoadState('networkidle').catch(() => {});
                assert.deepEqual(await violations(page), []);
            });
        }
    }
}
