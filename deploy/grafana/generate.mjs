// Writes the Grafana boards of dashboards/: one JSON file a board, always the same for the same sources.
//
//     npm ci && node generate.mjs [--out FOLDER] [--sightglass URL]
//
// --sightglass is where the links of the boards lead unless the reader says otherwise in the variable "Sightglass".
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { costBoard } from './boards/cost.mjs';
import { limitsBoard } from './boards/limits.mjs';
import { overviewBoard } from './boards/overview.mjs';
import { performanceBoard } from './boards/performance.mjs';

const kBoards = {
    overview: overviewBoard,
    cost: costBoard,
    performance: performanceBoard,
    limits: limitsBoard,
};

/// Keys in the order of the alphabet, so that a newer generator that adds them in another order changes no file.
function sorted(value) {
    if (Array.isArray(value)) {
        return value.map(sorted);
    }
    if (value === null || typeof value !== 'object') {
        return value;
    }
    return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

/// The board as JSON has it, which leaves out what is undefined; its panels are numbered in their order.
function toJson(board) {
    const plain = JSON.parse(JSON.stringify(board));
    plain.panels.forEach((panel, index) => (panel.id = index + 1));
    return `${JSON.stringify(sorted(plain), null, 2)}\n`;
}

const { values } = parseArgs({
    options: {
        out: { type: 'string', default: path.join(path.dirname(fileURLToPath(import.meta.url)), 'dashboards') },
        sightglass: { type: 'string', default: 'http://localhost:8080' },
    },
});
fs.mkdirSync(values.out, { recursive: true });
for (const [name, makeBoard] of Object.entries(kBoards)) {
    fs.writeFileSync(path.join(values.out, `${name}.json`), toJson(makeBoard({ sightglass: values.sightglass }).build()));
}
