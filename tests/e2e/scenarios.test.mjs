// What calls are for: told of each chat while its text is in memory, own scenarios from a few examples, and nothing of the text on disk.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { send } from '../support/client.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

const kGarden = {
    name: 'Garden advice',
    description: 'What grows where.',
    examples: [
        'When do I prune my apple tree?',
        'My tomato leaves turn yellow',
        'Which hedge grows in the shade?',
        'How deep do I plant tulip bulbs?',
        'Is it time to sow spinach?',
        'How often should I water basil?',
        'Which fertiliser do roses need?',
        'Can I plant a fig tree in a pot?',
    ],
};

let upstream;
let server;

before(async () => {
    upstream = await Upstream.start();
    server = await Sightglass.start({ upstreams: { openai: upstream.origin } });
});

after(async () => {
    await server.stop();
    await upstream.stop();
});

/// One chat of these messages; the call as it is stored, once its scenario is known.
async function told(messages, headers = {}) {
    const got = await send(server.origin, '/v1/chat/completions', {
        headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test-1234567890abcdef', ...headers },
        body: JSON.stringify({ model: 'gpt-4o-mini', messages }),
    });
    assert.equal(got.status, 200);
    return waitFor(
        async () => {
            const { status, body } = await server.api.ask(`/api/v1/calls/${got.callId}`);
            return status === 200 && body.scenario !== null ? body : null;
        },
        { what: `the scenario of ${got.callId}` },
    );
}

const user = (content) => [{ role: 'user', content }];

test('each chat is told what it is for, in three languages', async () => {
    const expected = {
        'Write a Python function that reverses a linked list.': 'coding',
        'Translate the following letter into Spanish, please.': 'translation',
        '请把下面的文章翻译成英文': 'translation',
        '给下面的新闻写一个简短的摘要': 'summarising',
        'Vat het volgende artikel samen in drie zinnen.': 'summarising',
        'Waar blijft mijn bestelling?': 'customer_service',
    };
    for (const [text, scenario] of Object.entries(expected)) {
        const call = await told(user(text));
        assert.equal(call.scenario, scenario, text);
        assert.ok(call.scenario_confidence > 0 && call.scenario_confidence <= 1);
    }
});

test('it is a dimension as any other, and a session has that of its turns', async () => {
    const headers = { 'x-sightglass-session': 'one-conversation', 'x-sightglass-team': 'linguists' };
    await told(user('Translate this paragraph into German.'), headers);
    await told(user('Translate this sentence into Polish.'), headers);
    const rows = await server.api.query({ metrics: 'calls', group_by: 'scenario', filter: 'team:linguists', from: '-1h' });
    assert.deepEqual(rows, [{ scenario: 'translation', calls: 2 }]);
    const session = await server.api.get('/api/v1/sessions/one-conversation');
    assert.equal(session.scenario, 'translation');
});

test('a scenario of one\'s own is told from its making to its end, also after a restart', async () => {
    const ask = user('When do I prune my pear tree?');
    assert.notEqual((await told(ask)).scenario, kGarden.name);
    const made = await server.api.ask('/api/v1/scenarios', { method: 'POST', body: kGarden });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.deepEqual(made.body.examples, kGarden.examples);
    assert.equal((await told(ask)).scenario, kGarden.name);
    assert.equal((await told(user('Write a bash script that renames files.'))).scenario, 'coding');
    const { dataDir, token } = server;
    await server.stop();
    server = await Sightglass.start({ dataDir, token, upstreams: { openai: upstream.origin } });
    assert.equal((await told(ask)).scenario, kGarden.name);

    const changed = await server.api.ask(`/api/v1/scenarios/${made.body.id}`, { method: 'PATCH', body: { name: 'Gardens' } });
    assert.equal(changed.status, 200);
    assert.equal((await told(ask)).scenario, 'Gardens');
    const list = await server.api.get('/api/v1/scenarios');
    assert.deepEqual(list.items.filter(({ own }) => own).map(({ name }) => name), ['Gardens']);
    assert.equal(list.items.filter(({ own }) => !own).length, 13);

    assert.equal((await server.api.ask(`/api/v1/scenarios/${made.body.id}`, { method: 'DELETE' })).status, 200);
    assert.notEqual((await told(ask)).scenario, 'Gardens');
    const audit = await server.api.get('/api/v1/audit');
    for (const action of ['scenario_made', 'scenario_changed', 'scenario_removed']) {
        assert.ok(audit.items.some((entry) => entry.action === action), action);
    }
});

test('what cannot be a scenario is refused, and a text can be tried', async () => {
    const refuse = async (body, status) => {
        const answer = await server.api.ask('/api/v1/scenarios', { method: 'POST', body });
        assert.equal(answer.status, status, JSON.stringify(answer.body));
    };
    await refuse({ name: '' }, 400);
    await refuse({ name: 'x' }, 400);
    await refuse({ name: 'x', examples: ['a'], colour: 'red' }, 400);
    await refuse({ name: 'coding', examples: ['a'] }, 409);
    assert.equal((await server.api.ask('/api/v1/scenarios/none', { method: 'DELETE' })).status, 404);
    const trial = await server.api.ask('/api/v1/scenarios/try', { method: 'POST', body: { text: 'Translate this into French' } });
    assert.equal(trial.status, 200);
    assert.equal(trial.body.scenario, 'translation');
    assert.equal(trial.body.own, false);
});

test('nothing of what was said is on disk', async () => {
    const planted = 'zanzibarquokkaplantedwords';
    await told(user(`Translate into French: ${planted}`));
    const found = execFileSync('sh', ['-c', `grep -rlaF ${planted} "$0" || true`, server.dataDir]).toString();
    assert.equal(found, '');
});
