/** WebAssembly's binary format, as much of it as the kernels use. @see https://webassembly.github.io/spec/core/binary/ */

/** Bytes, nested as they are put together; flattened once at the end. */
export type Code = readonly (number | Code)[];

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** An expression that leaves one value of a type. */
export interface Value<T extends ValueType = ValueType> {
  readonly type: T;
  readonly code: Code;
}

export const TYPE_CODES: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** An unsigned integer in LEB128. */
export function unsigned(n: number): number[] {
  const bytes: number[] = [];
  do {
    const low = n % 128;
    n = Math.floor(n / 128);
    bytes.push(n ? low | 128 : low);
  } while (n);
  return bytes;
}

/** A signed integer in LEB128. */
export function signed(n: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = n & 127;
    n >>= 7;
    const done = (n === 0 && !(low & 64)) || (n === -1 && (low & 64) !== 0);
    bytes.push(done ? low : low | 128);
    if (done) return bytes;
  }
}

/** The same of up to 64 bits. */
export function signed64(n: bigint): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = Number(n & 127n);
    n >>= 7n;
    const done = (n === 0n && !(low & 64)) || (n === -1n && (low & 64) !== 0);
    bytes.push(done ? low : low | 128);
    if (done) return bytes;
  }
}

const scratch = new DataView(new ArrayBuffer(8));

export function float32Bytes(x: number): number[] {
  scratch.setFloat32(0, x, true);
  return Array.from(new Uint8Array(scratch.buffer, 0, 4));
}

export function float64Bytes(x: number): number[] {
  scratch.setFloat64(0, x, true);
  return Array.from(new Uint8Array(scratch.buffer, 0, 8));
}

/** An integer of 64 bits as bytes. */
export function int64Bytes(x: bigint): number[] {
  scratch.setBigInt64(0, x, true);
  return Array.from(new Uint8Array(scratch.buffer, 0, 8));
}

/** The bytes of nested code, in order. `substitute` may give other code for a part. */
export function flatten(code: Code, into: number[] = [], substitute?: (part: Code) => Code | undefined): number[] {
  for (const part of code) {
    if (typeof part === 'number') into.push(part);
    else flatten(substitute?.(part) ?? part, into, substitute);
  }
  return into;
}

const constants = new WeakSet<Code>();

/** The instruction that makes a vector of 16 bytes. */
export function vectorConstant(bytes: Code): Code {
  const code: Code = [0xfd, 12, bytes];
  constants.add(code);
  return code;
}

export const isVectorConstant = (code: Code): boolean => constants.has(code);

/** A vector of the format: the count, then the items. */
export const vector = (items: readonly Code[]): Code => [unsigned(items.length), items];

/** A section of a module: its id, its size, its content. */
export function section(id: number, content: Code): Code {
  const bytes = flatten(content);
  return [id, unsigned(bytes.length), bytes];
}

export const name = (text: string): Code => {
  const bytes = Array.from(new TextEncoder().encode(text));
  return [unsigned(bytes.length), bytes];
};
