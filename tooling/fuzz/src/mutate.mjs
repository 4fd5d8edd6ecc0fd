/** @typedef {(below: number) => number} Draw a whole number from 0 to below what it is given */

/**
 * Numbers from a seed (mulberry32): the same ones for the same seed.
 * @param {number} seed
 * @returns {Draw}
 */
export function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 2 ** 32 * below);
  };
}

/** Numbers at which readers stumble. */
const edges = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** What means something in one of the formats, or would if a name or a number were trusted. */
const texts = [
  '__proto__', 'constructor', 'prototype', 'toString', 'cos\nsystem\n', 'c__builtin__\neval\n', 'ctorch._utils\n_rebuild_tensor_v2\n',
  'ctorch\nUntypedStorage\n', '9007199254740993', '-1', '1e309', 'null', '"F64"', '>f8', 'True', '(', '[[[[[[[[', '\x80\x05', 'R', 'b',
  '\x93', 'Q', '\x8b\xff\xff\xff\x7f', '../../../../escaped', '/tmp/escaped', '..\\escaped', '77777777777', '-0000000001', 'ustar',
  'IHDR', 'PLTE', 'IDAT', 'tRNS', 'IEND', '\xff\xc0', '\xff\xc2', '\xff\xc4', '\xff\xda', '\xff\xdb', '\xff\xdd', '\xff\xd9', '\x1f\x8b\x08',
  'PK\x01\x02', 'PK\x05\x06',
].map((text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0)));

/** The bytes with those between two places replaced. */
function replaced(bytes, from, to, between) {
  const out = new Uint8Array(from + between.length + bytes.length - to);
  out.set(bytes.subarray(0, from));
  out.set(between, from);
  out.set(bytes.subarray(to), from + between.length);
  return out;
}

/** The bytes with a number at which readers stumble written over some of them. */
function withEdge(bytes, at, draw) {
  const out = bytes.slice(), view = new DataView(out.buffer);
  const value = edges[draw(edges.length)], width = [1, 2, 4, 8][draw(4)];
  if (at + width > out.length) return out;
  if (width === 8) view.setBigUint64(at, draw(2) ? BigInt(value) : BigInt(value) << 32n, draw(4) > 0);
  else if (width === 4) view.setUint32(at, value, draw(4) > 0);
  else if (width === 2) view.setUint16(at, value, draw(4) > 0);
  else out[at] = value;
  return out;
}

/**
 * One change of bytes.
 * @param {Uint8Array} bytes
 * @param {Draw} draw
 * @param {readonly Uint8Array[]} others
 */
function changed(bytes, draw, others) {
  // half of the changes fall on the first bytes, where headers are
  const at = draw(draw(2) ? bytes.length + 1 : Math.min(bytes.length + 1, 256));
  const nothing = new Uint8Array(0);
  switch (draw(9)) {
    case 0: return bytes.map((byte, i) => (i === at ? byte ^ 1 << draw(8) : byte));
    case 1: return bytes.map((byte, i) => (i === at ? draw(256) : byte));
    case 2: return withEdge(bytes, at, draw);
    case 3: return bytes.slice(0, at);
    case 4: return replaced(bytes, at, Math.min(bytes.length, at + 1 + draw(16)), nothing);
    case 5: {
      const from = draw(bytes.length + 1);
      return replaced(bytes, at, at, bytes.subarray(from, from + 1 + draw(64)));
    }
    case 6: {
      const text = texts[draw(texts.length)];
      return replaced(bytes, at, draw(2) ? at : Math.min(bytes.length, at + text.length), text);
    }
    case 7: {
      const other = others[draw(others.length)], from = draw(other.length + 1);
      return replaced(bytes, at, draw(2) ? bytes.length : at, other.subarray(from, draw(2) ? other.length : from + draw(64)));
    }
    // digits are sizes and offsets in headers of text
    default: {
      const digit = bytes.findIndex((byte, i) => i >= at && byte >= 0x30 && byte <= 0x39), now = 0x30 + draw(10);
      return digit < 0 ? bytes : replaced(bytes, digit, digit + 1, Uint8Array.of(now));
    }
  }
}

/**
 * Bytes with a few changes.
 * @param {Uint8Array} bytes
 * @param {Draw} draw
 * @param {readonly Uint8Array[]} others whose parts may get into them
 */
export function mutated(bytes, draw, others) {
  let out = bytes;
  for (let n = 1 + draw(3) * draw(2); n > 0; n--) out = changed(out, draw, others);
  return out;
}
