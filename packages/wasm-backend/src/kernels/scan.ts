import type { Value, ValueType } from '../asm/code.js';
import type { FunctionBuilder, ModuleBuilder } from '../asm/module.js';
import { f32, f64, i32, i64 } from '../asm/ops.js';

// Running sums and products along a dimension; those of float32 are carried in float64.

type I32 = Value<'i32'>;

/**
 * Adds a function for rows from … to, n elements each. Rows are counted by (outer, inner): `inner` of them lie one element
 * apart, and their elements `step` bytes. The output may be the input.
 */
function addScan<T extends ValueType>(
  m: ModuleBuilder, name: string, size: number, start: Value<T>, load: (p: I32) => Value<T>, join: (a: Value<T>, b: Value<T>) => Value<T>,
  store: (c: FunctionBuilder, p: I32, x: Value<T>) => void,
): void {
  m.func(name, new Array<'i32'>(8).fill('i32'), (c) => {
    const [row, to, n, inner, step, outerStep, src, out] = Array.from({ length: 8 }, (_, i) => c.param(i, 'i32'));
    c.while(() => i32.ltS(row, to), () => {
      const at = c.local('i32', i32.add(i32.mul(i32.divU(row, inner), outerStep), i32.mul(i32.remU(row, inner), size)));
      const p = c.local('i32', i32.add(src, at)), q = c.local('i32', i32.add(out, at)), left = c.local('i32', n), sum = c.local(start.type, start);
      c.while(() => i32.gtS(left, 0), () => {
        c.set(sum, join(sum, load(p)));
        store(c, q, sum);
        c.advance(p, step);
        c.advance(q, step);
        c.advance(left, -1);
      });
      c.advance(row, 1);
    });
  });
}

/** Adds `sum_*` and `product_*` for float32, float64 and int64. */
export function buildScan(m: ModuleBuilder): void {
  for (const [name, start, float, integer] of [['sum', -0, f64.add, i64.add], ['product', 1, f64.mul, i64.mul]] as const) {
    addScan(m, `${name}_float32`, 4, f64.const(start), (p) => f64.promote(f32.load(p)), float, (c, p, x) => c.storeF32(p, f32.demote(x)));
    addScan(m, `${name}_float64`, 8, f64.const(start), (p) => f64.load(p), float, (c, p, x) => c.storeF64(p, x));
    addScan(m, `${name}_int64`, 8, i64.const(BigInt(start)), (p) => i64.load(p), integer, (c, p, x) => c.storeI64(p, x));
  }
}
