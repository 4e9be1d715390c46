// Zip archives, made by hand: for what reads them.
import zlib from 'node:zlib';

/// An archive of `files`: [{name, text, crc}], deflated. A wrong `crc` makes a broken one.
export function zipOf(files) {
    const pieces = [];
    const index = [];
    let at = 0;
    for (const { name, text, crc } of files) {
        const bytes = Buffer.from(text);
        const packed = zlib.deflateRawSync(bytes);
        const fields = Buffer.alloc(26);
        fields.writeUInt16LE(20, 0);  // Version needed.
        fields.writeUInt16LE(0x800, 2);  // Names are UTF-8.
        fields.writeUInt16LE(8, 4);
        fields.writeUInt16LE(0x21, 8);  // 1980-01-01.
        fields.writeUInt32LE(crc ?? crc32(bytes), 10);
        fields.writeUInt32LE(packed.length, 14);
        fields.writeUInt32LE(bytes.length, 18);
        fields.writeUInt16LE(Buffer.byteLength(name), 22);
        const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed]);
        const place = Buffer.alloc(14);
        place.writeUInt32LE(at, 10);
        index.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, place, Buffer.from(name)]));
        pieces.push(local);
        at += local.length;
    }
    const directory = Buffer.concat(index);
    const end = Buffer.alloc(18);
    end.writeUInt16LE(files.length, 4);
    end.writeUInt16LE(files.length, 6);
    end.writeUInt32LE(directory.length, 8);
    end.writeUInt32LE(at, 12);
    return Buffer.concat([...pieces, directory, Buffer.from('PK\x05\x06'), end]);
}

const table = Array.from({ length: 256 }, (_, n) => {
    let value = n;
    for (let bit = 0; bit < 8; ++bit) {
        value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    }
    return value >>> 0;
});

/// Older versions of Node have none.
function crc32(bytes) {
    let crc = 0xffffffff;
    for (const byte of bytes) {
        crc = table[(crc ^ byte) & 0xff] ^ (crc >>> 8);
    }
    return (crc ^ 0xffffffff) >>> 0;
}
