// Where things are: the source tree, the binary under test, the recorded traffic beside the tree, temporary folders.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const kSourceDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

export const kBinary = process.env.SIGHTGLASS_BINARY
    ? path.resolve(process.env.SIGHTGLASS_BINARY)
    : path.join(kSourceDir, 'build/release/sightglass');

const kSharedData = path.resolve(kSourceDir, '../shared/data');

/// A file of the recorded traffic, or null where it is not there (then a test skips, and says so).
export function recordedFile(name) {
    const file = path.join(kSharedData, name);
    return fs.existsSync(file) ? file : null;
}

/// For `test(name, {skip: needs(...)}, …)`: false, or the reason to skip.
export function needsRecordings(...names) {
    const missing = names.filter((name) => recordedFile(name) === null);
    return missing.length > 0 && `recorded traffic is not here: ../shared/data/${missing[0]}`;
}

const made = [];

/// A new empty folder. It goes when the process ends well, and stays (and is named) when a test failed.
export function temporaryFolder(label) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), `sightglass-e2e-${label}-`));
    made.push(folder);
    return folder;
}

process.on('exit', (code) => {
    for (const folder of made) {
        if (code === 0 && !process.env.SIGHTGLASS_KEEP) {
            fs.rmSync(folder, { recursive: true, force: true });
        } else {
            console.error(`kept: ${folder}`);
        }
    }
});
