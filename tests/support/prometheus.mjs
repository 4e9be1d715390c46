// A strict reader of the Prometheus text format 0.0.4: names, escapes, one TYPE before its samples, no sample twice,
// histograms whose buckets grow and end with +Inf.

const kName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const kNumber = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?Inf|NaN)$/;

function readLabels(text, line) {
    const labels = {};
    let rest = text;
    while (rest !== '') {
        const found = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/.exec(rest);
        if (found === null || found[1] in labels) {
            throw new Error(`bad labels: ${line}`);
        }
        labels[found[1]] = found[2].replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));
        rest = rest.slice(found[0].length);
    }
    return labels;
}

function readSample(line) {
    const found = /^([^\s{]+)(?:\{(.*)\})? (\S+)(?: (-?\d+))?$/.exec(line);
    if (found === null || !kName.test(found[1]) || !kNumber.test(found[3])) {
        throw new Error(`not a sample: ${line}`);
    }
    const value = Number(found[3].replace('Inf', 'Infinity'));
    return { name: found[1], labels: readLabels(found[2] ?? '', line), value };
}

const kSuffixes = {
    histogram: ['_bucket', '_sum', '_count'],
    summary: ['', '_sum', '_count'],
    counter: [''],
    gauge: [''],
    untyped: [''],
};

function checkHistogram(family) {
    const series = new Map();
    for (const { name, labels, value } of family.samples) {
        const { le, ...others } = labels;
        const key = JSON.stringify(Object.entries(others).sort());
        const one = series.get(key) ?? { buckets: [], count: null };
        series.set(key, one);
        if (name.endsWith('_bucket')) {
            one.buckets.push([le === '+Inf' ? Infinity : Number(le), value]);
        } else if (name.endsWith('_count')) {
            one.count = value;
        }
    }
    for (const { buckets, count } of series.values()) {
        const grows = buckets.every(([le, n], i) => i === 0 || (le > buckets[i - 1][0] && n >= buckets[i - 1][1]));
        if (!grows || buckets.at(-1)?.[0] !== Infinity || buckets.at(-1)[1] !== count) {
            throw new Error(`the buckets of ${family.name} do not grow to +Inf and its count`);
        }
    }
}

/// Families by name: {name, type, help, samples: [{name, labels, value}]}.
export function parseMetrics(text) {
    if (!text.endsWith('\n')) {
        throw new Error('the exposition does not end with a line feed');
    }
    const families = new Map();
    const seen = new Set();
    let current = null;
    for (const line of text.slice(0, -1).split('\n')) {
        const meta = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line);
        if (meta) {
            const [, kind, name, value] = meta;
            if (current?.name !== name) {
                if (families.has(name)) {
                    throw new Error(`${name} comes in two places`);
                }
                current = { name, type: 'untyped', help: null, samples: [] };
                families.set(name, current);
            }
            if (kind === 'TYPE' && (current.samples.length > 0 || !(value in kSuffixes))) {
                throw new Error(`bad TYPE: ${line}`);
            }
            current[kind.toLowerCase()] = value;
        } else if (!line.startsWith('#') && line !== '') {
            const sample = readSample(line);
            const fits = kSuffixes[current?.type ?? 'untyped'].some((end) => current?.name + end === sample.name);
            const key = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
            if (!fits || seen.has(key)) {
                throw new Error(`${seen.has(key) ? 'twice' : 'outside its family'}: ${line}`);
            }
            seen.add(key);
            current.samples.push(sample);
        }
    }
    [...families.values()].filter((family) => family.type === 'histogram').forEach(checkHistogram);
    return families;
}

/// The sum of a family's samples whose labels fit.
export function sumOf(families, name, labels = {}) {
    const family = families.get(name);
    if (family === undefined) {
        throw new Error(`no metric ${name}; there are ${[...families.keys()].join(' ')}`);
    }
    return family.samples
        .filter((sample) => sample.name === name)
        .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
        .reduce((sum, sample) => sum + sample.value, 0);
}
