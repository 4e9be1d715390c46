// Holds every #include under src/ against the table in src/README.md, which is the rule: a room may include itself and
// the rooms named behind it. Prints each breach as FILE:LINE, and exits with 1 when there is one.
//
//     node tests/layers/check.mjs [SOURCE_DIR]
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const kRoot = path.resolve(process.argv[2] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), '../..'));
const kSource = path.join(kRoot, 'src');

/// Third-party headers that one room alone may see.
const kOwned = new Map([
    ['simdjson.h', 'codec'],
    ['duckdb.h', 'store/duckdb'],
]);

/// Folders of these rooms do not see each other.
const kApart = ['capture'];

const problems = [];

/// room → {layer, may: Set | 'all'}, as the table says.
function readTable(text) {
    const rooms = new Map();
    for (const line of text.split('\n')) {
        const cells = /^\| (\d+) \| (`[^|]*`) \| [^|]* \| ([^|]*) \|$/.exec(line);
        if (cells === null) {
            continue;
        }
        const [, layer, names, includes] = cells;
        const list = includes.trim();
        const may = list === 'all' ? 'all' : new Set(list === '–' ? [] : list.split(/\s+/));
        for (const [, name] of names.matchAll(/`([^`]+?)\/`/g)) {
            rooms.set(name, { layer: Number(layer), may });
        }
    }
    return rooms;
}

function checkTable(rooms) {
    for (const [name, { layer, may }] of rooms) {
        if (!fs.existsSync(path.join(kSource, name))) {
            problems.push(`src/README.md: the table names the room ${name}, and there is no such folder`);
        }
        for (const other of may === 'all' ? [] : may) {
            if (!rooms.has(other)) {
                problems.push(`src/README.md: ${name} may include ${other}, which is not in the table`);
            } else if (rooms.get(other).layer >= layer) {
                problems.push(`src/README.md: ${name} (layer ${layer}) may include ${other}, which is not below it`);
            }
        }
    }
}

/// The list of headers to read first, below the table, must name headers that exist, one in each room.
function checkFirstHeaders(text, rooms) {
    const after = text.slice(text.indexOf('read first'));
    const headers = [...after.matchAll(/`([a-z0-9_/]+\.h)`/g)].map((found) => found[1]);
    headers.filter((header) => !fs.existsSync(path.join(kSource, header))).forEach((header) => {
        problems.push(`src/README.md: ${header} is to be read first, and is not there`);
    });
    const covered = new Set(headers.map((header) => roomOf(header, rooms)));
    [...rooms.keys()].filter((room) => !covered.has(room)).forEach((room) => {
        problems.push(`src/README.md: ${room} has no header to read first`);
    });
}

/// The room that a path below src/ belongs to: the longest name in the table that it starts with.
function roomOf(file, rooms) {
    const parts = file.split('/').slice(0, -1);
    for (; parts.length > 0; parts.pop()) {
        if (rooms.has(parts.join('/'))) {
            return parts.join('/');
        }
    }
    return null;
}

function sourceFiles() {
    const all = fs.readdirSync(kSource, { recursive: true }).map((name) => name.split(path.sep).join('/'));
    return all.filter((name) => /\.(cc|h)$/.test(name)).sort();
}

function checkProjectInclude(file, room, included, rooms) {
    if (!fs.existsSync(path.join(kSource, included))) {
        return `"${included}" is not a file below src/`;
    }
    const other = roomOf(included, rooms);
    if (other === null) {
        return `"${included}" belongs to no room`;
    }
    const { may } = rooms.get(room);
    if (other !== room && may !== 'all' && !may.has(other)) {
        return `${room} may not include ${other} ("${included}")`;
    }
    if (other === room && kApart.includes(room)) {
        const [mine, theirs] = [file, included].map((name) => name.slice(room.length + 1).split('/'));
        if (mine.length > 1 && theirs.length > 1 && mine[0] !== theirs[0]) {
            return `${room}/${mine[0]} may not include its sibling ${room}/${theirs[0]}`;
        }
    }
    return null;
}

function checkSystemInclude(room, included, rooms) {
    const owner = kOwned.get(included);
    if (owner !== undefined && owner !== room) {
        return `<${included}> is for ${owner} alone`;
    }
    return rooms.has(included.split('/')[0]) && fs.existsSync(path.join(kSource, included))
        ? `<${included}> is ours: use quotes`
        : null;
}

function checkFile(file, rooms) {
    const room = roomOf(file, rooms);
    if (room === null) {
        problems.push(`src/${file}: its folder is not a room in src/README.md`);
        return 0;
    }
    const lines = fs.readFileSync(path.join(kSource, file), 'utf8').split('\n');
    let includes = 0;
    lines.forEach((line, i) => {
        const found = /^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)/.exec(line);
        if (found === null) {
            return;
        }
        includes += 1;
        const [, ours, system] = found;
        const owned = ours !== undefined && kOwned.has(ours);
        const problem =
            ours !== undefined && !owned
                ? checkProjectInclude(file, room, ours, rooms)
                : checkSystemInclude(room, system ?? ours, rooms);
        if (problem !== null) {
            problems.push(`src/${file}:${i + 1}: ${problem}`);
        }
    });
    return includes;
}

const readme = fs.readFileSync(path.join(kSource, 'README.md'), 'utf8');
const rooms = readTable(readme);
if (rooms.size === 0) {
    problems.push('src/README.md: no table of rooms was found');
}
checkTable(rooms);
checkFirstHeaders(readme, rooms);
const files = sourceFiles();
const includes = files.reduce((sum, file) => sum + checkFile(file, rooms), 0);
problems.forEach((problem) => console.error(problem));
console.log(`layers: ${files.length} files, ${includes} includes, ${rooms.size} rooms, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
