// Fails the build when what a first visit of the Overview loads is larger than the promise: everything in dist/, gzipped,
// but what is loaded only on demand (other pages and languages, menus, dialogs, fonts for other alphabets).
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT = 400_000;
const ON_DEMAND = [/^(nl|zh)-/, /latin-ext/, /^(CallsPage|DropdownPanel|ShortcutHelp|overlays)-/];

const assets = new URL('../dist/assets/', import.meta.url);
const sizes = readdirSync(assets).map((name) => {
  const bytes = readFileSync(new URL(name, assets));
  const packed = name.endsWith('.woff2') ? bytes.length : gzipSync(bytes, { level: 9 }).length;
  return { name, packed, onDemand: ON_DEMAND.some((pattern) => pattern.test(name)) };
});
sizes.push({
  name: 'index.html',
  packed: gzipSync(readFileSync(new URL('../dist/index.html', import.meta.url))).length,
  onDemand: false,
});

sizes.sort((a, b) => b.packed - a.packed);
for (const { name, packed, onDemand } of sizes) {
  console.log(`${String(packed).padStart(8)}  ${name}${onDemand ? '  (on demand)' : ''}`);
}
const total = sizes.filter((size) => !size.onDemand).reduce((sum, size) => sum + size.packed, 0);
console.log(`${String(total).padStart(8)}  first load, gzipped; at most ${LIMIT}`);
if (total > LIMIT) {
  console.error(`check-size: the first load is ${total - LIMIT} bytes too large`);
  process.exit(1);
}
