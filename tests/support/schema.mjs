// Answers against api/openapi.yaml: each JSON answer must be of a route, status and media type that the document names,
// and must fit its schema.
import fs from 'node:fs';
import path from 'node:path';

import Ajv2020 from 'ajv/dist/2020.js';
import YAML from 'yaml';

import { kSourceDir } from './places.mjs';

const document = YAML.parse(fs.readFileSync(path.join(kSourceDir, 'api/openapi.yaml'), 'utf8'));

const kDateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
ajv.addFormat('date-time', (text) => kDateTime.test(text) && !Number.isNaN(Date.parse(text)));
ajv.addFormat('uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i);
for (const format of ['int32', 'int64', 'double', 'float', 'uri', 'uri-reference', 'binary']) {
    ajv.addFormat(format, true);
}
ajv.addSchema(document, 'openapi');

const routes = Object.keys(document.paths).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`),
}));

const seen = new Set();

/// Routes, methods and statuses whose answers were checked in this process: "GET /api/v1/calls 200".
export const checkedAnswers = () => [...seen].sort();

export const openApiDocument = () => document;

const pointer = (...parts) =>
    parts.map((part) => String(part).replace(/~/g, '~0').replace(/\//g, '~1')).map(encodeURIComponent).join('/');

function resolve(node) {
    let current = node;
    while (current?.$ref) {
        current = current.$ref.slice(2).split('/').reduce((at, key) => at[key.replace(/~1/g, '/')], document);
    }
    return current;
}

/// Throws where the answer is not what the document says.
export function checkAnswer(method, url, status, contentType, body) {
    const pathname = url.replace(/[?#].*$/, '');
    const exact = routes.find((route) => route.template === pathname);
    const route = exact ?? routes.find((candidate) => candidate.pattern.test(pathname));
    if (route === undefined) {
        // Not a route of ours: then it must be a problem document that says so.
        if (status === 404 && contentType.startsWith('application/problem+json')) {
            return;
        }
        throw new Error(`${method} ${pathname} is not in api/openapi.yaml`);
    }
    const verb = method.toLowerCase();
    const operation = document.paths[route.template][verb];
    if (operation === undefined) {
        if (status === 405) {
            return;
        }
        throw new Error(`${method} ${route.template} is not in api/openapi.yaml`);
    }
    const name = [String(status), `${String(status)[0]}XX`, 'default'].find((key) => operation.responses[key]);
    if (name === undefined) {
        throw new Error(`${method} ${route.template}: status ${status} is not in api/openapi.yaml`);
    }
    const media = contentType.split(';')[0].trim();
    const response = resolve(operation.responses[name]);
    if (response.content?.[media] === undefined) {
        throw new Error(`${method} ${route.template} ${status}: ${media} is not in api/openapi.yaml`);
    }
    if (response.content[media].schema !== undefined) {
        validate(operation.responses[name], [route.template, verb, name], media, body);
    }
    seen.add(`${method} ${route.template} ${status}`);
}

function validate(response, [template, verb, name], media, body) {
    const base = response.$ref
        ? response.$ref
        : `#/${pointer('paths', template, verb, 'responses', name)}`;
    const check = ajv.getSchema(`openapi${base}/${pointer('content', media, 'schema')}`);
    if (check === undefined) {
        throw new Error(`no schema at ${base} for ${media}`);
    }
    if (!check(body)) {
        const errors = check.errors.slice(0, 5).map((error) => `${error.instancePath} ${error.message}`);
        throw new Error(
            `${verb.toUpperCase()} ${template} ${name} does not fit its schema:\n  ${errors.join('\n  ')}\n` +
                JSON.stringify(body).slice(0, 2000),
        );
    }
}
