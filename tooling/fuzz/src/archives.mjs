// Containers around what is changed, with the checksums that let a reader get to it.
import { deflateSync } from 'node:zlib';

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

/** The checksum of a PNG file's chunks. @param {Uint8Array} bytes */
function crc32(bytes) {
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) c = table[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

const BLOCK = 512;

/** A tar archive of files by name. @param {Readonly<Record<string, Uint8Array>>} files */
export function tar(files) {
  const blocks = Object.entries(files).flatMap(([name, data]) => {
    const header = Buffer.alloc(BLOCK);
    header.write(name, 0, 'latin1');
    header.write(`${data.length.toString(8).padStart(11, '0')} `, 124, 'latin1');
    header.write('0', 156, 'latin1');
    header.write('ustar\x0000', 257, 'latin1');
    setTarChecksum(header);
    return [header, data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)];
  });
  return new Uint8Array(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

function setTarChecksum(header) {
  header.write('        ', 148, 'latin1');
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

/** A changed tar archive whose headers have checksums that hold. @param {Uint8Array} bytes */
export function tarRepaired(bytes) {
  const out = Buffer.from(bytes);
  for (let at = 0; at + BLOCK <= out.length; at += BLOCK) {
    if (out.toString('latin1', at + 257, at + 262) === 'ustar') setTarChecksum(out.subarray(at, at + BLOCK));
  }
  return out;
}

const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A PNG file of chunks. @param {readonly (readonly [type: string, data: Uint8Array])[]} chunks */
export function png(chunks) {
  return Buffer.concat([PNG_SIGNATURE, ...chunks.flatMap(([type, data]) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]), head = Buffer.alloc(4), tail = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    tail.writeUInt32BE(crc32(body));
    return [head, body, tail];
  })]);
}

/** A PNG file of a header of 13 bytes and rows that are not packed yet. @param {Uint8Array} bytes */
export const pngOfParts = (bytes) =>
  png([['IHDR', bytes.subarray(0, 13)], ['IDAT', deflateSync(bytes.subarray(13), { level: 1 })], ['IEND', new Uint8Array(0)]]);

/** A changed PNG file whose chunks have checksums that hold, as far as there are any. @param {Uint8Array} bytes */
export function pngRepaired(bytes) {
  const out = Buffer.from(bytes);
  for (let at = PNG_SIGNATURE.length; at + 12 <= out.length;) {
    const end = at + 8 + out.readUInt32BE(at);
    if (end + 4 > out.length) break;
    out.writeUInt32BE(crc32(out.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return out;
}
