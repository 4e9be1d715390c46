// The check itself: it passes a tidy tree, and names each breach of one that is not.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { temporaryFolder } from '../support/places.mjs';

const kCheck = path.join(path.dirname(new URL(import.meta.url).pathname), 'check.mjs');

function checkTree(files) {
    const root = temporaryFolder('style');
    for (const [name, content] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
        fs.writeFileSync(path.join(root, name), content);
    }
    execFileSync('git', ['init', '-q'], { cwd: root });
    execFileSync('git', ['add', '-A'], { cwd: root });
    const ended = spawnSync(process.execPath, [kCheck, root], { encoding: 'utf8' });
    return { code: ended.status, said: ended.stderr };
}

const lines = (count, text = 'int x;') => `${text}\n`.repeat(count);

const kFunctionOf = (count) => `int F(\n    int a\n) {\n${lines(count - 4, '    ++a;')}}\n`;

test('a tidy tree passes', () => {
    const { code, said } = checkTree({
        'a.cc': kFunctionOf(70),
        'a.h': lines(250),
        'shape.png': Buffer.from([0, 1, 2]),
        'table.cc': `constexpr int kTable[] = {\n${lines(300, '    1,')}};\n`,
        'a_test.cc': 'GTEST_SKIP() << "no such disk";\n',
    });
    assert.equal(said, '');
    assert.equal(code, 0);
});

const kBreaches = [
    ['a long header', { 'a.h': lines(251) }, /a\.h: 251 lines; at most 250/],
    ['a long source', { 'a.cc': lines(501) }, /a\.cc: 501 lines; at most 500/],
    ['a long function', { 'a.cc': kFunctionOf(71) }, /a\.cc:1: a function of 71 lines/],
    ['something left for later', { 'a.md': `one\n${'TO' + 'DO'}: two\n` }, /a\.md:2: nothing is left for later/],
    ['a skip without a reason', { 'a_test.cc': `${'GTEST_SKIP()'};\n` }, /a skipped test says why/],
    ['a test that hides the others', { 'a.mjs': `test.${'on' + 'ly'}('x')\n` }, /hides every other test/],
    ['a NUL byte in text', { 'a.txt': 'a\0b' }, /holds a NUL byte/],
    ['an awaited temporary in a condition', { 'a.cc': 'if (co_await F(G(x))) {\n}\n' }, /a\.cc:1: a condition awaits/],
    ['an awaited call with braces', { 'a.cc': 'co_await F(\n    {1, 2}\n);\n' }, /a\.cc:1: an awaited call gets what braces make/],
    ['an await beside something else in a loop', { 'a.cc': 'while (keep && co_await F()) {\n}\n' }, /a\.cc:1: .* loop awaits/],
    [
        'a class that is not there',
        { 'a.tsx': "import styles from './a.module.css';\n<p className={styles.gone} />\n", 'a.module.css': '.here {\n}\n' },
        /a\.tsx:2: a\.module\.css has no class gone/,
    ],
    ['a large blob', { 'a.png': Buffer.alloc((1 << 20) + 1) }, /at most 1048576 are tracked/],
];

for (const [what, files, message] of kBreaches) {
    test(`a breach is named: ${what}`, () => {
        const { code, said } = checkTree(files);
        assert.match(said, message);
        assert.equal(code, 1);
    });
}
