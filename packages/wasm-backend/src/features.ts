import { RuntimeError } from '@sconce/tensor';
import { builtin } from '@sconce/tensor/internal';
import { ModuleBuilder } from './asm/module.js';
import { i32, v128 } from './asm/ops.js';
import type { Features } from './engine.js';

/** What the host's WebAssembly validates. @throws RuntimeError where it has no SIMD */
export function detectFeatures(): Features {
  const shared = canShare();
  const runs = (fused: boolean): boolean => {
    const m = new ModuleBuilder(fused);
    m.func('probe', [], (c) => c.storeV128(i32.const(0), c.madd(v128.zero(), v128.zero(), v128.zero())));
    return WebAssembly.validate(m.bytes({ shared, maxPages: 1 }));
  };
  if (typeof WebAssembly === 'undefined' || !runs(false)) {
    throw new RuntimeError('this host has no WebAssembly SIMD: use the JavaScript kernels, which need nothing');
  }
  return { fused: runs(true) || (allowRelaxed() && runs(true)), shared };
}

/** Node 20 has relaxed SIMD behind a flag, which may be set in a running process; later ones have it without. */
function allowRelaxed(): boolean {
  try {
    builtin<{ setFlagsFromString(flags: string): void }>('node:v8')?.setFlagsFromString('--experimental-wasm-relaxed-simd');
    return true;
  } catch {
    return false;
  }
}

/** Whether a memory can be shared. Its views stay valid when it grows, which those of another do not. */
function canShare(): boolean {
  try {
    return new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer instanceof SharedArrayBuffer;
  } catch {
    return false;
  }
}
