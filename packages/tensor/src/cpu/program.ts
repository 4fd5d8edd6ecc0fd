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
 * An expression ready to be evaluated over blocks: fill the input registers, `run`, read `result`. Registers are
 * shared between programs, so nothing else may run in between.
 */
export interface Program {
  /** the register of input i; undefined where the expression does not use it */
  readonly inputs: readonly (Register | undefined)[];
  readonly result: Register;
  /** Fills the registers of constants; before the first block of n elements or fewer. */
  prepare(n: number): void;
  run(n: number): void;
}

const doubles: Float64Array[] = [];
const bigints: BigInt64Array[] = [];

/** Translates an expression into a list of loops over registers. */
export function compile(root: Expr, arity: number): Program {
  const registers = new Map<Expr, Register>();
  const inputs = new Array<Register | undefined>(arity).fill(undefined);
  const constants: { register: Register; value: number }[] = [];
  const code: Instruction[] = [];
  let nDoubles = 0, nBigints = 0;

  const fresh = (dtype: DType): Register => dtype.name === 'int64'
    ? (bigints[nBigints++] ??= new BigInt64Array(BLOCK))
    : (doubles[nDoubles++] ??= new Float64Array(BLOCK));

  function visit(e: Expr): Register {
    const known = registers.get(e);
    if (known) return known;
    const register = emit(e);
    registers.set(e, register);
    return register;
  }

  function emit(e: Expr): Register {
    switch (e.kind) {
      case 'input': return (inputs[e.index] ??= fresh(e.dtype));
      case 'const': {
        const register = fresh(e.dtype);
        constants.push({ register, value: e.value });
        return register;
      }
      case 'cast': {
        const a = visit(e.args[0]);
        const loop = castLoop(e.args[0].dtype, e.dtype);
        if (!loop) return a;
        const out = fresh(e.dtype);
        code.push({ loop, out, a, b: a, c: a });
        return out;
      }
      default: {
        const [a, b, c] = e.args.map(visit) as [Register, Register?, Register?];
        // a choice works in its branches' dtype, all else in that of its operands
        const loop = loopOf(e.kind, e.kind === 'where' ? e.dtype : e.args[0].dtype);
        const out = fresh(e.dtype);
        code.push({ loop, out, a, b: b ?? a, c: c ?? a });
        return out;
      }
    }
  }

  const result = visit(root);
  return {
    inputs,
    result,
    prepare(n) {
      for (const { register, value } of constants) fill(register, value, n);
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
