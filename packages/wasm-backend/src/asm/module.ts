import { flatten, isVectorConstant, name, section, TYPE_CODES, unsigned, vector, type Code, type Value, type ValueType } from './code.js';
import { f32x4, i32 } from './ops.js';

/** A variable of a function: reads as a value. */
export interface Local<T extends ValueType = ValueType> extends Value<T> { readonly index: number }

type I32 = Value<'i32'>;

/** How often the body of a hot loop stands in a row. */
export const ROUNDS = 4;

/** The body of a function while it is written: statements go in order, blocks nest. */
export class FunctionBuilder {
  private readonly locals: ValueType[] = [];
  private body: Code[] = [];
  private depth = 0;

  /** @param fused whether relaxed SIMD may be used */
  constructor(private readonly params: readonly ValueType[], private readonly fused: boolean) {}

  /** a * b + c in float32: fused where the host can, else in two steps. */
  madd(a: Value<'v128'>, b: Value<'v128'>, c: Value<'v128'>): Value<'v128'> { return f32x4.madd(this.fused)(a, b, c); }

  /** The function's parameters, in order. */
  param<T extends ValueType>(index: number, type: T): Local<T> { return this.variable(index, type); }

  /** A new variable, set to a value if one is given. */
  local<T extends ValueType>(type: T, initial?: Value<T>): Local<T> {
    const variable = this.variable(this.params.length + this.locals.push(type) - 1, type);
    if (initial) this.set(variable, initial);
    return variable;
  }

  private variable<T extends ValueType>(index: number, type: T): Local<T> {
    return { index, type, code: [0x20, unsigned(index)] };
  }

  emit(...code: Code): void { this.body.push(code); }
  set<T extends ValueType>(to: Local<T>, value: Value<T>): void { this.emit(value.code, 0x21, unsigned(to.index)); }
  /** Adds to an integer variable. */
  advance(variable: Local<'i32'>, by: I32 | number): void { this.set(variable, i32.add(variable, by)); }

  storeF32(p: I32, x: Value<'f32'>, offset = 0): void { this.emit(p.code, x.code, 0x38, 2, unsigned(offset)); }
  storeF64(p: I32, x: Value<'f64'>, offset = 0): void { this.emit(p.code, x.code, 0x39, 3, unsigned(offset)); }
  storeI32(p: I32, x: I32, offset = 0): void { this.emit(p.code, x.code, 0x36, 2, unsigned(offset)); }
  store8(p: I32, x: I32, offset = 0): void { this.emit(p.code, x.code, 0x3a, 0, unsigned(offset)); }
  store16(p: I32, x: I32, offset = 0): void { this.emit(p.code, x.code, 0x3b, 1, unsigned(offset)); }
  storeV128(p: I32, x: Value<'v128'>, offset = 0): void { this.emit(p.code, x.code, 0xfd, 11, 0, unsigned(offset)); }
  storeI64(p: I32, x: Value<'i64'>, offset = 0): void { this.emit(p.code, x.code, 0x37, 3, unsigned(offset)); }
  /** Stores one 64-bit lane. */
  storeLane64(p: I32, x: Value<'v128'>, lane: number, offset = 0): void { this.emit(p.code, x.code, 0xfd, 91, 3, unsigned(offset), lane); }
  /** Stores one 32-bit lane. */
  storeLane32(p: I32, x: Value<'v128'>, lane: number, offset = 0): void { this.emit(p.code, x.code, 0xfd, 90, 2, unsigned(offset), lane); }

  /** Sets bytes. */
  fill(p: I32, byte: number, nbytes: I32): void { this.emit(p.code, i32.const(byte).code, nbytes.code, 0xfc, 11, 0); }

  if(condition: I32, then: () => void, otherwise?: () => void): void {
    this.emit(condition.code, 0x04, 0x40);
    this.depth++;
    then();
    if (otherwise) {
      this.emit(0x05);
      otherwise();
    }
    this.depth--;
    this.emit(0x0b);
  }

  /** Repeats while the condition holds; it is tested before each round. */
  while(condition: () => I32, body: () => void): void {
    this.emit(0x02, 0x40, 0x03, 0x40);
    this.emit(condition().code, 0x45, 0x0d, 1);
    body();
    this.emit(0x0c, 0, 0x0b, 0x0b);
  }

  /** Repeats at least once, as long as the condition that `body` gives holds: one jump a round. */
  doWhile(body: () => I32): void {
    this.emit(0x03, 0x40);
    this.emit(body().code, 0x0d, 0, 0x0b);
  }

