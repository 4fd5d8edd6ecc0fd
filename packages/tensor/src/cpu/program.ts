import type { DType } from '../dtype.js';
import type { Expr } from '../expr.js';
import { castLoop, loopOf, toBigInt, type Loop, type Register } from './loops.js';

/** How many elements an instruction works on at a time: registers of a few expressions stay in the cache. */
export const BLOCK = 1024;

interface Instruction {
  readonly loop: Loop;
  readonly out: Register;
  readonly a: Register;
  readonly b: Register;
  readonly c: Register;
}

/**
 * Expressions ready to be evaluated over blocks: fill the input registers, `run`, read the results. Registers are
 * shared between programs, so nothing else may run in between.
 */
export interface Program {
  /** the register of input i; undefined where the expression does not use it */
  readonly inputs: readonly (Register | undefined)[];
  /** the register of the first expression */
  readonly result: Register;
  readonly results: readonly Register[];
  /** Fills the registers of constants; before the first block of n elements or fewer. */
  prepare(n: number): void;
  run(n: number): void;
}

/** A computed node: where it is, and how often it is yet to be read. */
interface Value {
  readonly register: Register;
  uses: number;
}

/** Registers of one kind: handed out, and taken back to be handed out again. */
class Pool<R extends Register> {
  private readonly all: R[] = [];
  private free: R[] = [];
  private taken = 0;

  constructor(private readonly make: () => R) {}

  /** Forgets what was handed out, for the next program. */
  reset(): void {
    this.free = [];
    this.taken = 0;
  }
  take(): R { return this.free.pop() ?? this.takeUnused(); }
  /** One that nothing was ever written to by this program. */
  takeUnused(): R { return (this.all[this.taken++] ??= this.make()); }
  giveBack(register: Register): void { this.free.push(register as R); }
}

const doubles = new Pool(() => new Float64Array(BLOCK));
const bigints = new Pool(() => new BigInt64Array(BLOCK));
const poolOf = (dtype: DType): Pool<Register> => (dtype.name === 'int64' ? bigints : doubles);

/** How often each node is an operand, and the nodes that are inputs. */
function survey(roots: readonly Expr[]): { uses: Map<Expr, number>; inputNodes: Extract<Expr, { kind: 'input' }>[] } {
  const uses = new Map<Expr, number>();
  const inputNodes: Extract<Expr, { kind: 'input' }>[] = [];
  const visit = (e: Expr): void => {
    const n = uses.get(e) ?? 0;
    uses.set(e, n + 1);
    if (n > 0) return;
    if (e.kind === 'input') inputNodes.push(e);
    else if (e.kind !== 'const') e.args.forEach(visit);
  };
  roots.forEach(visit);
  return { uses, inputNodes: inputNodes.sort((a, b) => a.index - b.index) };
}

/**
 * Translates expressions over the same inputs into a list of loops over registers. A register whose value is not needed any more is used
 * again, so that few of them compete for the cache; those of inputs and constants stay filled from block to block.
 */
export function compile(expressions: Expr | readonly Expr[], arity: number): Program {
  const roots = Array.isArray(expressions) ? expressions as readonly Expr[] : [expressions as Expr];
  doubles.reset();
  bigints.reset();
  const { uses, inputNodes } = survey(roots);
  const values = new Map<Expr, Value>();
  const inputs = new Array<Register | undefined>(arity).fill(undefined);
  const constants = new Map<string, { register: Register; value: number }>();
  const code: Instruction[] = [];
  // inputs come first, in order: no constant is ever written to what another program may read from
  for (const { index, dtype } of inputNodes) inputs[index] ??= poolOf(dtype).take();

  function visit(e: Expr): Value {
    let value = values.get(e);
    if (!value) values.set(e, (value = emit(e)));
    return value;
  }

  function emit(e: Expr): Value {
    switch (e.kind) {
      case 'input': return { register: inputs[e.index]!, uses: Infinity };
      case 'const': return { register: constantRegister(e.value, e.dtype), uses: Infinity };
      case 'cast': {
        const loop = castLoop(e.args[0].dtype, e.dtype);
        if (loop) return instruction(loop, e);
        // nothing to convert: the operand's register has to last for the uses of both
        const value = visit(e.args[0]);
        value.uses += uses.get(e)! - 1;
        return value;
      }
      // a choice works in its branches' dtype, all else in that of its operands
      default: return instruction(loopOf(e.kind, e.kind === 'where' ? e.dtype : e.args[0].dtype), e);
    }
  }

  function constantRegister(value: number, dtype: DType): Register {
    const key = `${dtype.name === 'int64'} ${Object.is(value, -0) ? '-0' : value}`;
    let constant = constants.get(key);
    // constants are written once, before all blocks: a register that an earlier instruction writes to will not do
    if (!constant) constants.set(key, (constant = { register: poolOf(dtype).takeUnused(), value }));
    return constant.register;
  }

  function instruction(loop: Loop, e: Extract<Expr, { args: readonly Expr[] }>): Value {
    const [a, b, c] = e.args.map((x) => visit(x).register) as [Register, Register?, Register?];
    for (const x of e.args) {
      const value = values.get(x)!;
      // after the last use a register is free, even for the result of that very use
      if (--value.uses === 0) poolOf(x.dtype).giveBack(value.register);
    }
    const out = poolOf(e.dtype).take();
    code.push({ loop, out, a, b: b ?? a, c: c ?? a });
    return { register: out, uses: uses.get(e)! };
  }

  const results = roots.map((root) => visit(root).register);
  const constantList = [...constants.values()];
  return {
    inputs,
    result: results[0],
    results,
    prepare(n) {
      for (const { register, value } of constantList) fill(register, value, n);
    },
    run(n) {
      for (let i = 0; i < code.length; i++) {
        const { loop, out, a, b, c } = code[i];
        loop(out, a, b, c, n);
      }
    },
  };
}

/** Sets the first n values of a register. */
export function fill(register: Register, value: number | bigint, n: number): void {
  if (register instanceof BigInt64Array) register.fill(typeof value === 'bigint' ? value : toBigInt(value), 0, n);
  else register.fill(Number(value), 0, n);
}
