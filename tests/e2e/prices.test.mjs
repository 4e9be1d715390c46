// Prices against an independent calculator, npm's @pydantic/genai-prices: every model, some twenty ways to use it, before and after every
// date and time of day at which a price changes. What differs on purpose stands in kReasons, and each of them is checked as well.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { kBinary, kSourceDir, needsRecordings, recordedFile } from '../support/places.mjs';
import { cleanEnvironment, run } from '../support/sightglass.mjs';

const kPackage = path.join(kSourceDir, '.deps/genai-prices');
const noPackage = !fs.existsSync(kPackage) && 'the price data is not here: scripts/setup fetches it';
const genai = noPackage ? null : await import(pathToFileURL(path.join(kPackage, 'dist/index.js')));

/// Half a nano-dollar is what rounding once may take; the rest is for the package's floating point.
const kNano = 0.5 + 1e-4;

/// Sightglass differs from the package on purpose where …
const kReasons = {
    noPrice: 'the data has no price: the package says 0 dollars, Sightglass "unpriced", unless the data says that it is free',
    hourLongWrites: "Claude's cache writes for an hour cost twice the input at every provider; of resellers the data has the five-minute price alone",
};

/// Ways to use a model. Those with a part that others hold name all of it, as the package wants it.
const kShapes = [
    { input_tokens: 1, output_tokens: 1 },
    { input_tokens: 1200, output_tokens: 345 },
    { input_tokens: 0, output_tokens: 0 },
    { input_tokens: 7919 },
    { output_tokens: 104_729 },
    { input_tokens: 128_000, output_tokens: 3 },
    { input_tokens: 200_000, output_tokens: 1009 },
    { input_tokens: 200_001, output_tokens: 1009 },
    { input_tokens: 271_999, output_tokens: 17 },
    { input_tokens: 272_000, output_tokens: 17 },
    { input_tokens: 272_001, output_tokens: 17 },
    { input_tokens: 1_000_003, output_tokens: 65_537, cache_read_tokens: 999_983 },
    { input_tokens: 2066, cache_read_tokens: 2055, output_tokens: 100 },
    { input_tokens: 200_002, cache_read_tokens: 200_001, output_tokens: 1 },
    { input_tokens: 2073, cache_write_tokens: 2055, output_tokens: 100 },
    { input_tokens: 9001, cache_read_tokens: 4001, cache_write_tokens: 3001, cache_write_1h_tokens: 1001, output_tokens: 77 },
    { input_tokens: 9001, cache_write_tokens: 9001, cache_write_1h_tokens: 9001, cache_write_5m_tokens: 0, output_tokens: 77 },
    { input_tokens: 513, input_audio_tokens: 511, output_tokens: 257, output_audio_tokens: 251 },
    { input_tokens: 900, cache_read_tokens: 301, input_audio_tokens: 401, cache_audio_read_tokens: 101, output_tokens: 7 },
    { input_tokens: 900, cache_read_tokens: 301, input_image_tokens: 401, cache_image_read_tokens: 101, output_tokens: 907, output_image_tokens: 805 },
    { input_tokens: 500, input_video_tokens: 251, output_tokens: 333, output_video_tokens: 111 },
    { input_tokens: 11, output_tokens: 5003, output_reasoning_tokens: 4999 },
    { input_tokens: 11, output_tokens: 5003, output_reasoning_tokens: 3001, output_citation_tokens: 1001 },
    { input_tokens: 101, output_tokens: 11, web_searches: 3, storage_searches: 2 },
    { input_tokens: 13, output_tokens: 7, audio_seconds: 3, input_audio_seconds: 3 },
    { input_tokens: 13, output_tokens: 7, audio_seconds: 3601.25, input_audio_seconds: 3601.25 },
    { input_document_pages: 37, input_annotated_document_pages: 11 },
    { input_text_messages: 7, input_tokens: 3, output_tokens: 3 },
];

/// Before, between and after the changes of the data; times of day on both sides of their borders.
const kDates = ['2024-02-29T11:59:59Z', '2025-12-31T12:00:00Z', '2026-10-01T20:00:00Z'];

function datesOf(model) {
    const dates = new Set(kDates);
    for (const { constraint } of Array.isArray(model.prices) ? model.prices : []) {
        for (const time of [constraint?.start_time, constraint?.end_time].filter(Boolean)) {
            const at = Date.parse(`2026-09-01T${time}`);
            [-1, 0, 1].forEach((ms) => dates.add(new Date(at + ms).toISOString()));
        }
        if (constraint?.start_date) {
            const at = Date.parse(`${constraint.start_date}T00:00:00Z`);
            [-1, 0, 86_400_000].forEach((ms) => dates.add(new Date(at + ms).toISOString()));
        }
    }
    return [...dates];
}

