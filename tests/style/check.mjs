// What a reader may rely on in every tracked file: sizes that fit a head, nothing left for later, no binary ballast.
// Prints each breach as FILE:LINE, and exits with 1 when there is one.
//
//     node tests/style/check.mjs [SOURCE_DIR]
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const kRoot = path.resolve(process.argv[2] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), '../..'));

const kLines = new Map([
    ['.h', 250],
    ['.cc', 500],
    ['.mjs', 500],
    ['.ts', 500],
    ['.tsx', 500],
]);
const kFunctionLines = 70;
const kBlobBytes = 1 << 20;

/// Files whose bytes are not text.
const kBinary = /\.(png|jpe?g|gif|webp|ico|woff2?|bin|pb|aws)$|^fuzz\/corpus\//;

/// Written in pieces, so that this file does not name what it forbids.
const kBanned = [
    { pattern: new RegExp(`\\b${'TO'}${'DO'}\\b`), why: 'nothing is left for later: do it, or file an issue' },
    { pattern: new RegExp(`\\b${'FIX'}${'ME'}\\b`), why: 'nothing is left for later: do it, or file an issue' },
    { pattern: new RegExp(`\\b${'XX'}${'X'}\\b`), why: 'say what it is' },
    { pattern: /\bGTEST_SKIP\(\)\s*;/, why: 'a skipped test says why: GTEST_SKIP() << "reason"' },
    { pattern: new RegExp(`\\b(?:test|it|describe)\\.${'on'}${'ly'}\\(`), why: 'it hides every other test' },
    { pattern: new RegExp(`(?:^|[\\s"'\`(=])/${'work'}/`), why: 'a path of one machine' },
];

/// Generated, or data that is not ours to shape: only the size of the file counts.
const kUnread = /(^|\/)package-lock\.json$|(^|\/)LICENSE$|\.(jsonl|csv|sse|json|lock)$/;

const problems = [];

const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: kRoot, encoding: 'utf8' })
    .split('\0')
    .filter((name) => name !== '' && fs.existsSync(path.join(kRoot, name)));

/// A line that opens a function's body: a parameter list that ends there, and no statement, type or initialiser.
function opensFunction(line) {
    return (
        /\)[^;=]*\{$/.test(line) &&
        !/^\s*(?:\}?\s*else\b|if\b|for\b|while\b|switch\b|catch\b|do\b|namespace\b|(?:class|struct|enum|union)\b)/.test(line)
    );
}

const indentOf = (line) => /^\s*/.exec(line)[0].length;

/// Length of each function: from the first line of its signature to the brace that closes it.
function checkFunctions(name, lines) {
    lines.forEach((line, i) => {
        if (!opensFunction(line)) {
            return;
        }
        let start = i;
        while (start > 0 && /^\s*[):]/.test(lines[start])) {
            const indent = indentOf(lines[start]);
            do {
                start -= 1;
            } while (start > 0 && indentOf(lines[start]) > indent);
        }
        const indent = indentOf(lines[start]);
        const after = lines.slice(i + 1).findIndex((later) => /^\s*\}/.test(later) && indentOf(later) <= indent);
        const total = i - start + 1 + (after + 1);
        if (total > kFunctionLines) {
            problems.push(`${name}:${start + 1}: a function of ${total} lines; at most ${kFunctionLines}`);
        }
    });
}

/// What stands in the parentheses that open at `open`.
function parenthesised(text, open) {
    let depth = 0;
    for (let at = open; at < text.length; at += 1) {
        depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
        if (depth === 0) {
            return text.slice(open + 1, at);
        }
    }
    return text.slice(open + 1);
}

