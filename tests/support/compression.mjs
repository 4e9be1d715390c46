// Content encodings as providers use them, whole or as a stream that is flushed event by event.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

import { temporaryFolder } from './places.mjs';

const kFlushing = {
    gzip: () => [zlib.createGzip({ level: 6 }), zlib.constants.Z_SYNC_FLUSH],
    deflate: () => [zlib.createDeflate({ level: 6 }), zlib.constants.Z_SYNC_FLUSH],
    br: () => [
        zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
        zlib.constants.BROTLI_OPERATION_FLUSH,
    ],
    ...(zlib.createZstdCompress ? { zstd: () => [zlib.createZstdCompress(), zlib.constants.ZSTD_e_flush] } : {}),
};

const kWhole = {
    gzip: (bytes) => zlib.gzipSync(bytes),
    deflate: (bytes) => zlib.deflateSync(bytes),
    br: (bytes) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
    zstd: zlib.zstdCompressSync ? (bytes) => zlib.zstdCompressSync(bytes) : zstdByCommand,
};

function zstdByCommand(bytes) {
    const ended = spawnSync('zstd', ['-q', '-c'], { input: bytes, maxBuffer: 1 << 28 });
    if (ended.status !== 0) {
        throw new Error(`zstd: ${ended.error ?? ended.stderr}`);
    }
    return ended.stdout;
}

/// False, or why this encoding cannot be made here.
export function cannotMake(encoding) {
    if (encoding !== 'zstd' || zlib.zstdCompressSync || spawnSync('zstd', ['--version']).status === 0) {
        return false;
    }
    return 'zstd needs Node.js 22.15 or the zstd command; neither is here';
}

/// The bytes in that encoding ("identity" leaves them).
export const compress = (encoding, bytes) => (encoding === 'identity' ? bytes : kWhole[encoding](bytes));

/// Many at once: one process for all, where it takes one.
export function compressAll(encoding, many) {
    if (encoding !== 'zstd' || zlib.zstdCompressSync) {
        return many.map((bytes) => compress(encoding, bytes));
    }
    const folder = temporaryFolder('zstd');
    const files = many.map((_, i) => path.join(folder, String(i)));
    files.forEach((file, i) => fs.writeFileSync(file, many[i]));
    const ended = spawnSync('xargs', ['-0', 'zstd', '-q'], { input: files.join('\0') });
    if (ended.status !== 0) {
        throw new Error(`zstd: ${ended.error ?? ended.stderr}`);
    }
    return files.map((file) => fs.readFileSync(`${file}.zst`));
}

export const canFlush = (encoding) => encoding === 'identity' || kFlushing[encoding] !== undefined;

/// The pieces as one compressed stream, flushed after each piece, as a provider that compresses its events does. Only for
/// encodings that canFlush() names.
export async function compressPieces(encoding, pieces) {
    if (encoding === 'identity') {
        return pieces;
    }
    const [stream, flush] = kFlushing[encoding]();
    let made = [];
    stream.on('data', (chunk) => made.push(chunk));
    const out = [];
    for (const piece of pieces) {
        stream.write(piece);
        await new Promise((resolve) => stream.flush(flush, resolve));
        out.push(Buffer.concat(made));
        made = [];
    }
    stream.end();
    await new Promise((resolve) => stream.once('end', resolve));
    out.push(Buffer.concat(made));
    return out.filter((piece) => piece.length > 0);
}
