import type { Value } from './code.js';
import type { FunctionBuilder, Local } from './module.js';
import { i32 } from './ops.js';

type I32 = Value<'i32'>;

/** The types of so many integer parameters. */
export const params = (n: number): 'i32'[] => new Array<'i32'>(n).fill('i32');
/** Those parameters. */
export const integers = (c: FunctionBuilder, n: number): Local<'i32'>[] => Array.from({ length: n }, (_, i) => c.param(i, 'i32'));
/** a + i · step */
export const plus = (a: I32, i: I32, step: I32): I32 => i32.add(a, i32.mul(i, step));
