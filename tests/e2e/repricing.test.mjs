// Prices of one's own, newer lists, and pricing again what is stored: exactly the right calls, twice the same, undone, through `kill -9`.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { kSourceDir, temporaryFolder } from '../support/places.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { waitFor } from '../support/wait.mjs';

const kRange = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' };
const kDay = 86_400_000;
const kStart = Date.UTC(2026, 8, 1);
const kBackdated = '2026-09-16';

function fileOf(name, text) {
    const file = path.join(temporaryFolder('prices'), name);
    fs.writeFileSync(file, text);
    return file;
}

/// Calls of 30 days, a few a day, at two providers, with odd numbers of tokens.
function lines(count, { model = 'gpt-4o-mini', provider = 'openai', seed = 0 } = {}) {
    return Array.from({ length: count }, (_, i) => JSON.stringify({
        started_at: new Date(kStart + (i * 30 * kDay) / count + seed).toISOString(),
        provider,
        model,
        operation: 'chat',
        status: 'ok',
        prompt_tokens: 101 + 7 * (i % 13),
        completion_tokens: 11 + (i % 5),
        latency_ms: 400 + i,
    })).join('\n') + '\n';
}

/// A command beside the server that has the data directory.
function command(server, ...args) {
    return run([...args, '--data-dir', server.dataDir], { env: { SIGHTGLASS_ADMIN_TOKEN: server.token } });
}

async function importLines(server, text) {
    const before = (await server.api.totals('calls', kRange))?.calls ?? 0;
    const done = await command(server, 'import', fileOf('calls.jsonl', text), '--yes', '--json');
    assert.equal(done.code, 0, done.stderr);
    const count = text.trim().split('\n').length;
    await waitFor(async () => ((await server.api.totals('calls', kRange))?.calls ?? 0) === before + count, { what: `${count} more calls` });
}

async function costs(server) {
    const calls = await server.api.calls(kRange);
    return new Map(calls.map((call) => [call.call_id, { at: call.started_at, nano: call.cost_nano_usd, source: call.cost_source, id: call.price_id, model: call.model, provider: call.provider }]));
}

const plain = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

async function recalculate(server, order) {
    const begun = await server.api.ask('/api/v1/prices/recalculation', { method: 'POST', body: order });
    assert.equal(begun.status, 202, JSON.stringify(begun.body));
    return waitFor(async () => {
        const report = await server.api.get('/api/v1/prices/recalculation');
        return report.state !== 'running' && report;
    }, { what: 'the end of the recalculation' });
}

async function setOwn(server, text) {
    const answer = await server.api.ask('/api/v1/prices/own', { method: 'PUT', body: { text } });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
}

test('a discount put in a month late changes exactly the calls it is for; twice is once; undo restores; kill -9 brings nothing back', async (t) => {
    let server = await Sightglass.startFor(t);
    await importLines(server, lines(240));
    await importLines(server, lines(60, { provider: 'azure', seed: 1 }));
    const before = await costs(server);
    assert.equal(before.size, 300);
    assert.ok([...before.values()].every(({ nano }) => nano > 0));

    await setOwn(server, `sightglass-prices 2\nprovider openai\ndiscount 0.5 from ${kBackdated}\n`);
    assert.deepEqual(plain(await costs(server)), plain(before), 'what is stored stays until it is asked for');
    const isMeant = ({ at, provider }) => provider === 'openai' && at >= kBackdated;
    const meant = [...before.values()].filter(isMeant);
    assert.ok(meant.length > 50 && meant.length < 200);

    const tried = await recalculate(server, { from: '2026-09-01', to: '2026-10-15', dry_run: true });
    assert.deepEqual([tried.state, tried.kind, tried.calls, tried.changed], ['done', 'dry_run', 300, meant.length]);
    assert.deepEqual(plain(await costs(server)), plain(before), 'a dry run changes nothing');

    const applied = await recalculate(server, { from: '2026-09-01', to: '2026-10-15' });
    assert.deepEqual([applied.state, applied.calls, applied.changed], ['done', 300, meant.length]);
    assert.deepEqual(applied.items, tried.items);
    assert.deepEqual(applied.items.map(({ cause, calls, before_nano_usd: nano }) => [cause, calls, nano]),
        [['discount', meant.length, meant.reduce((sum, { nano }) => sum + nano, 0)]]);
    const after = await costs(server);
    for (const [id, was] of before) {
        const is = after.get(id);
        if (isMeant(was)) {
            assert.ok(Math.abs(is.nano - was.nano / 2) <= 0.5 && is.id === `${was.id}*0.5`, JSON.stringify([was, is]));
        } else {
            assert.deepEqual(is, was);
        }
    }
    assert.equal((await server.api.totals('calls', kRange)).calls, 300, 'no call twice');

    const again = await recalculate(server, { from: '2026-09-01', to: '2026-10-15' });
    assert.deepEqual([again.calls, again.changed, again.items], [300, 0, []]);

    await server.kill();
    server = await Sightglass.startFor(t, { dataDir: server.dataDir, token: server.token });
    assert.deepEqual(plain(await costs(server)), plain(after), 'the journal brought nothing back');

    const undone = await recalculate(server, { undo: true });
    assert.deepEqual([undone.state, undone.kind, undone.changed, undone.skipped], ['done', 'undo', meant.length, 0]);
    assert.deepEqual(plain(await costs(server)), plain(before));
    const nothing = await server.api.ask('/api/v1/prices/recalculation', { method: 'POST', body: { undo: true } });
    assert.equal(nothing.status, 404);
});

