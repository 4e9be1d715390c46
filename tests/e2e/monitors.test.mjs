// `sightglass monitors`: monitors as code, and as rules that the real promtool and Prometheus take.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { chat } from '../support/client.mjs';
import { temporaryFolder } from '../support/places.mjs';
import { isHere } from '../support/receivers.mjs';
import { run, Sightglass } from '../support/sightglass.mjs';
import { Upstream } from '../support/upstream.mjs';
import { waitFor } from '../support/wait.mjs';

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

const monitors = (...args) =>
    run(['monitors', ...args, '--data-dir', server.dataDir], { env: { SIGHTGLASS_ADMIN_TOKEN: server.token } });

async function good(...args) {
    const done = await monitors(...args);
    assert.equal(done.code, 0, done.stderr + done.stdout);
    return done.stdout;
}

function fileOf(text) {
    const file = path.join(temporaryFolder('monitors'), 'monitors.yaml');
    fs.writeFileSync(file, text);
    return file;
}

const kFile = `
monitors:
  - name: Errors by model
    metric: error_rate
    group_by: [model]
    window: 5m
    condition: {op: '>', value: 0.1, min_calls: 2}
    severity: critical
`;

test('a file is shown as differences, applied, changed and taken back', async () => {
    const file = fileOf(kFile);
    const refused = await monitors('apply', file);
    assert.equal(refused.code, 1);
    assert.equal(refused.stdout, '+ errors-by-model  Errors by model\n');
    assert.match(refused.stderr, /--yes/);
    assert.match(await good('apply', file, '--yes'), /1 monitor changed/);
    assert.equal(await good('apply', file, '--yes'), 'Nothing to change.\n');
    fs.writeFileSync(file, kFile.replace('0.1', '0.2'));
    const changed = await good('apply', file, '--yes');
    assert.match(changed, /^~ errors-by-model .*\n {4}condition: .*"value":0\.1.* -> .*"value":0\.2/);
    assert.match(await good('list'), /errors-by-model +threshold +error_rate +5m +critical/);
    const exported = fileOf(await good('export'));
    assert.equal(await good('apply', exported, '--yes', '--prune'), 'Nothing to change.\n');
    fs.writeFileSync(file, 'monitors: []\n');
    assert.match(await good('apply', file, '--yes', '--prune'), /^- errors-by-model/);
    assert.ok(!(await good('list')).includes('errors-by-model'));
});

test('a mistake is named with its line, and nothing is changed', async () => {
    const wrong = await monitors('apply', fileOf(`${kFile}  - {name: X, metric: cals}\n`), '--yes');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /monitors\.yaml:9: metric.*calls/);
    assert.equal((await monitors('apply', '/nowhere.yaml')).code, 2);
    assert.ok(!(await good('list')).includes('errors-by-model'));
});

test('a monitor is previewed as a file has it', async () => {
    for (const behaviour of ['server_error', 'server_error', 'default']) {
        await chat(server.origin, behaviour);
    }
    // The calls may lie in two windows.
    const file = fileOf(kFile.replace('5m', '10s').replace('min_calls: 2', 'min_calls: 1'));
    const text = await waitFor(async () => {
        const printed = await good('preview', 'errors-by-model', '--file', file, '--from', '-10m');
        return !printed.includes('fired 0 times') && printed;
    }, { what: 'a window that is over' });
    assert.match(text, /would have fired [1-9]/);
    assert.equal((await monitors('preview', 'none')).code, 1);
});

const noPromtool = !isHere('promtool', '--version') && 'promtool (Debian: prometheus) is not installed';
test('promtool takes the rules of all monitors', { skip: noPromtool }, async () => {
    await good('apply', fileOf(kFile), '--yes');
    const rules = path.join(temporaryFolder('rules'), 'rules.yml');
    fs.writeFileSync(rules, await good('export', '--prometheus'));
    const said = execFileSync('promtool', ['check', 'rules', rules], { encoding: 'utf8' });
    assert.match(said, /SUCCESS: 1[0-9] rules found/);
    // By hand: four of ten calls fail, from the first minute on.
    const tests = path.join(path.dirname(rules), 'tests.yml');
    const series = (status, step) => ({
        series: `sightglass_calls_total{model="gpt-5",provider="openai",status="${status}"}`, values: `0+${step}x20`,
    });
    fs.writeFileSync(tests, JSON.stringify({
        rule_files: [rules], evaluation_interval: '1m',
        tests: [{
            interval: '1m', input_series: [series('ok', 60), series('error', 40)],
            alert_rule_test: [{
                eval_time: '10m', alertname: 'Errors by model',
                exp_alerts: [{
                    exp_labels: { model: 'gpt-5', severity: 'critical', monitor: 'errors-by-model' },
                    exp_annotations: { summary: 'Errors by model', description: '0.4: error_rate above 10 %' },
                }],
            }],
        }],
    }));
    execFileSync('promtool', ['test', 'rules', tests], { encoding: 'utf8' });
});