/// The package exports no list of providers, but finds each by its id; its module begins with the list.
function providers() {
    const module = fs.readFileSync(path.join(kPackage, 'dist/index.js'), 'utf8');
    const ids = [...module.matchAll(/^ {4}id: "([^"]+)",$/gm)].map(([, id]) => id);
    return [...new Set(ids)].map((id) => genai.findProvider({ providerId: id })).filter(Boolean);
}

function texts(tree) {
    return Object.values(tree).flatMap((value) => (Array.isArray(value) ? value.flatMap(texts) : [value]));
}

/// A name under which the package finds just this model; undefined where an earlier one takes them all.
function nameOf(provider, model) {
    const plain = texts(model.match).filter((text) => !/[\\^]/.test(text));
    const dated = texts(model.match).filter((text) => /^\^/.test(text))
        .map((text) => text.replace(/^\^|\$$/g, '').replace(/\\d\{(\d)\}/g, (_, n) => '2026'.slice(0, n)).replace(/\\d/g, '1').replace(/\\/g, ''));
    const names = [model.id, ...plain, ...plain.map((text) => `${text}-x`), ...plain.map((text) => `x-${text}`), ...dated];
    return names.find((name) => genai.calcPrice({}, name, { providerId: provider.id })?.model === model);
}

const kIsFree = /:free$/;

/// The same prices, with those that Sightglass adds.
function withOurs(provider, model) {
    const entries = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
    const twice = (value) => (typeof value === 'number' ? value * 2
        : { base: value.base * 2, tiers: value.tiers.map((tier) => ({ ...tier, price: tier.price * 2 })) });
    const prices = entries.map((entry) => ({ ...entry, prices: { ...entry.prices, cache_write_1h_mtok: twice(entry.prices.input_mtok) } }));
    return { ...provider, models: [{ ...model, prices }] };
}

function missesHourLongWrites(model) {
    const entries = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
    return /claude/i.test(model.id) && entries.every(({ prices }) => prices.cache_write_mtok !== undefined && prices.cache_write_1h_mtok === undefined);
}

function calculate(questions) {
    const { status, stdout, stderr } = spawnSync(kBinary, ['prices', 'calculate'], {
        input: questions.map((question) => JSON.stringify(question)).join('\n'),
        env: cleanEnvironment(),
        maxBuffer: 1 << 30,
    });
    assert.equal(status, 0, stderr.toString());
    return stdout.toString().trim().split('\n').map((line) => JSON.parse(line));
}

/// What both say to each question about a provider's models.
function compare(provider, tally) {
    const questions = [];
    const expected = [];
    for (const model of provider.models) {
        const name = nameOf(provider, model);
        if (name === undefined) {
            tally.unreachable.push(`${provider.id}/${model.id}`);
            continue;
        }
        tally.models += 1;
        const ours = missesHourLongWrites(model) ? withOurs(provider, model) : undefined;
        for (const at of datesOf(model)) {
            for (const usage of kShapes) {
                let theirs;
                try {
                    const options = ours ? { provider: ours } : { providerId: provider.id };
                    theirs = genai.calcPrice(usage, name, { ...options, timestamp: new Date(at) });
                } catch {
                    tally.refused += 1;
                    continue;
                }
                questions.push({ provider: provider.id, model: name, at, usage });
                expected.push({ ...theirs, model, name });
            }
        }
    }
    const answers = calculate(questions);
    assert.equal(answers.length, expected.length);
    answers.forEach((answer, i) => tally.check(questions[i], expected[i], answer));
}

class Tally {
    models = 0;
    rows = 0;
    refused = 0;
    unpriced = 0;
    unreachable = [];
    wrong = [];

    check(question, theirs, ours) {
        this.rows += 1;
        const hasPrice = Object.keys(theirs.model_price).length > 0;
        if (!hasPrice) {
            this.unpriced += 1;
            const right = kIsFree.test(theirs.model.id) || /included in the subscription/i.test(theirs.model.price_comments ?? '')
                ? ours.cost_nano_usd === 0 : ours.cost_nano_usd === null && ours.unpriced === 'rates';
            this.expect(right, question, theirs, ours);
            return;
        }
        const input = ours.input_cost_nano_usd + ours.cached_cost_nano_usd + ours.cache_write_cost_nano_usd;
        const parts = input + ours.output_cost_nano_usd + ours.other_cost_nano_usd;
        this.expect(Math.abs(ours.cost_nano_usd - theirs.total_price * 1e9) <= kNano && parts === ours.cost_nano_usd &&
            Math.abs(input - theirs.input_price * 1e9) < 3 && Math.abs(ours.output_cost_nano_usd - theirs.output_price * 1e9) < 1.5, question, theirs, ours);
    }

    expect(right, question, theirs, ours) {
        if (!right && this.wrong.push('') <= 20) {
            this.wrong[this.wrong.length - 1] = `${JSON.stringify(question)}: ${theirs.total_price} ${JSON.stringify(theirs.model_price)}, not ${JSON.stringify(ours)}`;
        }
    }
}

