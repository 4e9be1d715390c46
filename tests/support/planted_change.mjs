// Four weeks of two services: the chat bot was slow, its users said so, and two weeks ago it was given another model; the mail
// service stayed as it was.
import fs from 'node:fs';
import path from 'node:path';

import { temporaryFolder } from './places.mjs';
import { run } from './sightglass.mjs';

const kDay = 86_400_000;
const kDaysEach = 14;
const kCallsADay = 12;
/// At midnight, so that no day is left out.
const kChanged = Math.floor(Date.now() / kDay) * kDay - kDaysEach * kDay;
export const kChangedAt = new Date(kChanged).toISOString();

/// Numbers that look like chance and are the same each time.
function noiseOf(seed) {
    let state = seed;
    return () => {
        state = (state * 1103515245 + 12345) % 2147483648;
        return state / 2147483648;
    };
}

export async function plantChange(server) {
    const noise = noiseOf(7);
    const lines = [];
    const thumbs = [];
    for (let day = -kDaysEach; day < kDaysEach; ++day) {
        for (const service of ['bot', 'mail']) {
            const slow = service === 'bot' && day < 0;
            const bad = 0.9 + 0.2 * noise();  // A day as a whole.
            for (let i = 0; i < kCallsADay; ++i) {
                const session = `${service}-${day}-${Math.floor(i / 3)}`;
                lines.push({
                    started_at: new Date(kChanged + day * kDay + Math.floor(i / 3) * 6 * 3_600_000 + (i % 3) * 60_000 + 60_000).toISOString(),
                    provider: 'openai',
                    model: slow ? 'gpt-4o' : 'gpt-4o-mini',
                    service,
                    operation: 'chat',
                    status: noise() < 0.04 ? 'error' : 'ok',
                    session_id: session,
                    prompt_tokens: 500 + Math.floor(200 * noise()),
                    completion_tokens: 80 + Math.floor(60 * noise()),
                    latency_ms: Math.floor((slow ? 4_000 : 1_000) * bad * (0.7 + 0.6 * noise())),
                });
                if (i % 3 === 2) {
                    thumbs.push({ session_id: session, label: noise() < (slow ? 0.3 : 0.95) ? 'up' : 'down' });
                }
            }
        }
    }
    const file = path.join(temporaryFolder('change'), 'calls.jsonl');
    fs.writeFileSync(file, `${lines.map((one) => JSON.stringify(one)).join('\n')}\n`);
    const done = await run(['import', file, '--yes', '--json', '--data-dir', server.dataDir], { env: { SIGHTGLASS_ADMIN_TOKEN: server.token } });
    if (done.code !== 0) {
        throw new Error(done.stderr);
    }
    await server.api.waitForCount(lines.length, { from: '-40d', to: '2100-01-01T00:00:00Z', filter: ['service:bot', 'service:mail'] });
    for (const thumb of thumbs) {
        await server.api.ask('/api/v1/feedback', { method: 'POST', body: thumb });
    }
}
