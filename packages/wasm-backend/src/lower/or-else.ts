import { jsBackend, type Kernel, type Op, type StructuredOp, type View } from '@sconce/tensor/internal';

/** A kernel that tries the fast way and leaves what it declines to the JavaScript kernel. */
export function orElse<A>(op: StructuredOp<A>, fast: (inputs: readonly View[], outputs: readonly View[], attrs: A) => boolean): Kernel {
  let slow: Kernel<A> | undefined;
  const kernel: Kernel<A> = (inputs, outputs, attrs) => {
    if (!fast(inputs, outputs, attrs)) (slow ??= jsBackend.lower(op as Op<A>)!)(inputs, outputs, attrs);
  };
  return kernel as Kernel;
}
