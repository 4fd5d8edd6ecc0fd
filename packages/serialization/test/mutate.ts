/** Numbers from a seed (mulberry32): the same ones for the same seed. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 2 ** 32 * below);
  };
}

type Draw = (below: number) => number;

/** Numbers at which readers stumble. */
const edges = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

const texts = [
  '__proto__', 'constructor', 'prototype', 'cos\nsystem\n', 'c__builtin__\neval\n', 'ctorch._utils\n_rebuild_tensor_v2\n', 'ctorch\nUntypedStorage\n',
  '9007199254740993', '-1', '1e309', 'null', '"F64"', '>f8', 'True', '(', '[[[[[[[[', '\x80\x05', 'R', 'b', '\x93', 'Q', '\x8b\xff\xff\xff\x7f',
];

/** One change of bytes. */
function changed(bytes: Uint8Array, draw: Draw, others: readonly Uint8Array[]): Uint8Array {
  const at = draw(bytes.length + 1), out = bytes.slice(), view = new DataView(out.buffer);
  const cut = (from: number, to: number, between: Uint8Array = new Uint8Array(0)) => Uint8Array.from([...bytes.subarray(0, from), ...between, ...bytes.subarray(to)]);
  switch (draw(9)) {
    case 0: out[at] ^= 1 << draw(8); return out;
    case 1: out[at] = draw(256); return out;
    case 2: {
      const value = edges[draw(edges.length)], width = [1, 2, 4, 8][draw(4)];
      if (at + width > out.length) return out;
      if (width === 8) view.setBigUint64(at, draw(2) ? BigInt(value) : BigInt(value) << 32n, draw(4) > 0);
      else if (width === 4) view.setUint32(at, value, draw(4) > 0);
      else if (width === 2) view.setUint16(at, value, draw(4) > 0);
      else out[at] = value;
      return out;
    }
    case 3: return bytes.slice(0, at);
    case 4: return cut(at, Math.min(bytes.length, at + 1 + draw(16)));
    case 5: return cut(at, at, bytes.subarray(draw(bytes.length + 1)).subarray(0, 1 + draw(64)));
    case 6: {
      const text = texts[draw(texts.length)];
      return cut(at, draw(2) ? at : at + text.length, Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
    }
    case 7: {
      const other = others[draw(others.length)], from = draw(other.length + 1);
      return cut(at, draw(2) ? bytes.length : at, other.subarray(from, draw(2) ? other.length : from + draw(64)));
    }
    // digits are sizes and offsets in headers of text
    default: {
      const digit = out.findIndex((byte, i) => i >= at && byte >= 0x30 && byte <= 0x39);
      if (digit >= 0) out[digit] = 0x30 + draw(10);
      return out;
    }
  }
}

/** Bytes with a few changes. */
export function mutated(bytes: Uint8Array, draw: Draw, others: readonly Uint8Array[]): Uint8Array {
  let out = bytes;
  for (let n = 1 + draw(3) * draw(2); n > 0; n--) out = changed(out, draw, others);
  return out;
}
