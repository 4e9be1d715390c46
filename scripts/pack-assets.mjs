// Packs the files of a folder into one archive, each also compressed, for building into the program.
// Format: docs/formats/asset-archive.md.
//
//   node scripts/pack-assets.mjs dashboard/dist build/release/dashboard.assets
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const CONTENT_TYPES = {
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.ico': 'image/x-icon',
    '.js': 'text/javascript; charset=utf-8',
    '.json': 'application/json',
    '.map': 'application/json',
    '.png': 'image/png',
    '.svg': 'image/svg+xml',
    '.txt': 'text/plain; charset=utf-8',
    '.webmanifest': 'application/manifest+json',
    '.woff2': 'font/woff2',
};
const LARGEST_USEFUL_RATIO = 0.9;

function listFiles(folder, prefix = '') {
    return readdirSync(folder, { withFileTypes: true })
        .flatMap((entry) => {
            const name = `${prefix}${entry.name}`;
            return entry.isDirectory() ? listFiles(path.join(folder, entry.name), `${name}/`) : [name];
        })
        .sort();
}

function compress(bytes) {
    const useful = (compressed) =>
        compressed.length < bytes.length * LARGEST_USEFUL_RATIO ? compressed : Buffer.alloc(0);
    return {
        gzip: useful(gzipSync(bytes, { level: 9 })),
        brotli: useful(
            brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
        ),
    };
}

function pack(folder) {
    const rows = [];
    const content = [];
    let offset = 0;
    const append = (bytes) => {
        content.push(bytes);
        const place = `${offset}\t${bytes.length}`;
        offset += bytes.length;
        return place;
    };
    for (const name of listFiles(folder)) {
        const type = CONTENT_TYPES[path.extname(name)];
        if (type === undefined) {
            throw new Error(`${name}: no content type is known for ${path.extname(name)}; add it to ${import.meta.url}`);
        }
        const bytes = readFileSync(path.join(folder, name));
        const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
        const { gzip, brotli } = compress(bytes);
        rows.push([name, type, etag, append(bytes), append(gzip), append(brotli)].join('\t'));
    }
    const index = ['sightglass-assets 1', ...rows, '', ''].join('\n');
    return Buffer.concat([Buffer.from(index), ...content]);
}

const [folder, archive] = process.argv.slice(2);
if (!folder || !archive) {
    console.error('usage: node scripts/pack-assets.mjs FOLDER ARCHIVE');
    process.exit(2);
}
mkdirSync(path.dirname(archive), { recursive: true });
writeFileSync(archive, pack(folder));
