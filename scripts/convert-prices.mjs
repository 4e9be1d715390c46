// Turns the price data of npm's @pydantic/genai-prices into our price book (docs/formats/price-book.md).
//
//   node scripts/convert-prices.mjs PACKAGE_DIR > price-book.txt
//
// The package exports no data; its module begins with the data as one array literal, which is what is read here. Anything that
// this script does not know, a kind of match or of price, ends it with an error: a price must not get lost in silence.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";

/** Groq bills shorter audio as ten seconds; the package has this in its code, not in its data. */
const TEN_SECONDS = new Set(["groq/whisper-large-v3", "groq/whisper-large-v3-turbo"]);

/** Regular expressions that are more than text and digits, by hand. */
const TRANSLATED = {
    "^o[134]": "|3 ^o1 ^o3 ^o4",
    "^(?!.*-[tT][tT][sS](?:$|-))": "! |2 $-tts *-tts-",
    "^(?![^/]+/)(?:labs-)?(?:(?:mi|code|dev|magi|mini)stral|mixtral|pixtral|voxtral|open-(?:mistral|mixtral))":
        "&2 ! */ |16 " +
        ["", "labs-"].flatMap((prefix) =>
            ["mistral", "codestral", "devstral", "magistral", "ministral", "mixtral", "pixtral", "voxtral"]
                .map((name) => `^${prefix}${name}`)).join(" "),
};

function fail(message) {
    process.stderr.write(`convert-prices: ${message}\n`);
    process.exit(1);
}

function word(text) {
    if (/[\s%]/.test(text)) fail(`white space in ${JSON.stringify(text)}`);
    return text.toLowerCase();
}

/** `^gpt-6-sol-\d{4}-\d{2}-\d{2}$` as `~gpt-6-sol-####-##-##`; without the final `$`, `~gpt-6-sol-####*`. */
function digitPattern(regex) {
    let rest = regex;
    if (!rest.startsWith("^")) return null;
    rest = rest.slice(1);
    const whole = rest.endsWith("$");
    if (whole) rest = rest.slice(0, -1);
    let pattern = "";
    while (rest) {
        const digits = /^\\d(?:\{(\d+)\})?/.exec(rest);
        const escaped = /^\\([.\[\]])/.exec(rest);
        const plain = /^[A-Za-z0-9/=_-]/.exec(rest);
        const found = digits ?? escaped ?? plain;
        if (!found) return null;
        pattern += digits ? "#".repeat(Number(digits[1] ?? 1)) : escaped ? escaped[1] : plain[0];
        rest = rest.slice(found[0].length);
    }
    return `~${word(pattern)}${whole ? "" : "*"}`;
}

function match(tree) {
    const keys = Object.keys(tree);
    if (keys.length !== 1) fail(`match with ${keys.length} keys: ${JSON.stringify(tree)}`);
    const [kind] = keys;
    const value = tree[kind];
    switch (kind) {
        case "equals": return `=${word(value)}`;
        case "starts_with": return `^${word(value)}`;
        case "ends_with": return `$${word(value)}`;
        case "contains": return `*${word(value)}`;
        case "regex": return TRANSLATED[value] ?? digitPattern(value) ?? fail(`unknown regex ${value}`);
        case "or": return [`|${value.length}`, ...value.map(match)].join(" ");
        case "and": return [`&${value.length}`, ...value.map(match)].join(" ");
        default: return fail(`unknown match ${kind}`);
    }
}

/** Twelve decimals: the data holds thirds of cents. */
function decimal(number) {
    if (!(number >= 0 && number < 1e6)) fail(`price ${number}`);
    return number.toFixed(12).replace(/\.?0+$/, "");
}

function rate(key, value) {
    if (!/^(input|output|cache|requests|audio|[a-z]+_searches|code_executions)[a-z0-9_]*_(mtok|kcount|hours|kpages|mchars|gpixels)$/.test(key)) {
        fail(`unknown price ${key}`);
    }
    if (typeof value === "number") return `rate ${key} ${decimal(value)}`;
    const tiers = [...value.tiers].sort((a, b) => a.start - b.start);
    return [`rate ${key} ${decimal(value.base)}`, ...tiers.map((t) => `${t.start}:${decimal(t.price)}`)].join(" ");
}

function condition(constraint) {
    if (!constraint) return "";
    if (constraint.start_date) return ` from ${constraint.start_date}`;
    const time = (text) => /^(\d{2}:\d{2}:\d{2})Z$/.exec(text)?.[1] ?? fail(`time ${text}`);
    if (constraint.start_time) return ` between ${time(constraint.start_time)} ${time(constraint.end_time)}`;
    return fail(`unknown constraint ${JSON.stringify(constraint)}`);
}

/** A model without any price is one whose price is unknown, unless the data says that it is free. */
function isFree(model) {
    return model.id.endsWith(":free") || /included in the subscription/i.test(model.price_comments ?? "");
}

/**
 * Claude's cache writes that are kept for an hour cost twice the input at every provider (Anthropic, "Prompt caching"); of
 * clouds that resell it the data gives the price for five minutes only.
 */
function hourLongWrites(model, prices) {
    const missing = /claude/i.test(model.id) && prices.cache_write_mtok !== undefined &&
        prices.cache_write_1h_mtok === undefined;
    if (!missing || prices.input_mtok === undefined) return {};
    const twice = (value) => typeof value === "number" ? value * 2
        : { base: value.base * 2, tiers: value.tiers.map((tier) => ({ ...tier, price: tier.price * 2 })) };
    return { cache_write_1h_mtok: twice(prices.input_mtok) };
}

function pricesOf(model) {
    const lines = [];
    const entries = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
    for (const { constraint, prices } of entries) {
        lines.push(`price${condition(constraint)}`);
        for (const [key, value] of Object.entries({ ...prices, ...hourLongWrites(model, prices) })) {
            lines.push(rate(key, value));
        }
    }
    if (lines.length === 1 && Object.keys(entries[0].prices).length === 0 && isFree(model)) {
        lines.push("rate input_mtok 0", "rate output_mtok 0");
    }
    return lines;
}

function book(providers, version) {
    const lines = [
        "sightglass-prices 2",
        "# Made from @pydantic/genai-prices (MIT licence, Pydantic Services Inc.) by scripts/convert-prices.mjs.",
        `source genai-prices ${version}`,
    ];
    for (const provider of providers) {
        lines.push(`provider ${word(provider.id)}`);
        if (provider.provider_match) lines.push(`name ${match(provider.provider_match)}`);
        if (provider.model_match) lines.push(`makes ${match(provider.model_match)}`);
        if (provider.fallback_model_providers) lines.push(`fallback ${provider.fallback_model_providers.join(" ")}`);
        for (const model of provider.models) {
            lines.push(`model ${word(model.id)}`, `match ${match(model.match)}`, ...pricesOf(model));
            if (TEN_SECONDS.has(`${provider.id}/${model.id}`)) lines.push("least audio_seconds 10");
        }
    }
    return lines.join("\n") + "\n";
}

const [packageDir] = process.argv.slice(2);
if (!packageDir) fail("usage: convert-prices.mjs PACKAGE_DIR");
const module = readFileSync(join(packageDir, "dist/index.js"), "utf8");
const start = module.indexOf("[");
const end = module.slice(start).search(/^\][,;]/m);
if (start < 0 || end < 0) fail("the package's module does not begin with the price data");
const providers = runInNewContext(`(${module.slice(start, start + end + 1)})`, Object.create(null));
const { version } = JSON.parse(readFileSync(join(packageDir, "package.json"), "utf8"));
process.stdout.write(book(providers, version));