/// g++ 12 miscompiles some awaited calls, and the program dies later with SIGILL or SIGSEGV, if at all. In `if (co_await F(G(x)))`
/// what G made is destroyed twice; so is what braces make in `co_await F({a, b})`, wherever it stands; and in
/// `while (a && co_await F())` F runs whatever `a` is. Names and literals as arguments are fine.
function checkAwaits(name, text) {
    const code = text.replace(/"(?:[^"\\\n]|\\.)*"/g, (literal) => '"'.padEnd(literal.length, '"'));
    const report = (index, what) => problems.push(`${name}:${code.slice(0, index).split('\n').length}: ${what} (gcc 12)`);
    for (const { index, 0: start } of code.matchAll(/\b(if|while|for|switch)\s*\(/g)) {
        const condition = parenthesised(code, index + start.length - 1);
        const awaited = /\bco_await\b[^(]*\(/.exec(condition);
        if (awaited !== null && /[({]/.test(parenthesised(condition, awaited.index + awaited[0].length - 1))) {
            report(index, 'a condition awaits a call with a temporary object: await into a variable before it');
        }
        if (awaited !== null && start.startsWith('while') && /&&|\|\||\?/.test(condition)) {
            report(index, 'the condition of a loop awaits beside something else: it is awaited whatever that says');
        }
    }
    for (const { index, 0: start } of code.matchAll(/\bco_await\b[^(;{]*\(/g)) {
        if (parenthesised(code, index + start.length - 1).includes('{')) {
            report(index, 'an awaited call gets what braces make: name it before');
        }
    }
}

function checkText(name, text) {
    const lines = text.split('\n');
    const most = kLines.get(path.extname(name));
    const count = lines.length - (lines.at(-1) === '' ? 1 : 0);
    if (most !== undefined && count > most && !/\.gen\.|generated/.test(name)) {
        problems.push(`${name}: ${count} lines; at most ${most}`);
    }
    lines.forEach((line, i) => {
        const broken = kBanned.find(({ pattern }) => pattern.test(line));
        if (broken !== undefined) {
            problems.push(`${name}:${i + 1}: ${broken.why}: ${line.trim().slice(0, 80)}`);
        }
    });
    if (name.endsWith('.tsx')) {
        checkClasses(name, text);
    }
    if (/\.(cc|h)$/.test(name)) {
        checkFunctions(name, lines);
        checkAwaits(name, text);
    }
}

/// A class that its stylesheet does not have is an error nowhere else: the page just looks wrong.
function checkClasses(name, text) {
    const places = (at) => text.slice(0, at).split('\n').length;
    for (const [, sheet, from] of text.matchAll(/import (\w+) from '([^']+\.module\.css)'/g)) {
        const file = from.startsWith('@/') ? from.replace('@', 'dashboard/src') : path.join(path.dirname(name), from);
        const css = fs.readFileSync(path.join(kRoot, file), 'utf8');
        const known = new Set([...css.matchAll(/\.([A-Za-z_][\w-]*)/g)].map(([, each]) => each));
        // Another variable may have the sheet's name: only what stands in an attribute counts.
        for (const { index, 1: each } of text.matchAll(new RegExp(`[cC]lassName=\\{[^\\n]*?\\b${sheet}\\.(\\w+)`, 'g'))) {
            if (!known.has(each)) {
                problems.push(`${name}:${places(index)}: ${file} has no class ${each}`);
            }
        }
    }
}

/// A page of docs/decisions: its number and title, then what was the matter, what was decided, and what that costs.
function checkDecision(name, text) {
    const number = Number(/^(\d{4})-/.exec(path.basename(name))?.[1]);
    const headings = text.split('\n').filter((line) => /^##? /.test(line));
    const wanted = ['## Context', '## Decision', '## Price'];
    if (!headings[0]?.startsWith(`# ${number}. `) || headings.slice(1).join() !== wanted.join()) {
        problems.push(`${name}: its headings are "# ${number}. Title", ${wanted.map((one) => `"${one}"`).join(', ')}`);
    }
}

for (const name of tracked) {
    const bytes = fs.readFileSync(path.join(kRoot, name));
    if (bytes.length > kBlobBytes) {
        problems.push(`${name}: ${bytes.length} bytes; at most ${kBlobBytes} are tracked`);
    }
    if (kBinary.test(name)) {
        continue;
    }
    if (bytes.includes(0)) {
        problems.push(`${name}: holds a NUL byte, and its name does not say that it is binary`);
    } else if (!kUnread.test(name)) {
        checkText(name, bytes.toString('utf8'));
    }
    if (/^docs\/decisions\/.*\.md$/.test(name)) {
        checkDecision(name, bytes.toString('utf8'));
    }
}

problems.forEach((problem) => console.error(problem));
console.log(`style: ${tracked.length} files, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