  /**
   * Runs `round` until `left`, counted down each time, is 0. `ROUNDS` of them stand in a row, and `turn` follows the last
   * of these. Between two is a way out: V8 moves the loads of straight code to its beginning, and registers run out.
   */
  repeat(left: Local<'i32'>, round: (number: number) => void, turn: () => void = () => {}): void {
    this.if(i32.gtS(left, 0), () => this.doWhile(() => {
      for (let number = 0; number < ROUNDS; number++) {
        round(number);
        if (number === ROUNDS - 1) turn();
        this.advance(left, -1);
        if (number < ROUNDS - 1) this.emit(i32.eqz(left).code, 0x0d, 1);
      }
      return left;
    }));
  }

  /** Counts a variable from its value up to `end` (exclusive) by `step`; only whole steps where `step` > 1. */
  for(variable: Local<'i32'>, end: I32, step: number, body: () => void): void {
    const limit = step === 1 ? end : this.local('i32', i32.sub(end, step - 1));
    this.if(i32.ltS(variable, limit), () => this.doWhile(() => {
      body();
      this.advance(variable, step);
      return i32.ltS(variable, limit);
    }));
  }

  call(functionIndex: number, ...args: readonly Value[]): void {
    this.emit(args.map((a) => a.code), 0x10, unsigned(functionIndex));
  }

  return(): void { this.emit(0x0f); }

  /**
   * The function's code entry. Vector constants are read into variables at its beginning: V8 would make each anew, in
   * several instructions, wherever it is met.
   */
  finish(): Code {
    const read = new Map<string, Code>(), beginning: Code[] = [];
    const fromVariable = (code: Code): Code | undefined => {
      if (!isVectorConstant(code)) return undefined;
      const key = flatten(code).join();
      let variable = read.get(key);
      if (!variable) {
        const index = unsigned(this.params.length + this.locals.push('v128') - 1);
        beginning.push([flatten(code), 0x21, index]);
        read.set(key, (variable = [0x20, index]));
      }
      return variable;
    };
    const body = flatten(this.body, [], fromVariable);
    const bytes = flatten([vector(this.locals.map((t) => [1, TYPE_CODES[t]])), beginning, body, 0x0b]);
    return [unsigned(bytes.length), bytes];
  }
}

export interface ModuleOptions {
  /** import a shared memory (threads), with its maximum in pages */
  readonly shared: boolean;
  readonly maxPages: number;
}

/** The number of the thread that runs the code, 0 for the one that asked. */
export const PART: Value<'i32'> = { type: 'i32', code: [0x23, 0] };

/** A WebAssembly module in the making: functions over one imported memory, `env.memory`. */
export class ModuleBuilder {
  private readonly types: Code[] = [];
  private readonly functions: { readonly type: number; readonly code: Code; readonly name: string }[] = [];

  /** @param fused whether relaxed SIMD may be used */
  constructor(private readonly fused: boolean) {}

  /** Adds a function and exports it under its name; gives its index, to call it from another. */
  func(exportName: string, params: readonly ValueType[], write: (b: FunctionBuilder) => void, result?: ValueType): number {
    const type = this.types.push([
      0x60, vector(params.map((t) => [TYPE_CODES[t]])), vector(result ? [[TYPE_CODES[result]]] : []),
    ]) - 1;
    const b = new FunctionBuilder(params, this.fused);
    write(b);
    return this.functions.push({ type, code: b.finish(), name: exportName }) - 1;
  }

  /** The module's bytes. */
  bytes({ shared, maxPages }: ModuleOptions): Uint8Array<ArrayBuffer> {
    const limits = shared ? [3, unsigned(1), unsigned(maxPages)] : [0, unsigned(1)];
    return Uint8Array.from(flatten([
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, vector(this.types)),
      section(2, vector([
        [name('env'), name('memory'), 0x02, limits],
        [name('env'), name('part'), 0x03, TYPE_CODES.i32, 0x00],
      ])),
      section(3, vector(this.functions.map((f) => unsigned(f.type)))),
      section(7, vector(this.functions.map((f, i) => [name(f.name), 0x00, unsigned(i)]))),
      section(10, vector(this.functions.map((f) => f.code))),
      // names, for profiles and stack traces
      section(0, [name('name'), section(1, vector(this.functions.map((f, i) => [unsigned(i), name(f.name)])))]),
    ]));
  }
}
