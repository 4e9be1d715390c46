// Who made a call: attribution headers (ours and other gateways'), the body's own fields, organisation and project. What is
// ours is not passed on; everything else reaches the upstream as it was sent.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { client, compareWays, kMessages, plain } from '../support/sdk.mjs';
import { Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';

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

const bothWays = compareWays(() => ({ upstream, server }));

test('attribution by headers: recorded, and not passed on', async () => {
    const { call } = await bothWays(
        (openai) => openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages }).then(plain),
        {
            id: 'attribution-1',
            headers: {
                'x-sightglass-service': 'search',
                'x-sightglass-environment': 'production',
                'x-sightglass-team': 'discovery',
                'x-sightglass-user': 'ann@example.com',
                'x-sightglass-session': 'session-7',
                'x-sightglass-project': 'proj-9',
                'x-sightglass-tag-feature': 'autocomplete',
                'x-sightglass-tag-Ring': 'canary',
            },
        },
    );
    assert.equal(call.service, 'search');
    assert.equal(call.environment, 'production');
    assert.equal(call.team, 'discovery');
    assert.equal(call.user, 'ann@example.com');
    assert.equal(call.session_id, 'session-7');
    assert.equal(call.project, 'proj-9');
    assert.deepEqual(call.tags, { feature: 'autocomplete', ring: 'canary' });
    const [, through] = upstream.requests.filter((seen) => seen.headers['x-test-id'] === 'attribution-1');
    assert.deepEqual(Object.keys(through.headers).filter((name) => name.startsWith('x-sightglass')), []);
});

test('attribution in the ways of other gateways: read, and not passed on', async () => {
    const { call } = await bothWays(
        (openai) => openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages }).then(plain),
        {
            id: 'attribution-2',
            headers: {
                'Helicone-User-Id': 'helicone-user',
                'Helicone-Session-Id': 'helicone-session',
                'Helicone-Property-Feature': 'summary',
            },
        },
    );
    assert.equal(call.user, 'helicone-user');
    assert.equal(call.session_id, 'helicone-session');
    assert.equal(call.tags.feature, 'summary');
    const [, through] = upstream.requests.filter((seen) => seen.headers['x-test-id'] === 'attribution-2');
    assert.deepEqual(Object.keys(through.headers).filter((name) => name.startsWith('helicone')), []);

    const portkey = await bothWays(
        (openai) => openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages }).then(plain),
        { id: 'attribution-3', headers: { 'x-portkey-metadata': '{"_user":"portkey-user","feature":"chat"}' } },
    );
    assert.equal(portkey.call.user, 'portkey-user');
    assert.equal(portkey.call.tags.feature, 'chat');
});

test('attribution in the body: user, safety_identifier, metadata; the body is not touched', async () => {
    const request = {
        model: 'gpt-4o-mini',
        messages: kMessages,
        user: 'body-user',
        metadata: { feature: 'checkout' },
    };
    const first = await bothWays((openai) => openai.chat.completions.create(request).then(plain), { id: 'body-1' });
    assert.equal(first.call.user, 'body-user');
    assert.equal(first.call.tags.feature, 'checkout');
    const [direct, through] = upstream.requests.filter((seen) => seen.headers['x-test-id'] === 'body-1');
    assert.ok(through.body.equals(direct.body));

    const identified = { model: 'gpt-4o-mini', input: 'Hello', safety_identifier: 'safe-user' };
    const second = await bothWays((openai) => openai.responses.create(identified).then(plain));
    assert.equal(second.call.user, 'safe-user');
});

test('organisation and project of the request are recorded and passed on', async () => {
    const use = (openai) =>
        openai.responses.create({ model: 'gpt-4o-mini', input: 'Hello' }).then(plain);
    const direct = await use(client(upstream.origin, { organization: 'org-mine', project: 'proj_mine' }));
    const through = client(server.origin, { id: 'org-1', organization: 'org-mine', project: 'proj_mine' });
    assert.deepEqual(await use(through), direct);

    const seen = upstream.find('org-1');
    assert.equal(seen.headers['openai-organization'], 'org-mine');
    assert.equal(seen.headers['openai-project'], 'proj_mine');
    const call = await server.api.waitForCall(through.seen.callIds[0]);
    assert.equal(call.project, 'proj_mine');
    assert.ok(['org-mine', 'org-test'].includes(call.organization));
});

test('what the upstream gets is what the client sent: headers in order, body byte for byte', async () => {
    const send = async (origin, id) => {
        const openai = client(origin, { id });
        await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: kMessages });
        return upstream.find(id);
    };
    const direct = await send(upstream.origin, 'same-direct');
    const through = await send(server.origin, 'same-through');
    const comparable = ({ rawHeaders }) => {
        const pairs = rawHeaders.flatMap((name, i) => (i % 2 ? [] : [[name.toLowerCase(), rawHeaders[i + 1]]]));
        return pairs.filter(([name]) => !['host', 'connection', 'keep-alive', 'x-test-id'].includes(name));
    };
    assert.deepEqual(comparable(through), comparable(direct));
    assert.ok(through.body.equals(direct.body));
    assert.equal(through.headers.host, `127.0.0.1:${upstream.port}`);
});