test('what has no price is listed with its size, and gets one', async (t) => {
    const server = await Sightglass.startFor(t);
    await importLines(server, lines(40, { model: 'mystery-1', provider: 'vllm' }));
    await importLines(server, lines(10));
    const [unpriced, ...others] = (await server.api.get('/api/v1/prices/unpriced', kRange)).items;
    assert.deepEqual([unpriced.provider, unpriced.model, unpriced.why, unpriced.calls, others.length], ['vllm', 'mystery-1', 'model', 40, 0]);
    assert.ok(unpriced.input_tokens > 40 * 100 && unpriced.output_tokens >= 40 * 11);
    assert.ok([...(await costs(server)).values()].filter(({ nano }) => nano === null).length === 40, 'null, not zero');

    await setOwn(server, 'sightglass-prices 2\nprovider vllm\nmodel mystery\nmatch ^mystery\nprice\nrate input_mtok 3\nrate output_mtok 6\n');
    assert.equal((await server.api.get('/api/v1/prices/unpriced', kRange)).items[0].why, 'priced_now');
    const [own] = (await server.api.get('/api/v1/prices', { search: 'mystery' })).items;
    assert.deepEqual([own.own, own.provider, own.prices[0].rates.map(({ price, usd }) => [price, usd])], [true, 'vllm', [['input_mtok', 3], ['output_mtok', 6]]]);
    const done = await recalculate(server, { from: '2026-09-01', to: '2026-10-15' });
    assert.deepEqual(done.items.map(({ cause, calls, model }) => [cause, calls, model]), [['newly_priced', 40, 'mystery-1']]);
    assert.equal(done.items[0].after_nano_usd, unpriced.input_tokens * 3000 + unpriced.output_tokens * 6000);
    assert.deepEqual((await server.api.get('/api/v1/prices/unpriced', kRange)).items, []);
});

test('a newer list holds at once for what comes then, without a restart; a broken one changes nothing', async (t) => {
    const server = await Sightglass.startFor(t);
    const update = (...args) => command(server, 'prices', 'update', ...args);
    const broken = await update(fileOf('broken.txt', 'sightglass-prices 2\nprovider openai\nrate input_mtok 1\n'));
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /line 3/);
    assert.equal((await server.api.get('/api/v1/prices/own')).list, 'built_in');

    const list = 'sightglass-prices 2\nsource mine 7\nprovider openai\nmodel gpt-4o-mini\nmatch ^gpt-4o-mini\nprice\nrate input_mtok 1000\nrate output_mtok 0\n';
    const updated = await update(fileOf('list.txt', list));
    assert.equal(updated.code, 0, updated.stderr);
    await importLines(server, lines(1));
    const [call] = [...(await costs(server)).values()];
    assert.deepEqual([call.nano, call.id], [101 * 1_000_000, 'openai/gpt-4o-mini@7']);
    assert.equal((await server.api.get('/api/v1/prices/own')).list, 'updated');
    assert.equal((await update('--reset')).code, 0);
    await importLines(server, lines(1, { seed: 5 }));
    assert.ok([...(await costs(server)).values()].some(({ id }) => /^openai\/gpt-4o-mini@0\./.test(id)));
});

test('a list is fetched from a URL, where its address may be asked; redirects and other answers change nothing', async (t) => {
    const server = await Sightglass.startFor(t);
    const list = 'sightglass-prices 2\nsource fetched 1\nprovider openai\nmodel gpt-4o-mini\nmatch ^gpt-4o-mini\nprice\nrate input_mtok 1\n';
    const site = http.createServer(({ url }, answer) => {
        if (url === '/moved') {
            answer.writeHead(302, { location: '/prices.txt' }).end();
        } else {
            answer.writeHead(url === '/prices.txt' ? 200 : 404).end(url === '/prices.txt' ? list : 'no');
        }
    });
    await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
    t.after(() => site.close());
    const origin = `http://127.0.0.1:${site.address().port}`;
    const update = (...args) => command(server, 'prices', 'update', ...args);
    const kept = async () => (await server.api.get('/api/v1/prices/own')).list;

    const forbidden = await update(`${origin}/prices.txt`);
    assert.equal(forbidden.code, 2);
    assert.match(forbidden.stderr, /private|loopback/i);
    for (const [name, why] of [['moved', /302; redirects are not followed/], ['gone', /status 404/]]) {
        const refused = await update(`${origin}/${name}`, '--allow-private');
        assert.equal(refused.code, 1);
        assert.match(refused.stderr, why);
    }
    assert.equal(await kept(), 'built_in');
    const updated = await update(`${origin}/prices.txt`, '--allow-private');
    assert.equal(updated.code, 0, updated.stderr);
    assert.equal(await kept(), 'updated');
});

