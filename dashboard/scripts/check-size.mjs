// Fails the build when what a first visit of a page loads is larger than the promise, gzipped: index.html, the page's
// chunk, what both import, and the font. Other pages and languages, menus, dialogs and fonts
// for other alphabets come on demand.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT = 260_000;
/** Beside what index.html names. */
const PAGES = {
  Overview: [/^OverviewPage-/],
  Calls: [/^CallsPage-/],
  Traces: [/^TracesPage-/],
  Sessions: [/^SessionsPage-/],
  Performance: [/^PerformancePage-/],
  Cost: [/^CostPage-/],
  Cases: [/^CasesPage-/],
  Scenarios: [/^ScenariosPage-/],
  Keys: [/^KeysPage-/],
  Live: [/^LivePage-/],
  Alerts: [/^AlertsPage-/],
  Limits: [/^LimitsPage-/],
  Prices: [/^PricesPage-/],
  Users: [/^UsersPage-/],
  FollowUps: [/^FollowUpsPage-/],
};
const FONT = /latin-wght-normal.*\.woff2$/;

const dist = new URL('../dist/', import.meta.url);
const names = readdirSync(new URL('assets/', dist));
const text = (name) => readFileSync(new URL(`assets/${name}`, dist), 'utf8');

function packed(name) {
  const bytes = readFileSync(new URL(name === 'index.html' ? name : `assets/${name}`, dist));
  return name.endsWith('.woff2') ? bytes.length : gzipSync(bytes, { level: 9 }).length;
}

/** The files that a chunk cannot run without. */
const importsOf = (name) =>
  name.endsWith('.js') ? [...text(name).matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g)].map((match) => match[1]) : [];

function withImports(roots) {
  const found = new Set();
  const open = [...roots];
  while (open.length > 0) {
    const name = open.pop();
    if (!found.has(name)) {
      found.add(name);
      open.push(...importsOf(name));
    }
  }
  return found;
}

const html = readFileSync(new URL('index.html', dist), 'utf8');
const entry = [...html.matchAll(/(?:src|href)="\/assets\/([^"]+)"/g)].map((match) => match[1]);
let failed = false;
for (const [page, patterns] of Object.entries(PAGES)) {
  const own = names.filter((name) => patterns.some((pattern) => pattern.test(name)) || FONT.test(name));
  const missing = patterns.filter((pattern) => !own.some((name) => pattern.test(name)));
  const files = ['index.html', ...withImports([...entry, ...own])];
  // A chunk's style sheet has its name.
  const chunks = files.map((name) => name.replace(/-[\w-]{8}\.js$/, ''));
  const styles = names.filter((name) => name.endsWith('.css') && chunks.includes(name.replace(/-[\w-]{8}\.css$/, '')));
  const sizes = [...new Set([...files, ...styles])].map((name) => ({ name, size: packed(name) }));
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  if (page === 'Overview') {
    for (const { name, size } of sizes.toSorted((a, b) => b.size - a.size)) {
      console.log(`${String(size).padStart(8)}  ${name}`);
    }
  }
  console.log(`${String(total).padStart(8)}  first load of ${page}, gzipped; at most ${LIMIT}`);
  if (missing.length > 0 || total > LIMIT) {
    console.error(`check-size: ${missing.length > 0 ? `${page} has no chunk ${missing.join(', ')}` : `${page} is ${total - LIMIT} bytes too large`}`);
    failed = true;
  }
}
process.exit(failed ? 1 : 0);
