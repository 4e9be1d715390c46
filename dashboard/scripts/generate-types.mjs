// Writes src/api/schema.gen.ts from api/openapi.yaml. A file that is as it should be is not touched, so that nothing is
// built again because of it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import openapiTs, { astToString } from 'openapi-typescript';

const source = new URL('../../api/openapi.yaml', import.meta.url);
const target = new URL('../src/api/schema.gen.ts', import.meta.url);

const types = astToString(await openapiTs(source, { immutable: true, emptyObjectsUnknown: true }));
const text = `// Made from api/openapi.yaml by scripts/generate-types.mjs.\n\n${types}`;
if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  writeFileSync(target, text);
}
