// The check itself: it passes a tree that keeps the rules, and names each breach of one that does not.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { temporaryFolder } from '../support/places.mjs';

const kCheck = path.join(path.dirname(new URL(import.meta.url).pathname), 'check.mjs');

const kTable = `
| layer | room | what it is for | may include |
|---|---|---|---|
| 0 | \`base/\` | words | – |
| 1 | \`codec/\` | bytes | base |
| 2 | \`store/\` | interface | base |
| 3 | \`store/duckdb/\` | engine | base store |
| 4 | \`capture/\` | sources | base codec |

Each room has one header to read first:
\`base/a.h\` · \`codec/a.h\` · \`store/a.h\` · \`store/duckdb/a.h\` · \`capture/a.h\`
`;

function checkTree(files, table = kTable) {
    const root = temporaryFolder('layers');
    const rooms = ['base', 'codec', 'store', 'store/duckdb', 'capture'];
    const all = { ...Object.fromEntries(rooms.map((room) => [`${room}/a.h`, ''])), 'README.md': table, ...files };
    for (const [name, text] of Object.entries(all)) {
        const file = path.join(root, 'src', name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, text);
    }
    const ended = spawnSync(process.execPath, [kCheck, root], { encoding: 'utf8' });
    return { code: ended.status, said: ended.stderr };
}

test('a tree that keeps the rules passes', () => {
    const { code, said } = checkTree({
        'base/b.cc': '#include "base/a.h"\n#include <vector>\n',
        'codec/b.cc': '#include <simdjson.h>\n#include "base/a.h"\n',
        'store/duckdb/b.cc': '#include <duckdb.h>\n#include "store/a.h"\n',
        'capture/gateway/b.cc': '#include "capture/a.h"\n',
    });
    assert.equal(said, '');
    assert.equal(code, 0);
});

const kBreaches = [
    ['a higher room', { 'base/b.cc': '\n#include "codec/a.h"\n' }, /src\/base\/b\.cc:2: base may not include codec/],
    ['a sibling room', { 'store/b.cc': '#include "codec/a.h"\n' }, /store may not include codec/],
    ['the room below, from its nested room', { 'store/b.cc': '#include "store/duckdb/a.h"\n' }, /store may not include/],
    ['a folder that is no room', { 'misc/b.h': '' }, /src\/misc\/b\.h: its folder is not a room/],
    ['a file that is not there', { 'base/b.cc': '#include "base/none.h"\n' }, /is not a file below src/],
    ['simdjson outside codec', { 'base/b.cc': '#include <simdjson.h>\n' }, /<simdjson\.h> is for codec alone/],
    ['duckdb in quotes, outside', { 'store/b.cc': '#include "duckdb.h"\n' }, /<duckdb\.h> is for store\/duckdb alone/],
    ['our own header in angle brackets', { 'codec/b.cc': '#include <base/a.h>\n' }, /use quotes/],
    [
        'one source of calls seen by another',
        { 'capture/gateway/b.cc': '#include "capture/otlp/a.h"\n', 'capture/otlp/a.h': '' },
        /capture\/gateway may not include its sibling capture\/otlp/,
    ],
];

for (const [what, files, message] of kBreaches) {
    test(`a breach is named: ${what}`, () => {
        const { code, said } = checkTree(files);
        assert.match(said, message);
        assert.equal(said.trim().split('\n').length, 1);
        assert.equal(code, 1);
    });
}

test('a table that lets a room include its own layer, or a room that is not there, is refused', () => {
    const upward = kTable.replace('| bytes | base |', '| bytes | base store |').replace('| 1 |', '| 2 |');
    assert.match(checkTree({}, upward).said, /codec \(layer 2\) may include store, which is not below it/);
    const absent = kTable.replace('| interface | base |', '| interface | base nowhere |');
    assert.match(checkTree({}, absent).said, /store may include nowhere, which is not in the table/);
});