const kPackage = path.join(kSourceDir, '.deps/genai-prices/dist/index.js');

test("the published data of genai-prices is taken as it is, and prices as the program's own list", { skip: !fs.existsSync(kPackage) && 'the price data is not here' }, async () => {
    const { findProvider } = await import(pathToFileURL(kPackage));
    const ids = new Set([...fs.readFileSync(kPackage, 'utf8').matchAll(/^ {4}id: "([^"]+)",$/gm)].map(([, id]) => id));
    const data = [...ids].map((id) => findProvider({ providerId: id })).filter(Boolean);
    const dataDir = path.join(temporaryFolder('prices'), 'data');
    fs.mkdirSync(dataDir, { mode: 0o700 });
    const updated = await run(['prices', 'update', '-', '--data-dir', dataDir], { input: JSON.stringify(data) });
    assert.equal(updated.code, 0, updated.stderr);
    assert.doesNotMatch(updated.stderr, /left out/);
    const questions = data.flatMap((provider) => provider.models.map((model) => JSON.stringify({
        provider: provider.id, model: model.id, at: '2026-09-15T12:00:00Z', usage: { input_tokens: 300_001, cache_read_tokens: 1001, cache_write_tokens: 77, output_tokens: 1003 },
    }))).join('\n');
    const strip = ({ code, stdout }) => (assert.equal(code, 0), stdout.trim().split('\n').map((line) => JSON.parse(line)).map(({ price_id: id, ...rest }) => ({ ...rest, id: id?.replace(/@(0\.1\.8|2026-11-\d\d|20\d\d-\d\d-\d\d)/, '@') })));
    const ours = strip(await run(['prices', 'calculate', '--data-dir', path.join(dataDir, 'none')], { input: questions }));
    const theirs = strip(await run(['prices', 'calculate', '--data-dir', dataDir], { input: questions }));
    assert.ok(ours.length > 1600);
    const differ = ours.flatMap((one, i) => (JSON.stringify(one) === JSON.stringify(theirs[i]) ? [] : [`${questions.split('\n')[i]}: ${JSON.stringify(one)} ${JSON.stringify(theirs[i])}`]));
    // The program's own list knows which models of a subscription are free, which the data says in a comment.
    assert.deepEqual(differ.filter((line) => !line.includes('github-copilot')), []);
});

test('commands and the API refuse what they do not understand', async (t) => {
    const server = await Sightglass.startFor(t);
    for (const body of [{}, { text: 5 }, { text: 'x' }, { text: '', more: 1 }]) {
        const answer = await server.api.ask('/api/v1/prices/own', { method: 'PUT', body });
        assert.equal(answer.status, 400, JSON.stringify(body));
    }
    for (const body of [{}, { from: 'x' }, { from: '2026-10-02', to: '2026-10-01' }, { undo: true, from: '-1d' }, { from: '-1d', really: true }]) {
        const answer = await server.api.ask('/api/v1/prices/recalculation', { method: 'POST', body });
        assert.equal(answer.status, 400, JSON.stringify(body));
    }
    assert.equal((await server.api.ask('/api/v1/prices', { params: { limit: 0 } })).status, 400);
    assert.equal((await server.api.ask('/api/v1/prices', { params: { cursor: 'x' } })).status, 400);
    assert.equal((await server.api.fetch('/api/v1/prices/own', { token: null })).status, 401);
    const recalculation = await command(server, 'prices', 'recalculate');
    assert.deepEqual([recalculation.code, /--from/.test(recalculation.stderr)], [2, true]);
    const line = await run(['prices', 'calculate'], { input: '{"usage":{"input_tokens":1}}\n{"usage":{"nonsense":1}}\n' });
    assert.equal(line.code, 1);
    assert.match(line.stderr, /line 2/);
    const list = await command(server, 'prices', 'list', 'openai/gpt-4o-mini');
    assert.match(list.stdout, /openai\/gpt-4o-mini +always +input_mtok +0\.15 +list/);
    const entries = (await server.api.get('/api/v1/audit', { limit: 50 })).items;
    assert.ok(entries.every(({ action }) => action !== 'own_prices_set'), 'what was refused is no change');
});
