import { add, device, mul, neg, type Device } from '../src/index.js';
import {
  jsBackend, Scalar, type Backend, type HostStorage, type Kernel, type Layout,
  type Op, type PointwiseOp, type Storage, type View,
} from '../src/internal.js';
import type { DType } from '../src/dtype.js';
import { constant, type Expr } from '../src/expr.js';

/** What a storage holds at one time: bytes, or an expression still to be computed. Never changes, so readers keep it. */
type Value =
  | { readonly kind: 'bytes'; readonly bytes: HostStorage }
  | { readonly kind: 'pending'; readonly op: PointwiseOp; readonly inputs: readonly Operand[]; readonly compute: DType; readonly dtype: DType; readonly layout: Layout; result?: HostStorage };
type Operand = Scalar | { readonly value: Value; readonly dtype: DType; readonly layout: Layout };

class LazyStorage implements Storage {
  version = 0;
  holders = 1;
  value: Value | undefined;
  constructor(readonly device: Device, readonly nbytes: number) {}
}

/**
 * A sketch of a lazy, fusing backend with three ops, to hold the seams against: results stay pending expressions until
 * they are read or written to in part, and a chain is then computed as one expression. `launches` counts computations.
 */
export class LazyBackend implements Backend {
  readonly type = 'lazy';
  launches: string[] = [];

  alloc(device: Device, nbytes: number): Storage { return new LazyStorage(device, nbytes); }
  free(): void {}

  write(dst: Storage, src: ArrayBufferView): void {
    const bytes = host(dst.nbytes);
    jsBackend.write(bytes, src);
    (dst as LazyStorage).value = { kind: 'bytes', bytes };
  }

  async read(src: Storage, byteOffset = 0, nbytes = src.nbytes - byteOffset): Promise<ArrayBuffer> {
    return jsBackend.read(this.force((src as LazyStorage).value!), byteOffset, nbytes);
  }

  async synchronize(): Promise<void> {}

  lower<A>(op: Op<A>): Kernel<A> | undefined {
    if (op !== add.op && op !== mul.op && op !== neg.op) return undefined;
    const kernel: Kernel<DType> = (inputs, [out], compute) => {
      const operands = inputs.map((v) => (v instanceof Scalar ? v : { value: (v.storage as LazyStorage).value!, dtype: v.dtype, layout: v.layout }));
      const pending: Value = { kind: 'pending', op: op as PointwiseOp, inputs: operands, compute, dtype: out.dtype, layout: out.layout };
      const storage = out.storage as LazyStorage;
      if (out.layout.isContiguous && out.layout.numel * out.dtype.itemsize === storage.nbytes) storage.value = pending;
      else this.writePart(storage, out, pending);
    };
    return kernel as Kernel<A>;
  }

  /** A write to a part of a storage: the whole is copied, so that pending readers keep what they saw. */
  private writePart(storage: LazyStorage, out: View, pending: Value & { kind: 'pending' }): void {
    const bytes = host(storage.nbytes);
    jsBackend.write(bytes, new Uint8Array(this.force(storage.value!).buffer));
    this.launch(pending, { storage: bytes, dtype: out.dtype, layout: out.layout });
    storage.value = { kind: 'bytes', bytes };
  }

  private force(value: Value): HostStorage {
    if (value.kind === 'bytes') return value.bytes;
    if (!value.result) {
      value.result = host(value.layout.numel * value.dtype.itemsize);
      this.launch(value, { storage: value.result, dtype: value.dtype, layout: value.layout });
    }
    return value.result;
  }

  /** One computation for a whole tree of pending values. */
  private launch(root: Value & { kind: 'pending' }, out: View): void {
    const views: View[] = [], names: string[] = [];
    const fuse = (value: Value & { kind: 'pending' }): ((inputs: readonly Expr[]) => Expr) => {
      names.push(value.op.name);
      const operands = value.inputs.map((x): ((inputs: readonly Expr[]) => Expr) => {
        if (x instanceof Scalar) return () => constant(Number(x.value), value.compute);
        const whole = x.value.kind === 'pending' && !x.value.result && x.layout.equals(x.value.layout) && x.dtype === value.compute;
        if (whole && x.layout.shape.join() === root.layout.shape.join()) return fuse(x.value as Value & { kind: 'pending' });
        const at = views.push({ storage: this.force(x.value), dtype: x.dtype, layout: x.layout }) - 1;
        return (inputs) => inputs[at];
      });
      return (inputs) => value.op.expr(...operands.map((f) => f(inputs)));
    };
    const build = fuse(root);
    const fused: PointwiseOp = { ...root.op, roles: views.map(() => 'value'), expr: (...inputs) => build(inputs) };
    jsBackend.lower(fused as Op)!(views, [out], root.compute);
    this.launches.push(names.reverse().join('+'));
  }
}

/** Memory that the JavaScript kernels can reach. */
const host = (nbytes: number): HostStorage => jsBackend.alloc(device('cpu'), nbytes) as HostStorage;