test("every model costs what npm's @pydantic/genai-prices says, to the nano-dollar", { skip: noPackage }, () => {
    const all = providers();
    assert.ok(all.length >= 40, `${all.length} providers`);
    const tally = new Tally();
    all.forEach((provider) => compare(provider, tally));
    console.log(`# ${tally.rows} prices of ${tally.models} models compared, ${kShapes.length} usages each; ${tally.refused} usages that the package refuses`);
    console.log(`# ${tally.unpriced} rows differ on purpose: ${kReasons.noPrice}`);
    console.log(`# compared with the price added: ${kReasons.hourLongWrites}`);
    console.log(`# ${tally.unreachable.length} models of the data have no name that finds them: ${tally.unreachable.join(' ')}`);
    assert.equal(tally.wrong.length, 0, tally.wrong.slice(0, 20).join('\n'));
    assert.ok(tally.models >= 1500 && tally.rows > 100_000);
    assert.ok(tally.refused < tally.rows / 20, `${tally.refused} refused`);
});

const kUsages = 'truth/genai_prices_usages.json';

/// The bodies came with prices of about that day.
const kUsagesAt = '2026-06-01T00:00:00Z';

/// Why a row of the recorded usage bodies costs something else here.
function usageReason(question, answer) {
    if (answer.unpriced === 'rates') {
        return kReasons.noPrice;
    }
    const today = genai.calcPrice(question.usage, question.model, { providerId: question.provider, timestamp: new Date(question.at) });
    const same = Math.abs((today?.total_price ?? -1) * 1e9 - answer.cost_nano_usd) <= kNano;
    return same ? 'the list was corrected since: version 0.1.8 of the package says what Sightglass says' : null;
}

test('1,577 recorded usage bodies, at each provider that could have sent them', { skip: noPackage || needsRecordings(kUsages) }, () => {
    const rows = JSON.parse(fs.readFileSync(recordedFile(kUsages), 'utf8'));
    const questions = [];
    const expected = [];
    for (const { model, extracted } of rows) {
        for (const { usage, extractors } of extracted) {
            for (const { provider_id: provider, input_price: input, output_price: output } of extractors) {
                if (input !== undefined) {
                    questions.push({ provider, model, at: kUsagesAt, usage });
                    expected.push(Number(input) * 1e9 + Number(output) * 1e9);
                }
            }
        }
    }
    assert.ok(questions.length > 3000, `${questions.length} rows`);
    const reasons = new Map();
    const wrong = [];
    calculate(questions).forEach((answer, i) => {
        const tokens = answer.cost_nano_usd === null ? null : answer.cost_nano_usd - answer.other_cost_nano_usd;
        if (tokens !== null && Math.abs(tokens - expected[i]) <= 1) {
            return;
        }
        const reason = usageReason(questions[i], answer);
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        if (reason === null) {
            wrong.push(`${JSON.stringify(questions[i])}: ${expected[i]}, not ${JSON.stringify(answer)}`);
        }
    });
    console.log(`# ${questions.length} prices of ${rows.length} bodies; on purpose different: ${JSON.stringify([...reasons])}`);
    assert.equal(wrong.length, 0, `${wrong.length}: ${wrong.slice(0, 20).join('\n')}`);
});

const kStated = 'truth/stated_cost_public.jsonl';

test('what providers stated themselves', { skip: needsRecordings(kStated) }, () => {
    const rows = fs.readFileSync(recordedFile(kStated), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    const answers = calculate(rows.map(({ provider, model, usage }) => {
        const details = usage.input_tokens_details ?? usage.prompt_tokens_details;
        return {
            provider: provider === 'pydantic-gateway' ? 'openai' : provider,
            model,
            at: '2026-10-01T20:00:00Z',
            usage: {
                input_tokens: usage.input_tokens ?? usage.prompt_tokens,
                cache_read_tokens: details.cached_tokens ?? 0,
                cache_write_tokens: details.cache_write_tokens ?? 0,
                output_tokens: usage.output_tokens ?? usage.completion_tokens,
            },
        };
    }));
    // A router states what it charged, which is taken as it is (cost_source provider): whom it routed to, and at which price, no list says.
    const listed = rows.flatMap((row, i) => (row.provider === 'openrouter' ? [] : [[answers[i].cost_nano_usd, Math.round(row.stated_cost_usd * 1e9)]]));
    assert.ok(listed.length >= 2);
    listed.forEach(([ours, stated]) => assert.equal(ours, stated));
    rows.forEach((row, i) => console.log(`# ${row.provider} ${row.model}: stated ${row.stated_cost_usd}, by the book ${answers[i].cost_nano_usd / 1e9} ${answers[i].price_id}`));
});
