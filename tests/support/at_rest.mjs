// What is at rest: every file of a data directory, the logs, and what the API tells, searched for texts.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { waitFor } from './wait.mjs';

/// Names of the files below `folder` that hold one of the texts, as "file: text".
export function findInFiles(folder, texts) {
    const found = [];
    for (const name of fs.readdirSync(folder, { recursive: true })) {
        const file = path.join(folder, name);
        if (!fs.statSync(file).isFile()) {
            continue;
        }
        const bytes = fs.readFileSync(file);
        for (const text of texts) {
            const forms = [text, Buffer.from(text).toString('base64').slice(0, -4), Buffer.from(text).toString('hex')];
            forms.filter((form) => bytes.includes(form)).forEach((form) => found.push(`${name}: ${form}`));
        }
    }
    return found;
}

/// Fails where one of the texts is in a file, in the logs, or in what the API tells of the calls.
export async function mustBeNowhere(server, texts) {
    await waitFor(async () => (await server.api.get('/api/v1/status')).pipeline.lag_s === 0);
    assert.deepEqual(findInFiles(server.dataDir, texts), []);
    const ids = (await server.api.calls()).map((call) => call.call_id);
    const told = await Promise.all(ids.map((id) => server.api.call(id)));
    for (const text of texts) {
        assert.ok(!JSON.stringify(told).includes(text), `the API tells ${text}`);
        assert.ok(!(server.stderr + server.stdout.join('\n')).includes(text), `the logs have ${text}`);
    }
}
