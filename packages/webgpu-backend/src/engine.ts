import { float32, int32, RuntimeError, type Device, type DType } from '@sconce/tensor';
import { Drops, expr, isWhole, Layout, Scalar, scalarAs, type Expr, type Storage, type View } from '@sconce/tensor/internal';
import { arrays, asStored, find, substitute, used } from './expressions.js';
import { launchPointwise, type Target } from './fused.js';
import { Gpu } from './gpu.js';
import { relaid } from './layouts.js';
import { assign, Bytes, Cell, GpuStorage, isPending, OWNERS, release, type Leaf, type Pending } from './values.js';
import { checkDtype, checkRange, toWords } from './words.js';

/** An expression of so many operations is computed rather than made longer. */
const LONGEST = 160;

/** Dropped tensors are looked for once so many bytes more are in use: a look takes half a millisecond beside Dawn's objects. */
const WINDOW = 48 * 2 ** 20;

/** Constants of so many elements, and so many of them, are kept. */
const LARGEST_CONSTANT = 1024, MOST_CONSTANTS = 64;

/** Of a number. */
const ONE = Layout.contiguous([]);

/** An operand as part of a larger expression. */
export interface Operand { readonly root: Expr; readonly leaves: readonly Leaf[]; readonly size: number }

/** Storages and what they hold: bytes on the device or expressions that are still to be computed. */
export class Engine {
  /** One for all engines: what a storage holds may be on another device than it was made on, where that was lost. */
  private static readonly drops = new Drops<Cell>(WINDOW);
  private static readonly registry = new FinalizationRegistry<Cell>((cell) => Engine.giveBack(cell));
  private temporaries: Bytes[] = [];
  private nextLeaf = 0;
  private readonly constants = new Map<string, Bytes>();

  constructor(readonly gpu: Gpu) {}

  // ---- storages

  alloc(device: Device, nbytes: number): Storage {
    if (device.index !== null && device.index > 0) throw new RuntimeError(`there is no device '${device}': one WebGPU adapter is in use`);
    const storage = new GpuStorage(device, nbytes);
    Engine.registry.register(storage.life, storage.cell);
    storage.token = Engine.drops.watch(storage.cell);
    return storage;
  }

  /** Takes the memory of dropped tensors back; between ops only, for kernels keep what they read by its storage alone. */
  takeDropped(): void {
    const { drops } = Engine;
    if (drops.isDue(this.gpu.pool.allocated.current)) drops.look().forEach(Engine.giveBack);
  }

  /** Gives the memory back at once. */
  free(storage: Storage): void {
    Engine.giveBack((storage as GpuStorage).cell);
  }

  private static giveBack(this: void, cell: Cell): void {
    Engine.drops.unwatch(cell);
    assign(cell, null, OWNERS);
  }

  /** The elements of a storage in memory, computed or uploaded now where they are not there yet. */
  bytesOf(storage: Storage, dtype: DType): Bytes {
    const { cell, nbytes } = storage as GpuStorage;
    checkDtype(dtype);
    let { value } = cell;
    if (value instanceof Bytes) {
      if (value.dtype !== dtype) throw new RuntimeError(`memory of ${value.dtype} cannot be read as ${dtype} on device 'webgpu'`);
      return value;
    }
    if (isPending(value)) return this.force(cell);
    const numel = Math.floor(nbytes / dtype.itemsize);
    if (value) value = new Bytes(this.gpu.upload(toWords(value.data, dtype)), dtype, numel);
    else {
      value = new Bytes(this.gpu.pool.take(numel * 4), dtype, numel);
      this.gpu.clear(value.buffer);
    }
    assign(cell, value, this.gpu.pool);
    return value;
  }

  /** Computes what a cell is to hold. */
  force(cell: Cell): Bytes {
    const { value } = cell;
    if (!isPending(value)) return value as Bytes;
    const bytes = this.constantOf(value) ?? this.compute(value);
    assign(cell, bytes, this.gpu.pool);
    return bytes;
  }

  /** Few elements of one value are made once. */
  private constantOf(value: Pending): Bytes | undefined {
    const { root, leaves: [leaf], numel, dtype } = value;
    const only = root.kind === 'const' ? root.value : leaf?.node === root ? leaf.source : null;
    if (typeof only !== 'number' || numel > LARGEST_CONSTANT) return undefined;
    const key = `${dtype.name} ${numel} ${Object.is(only, -0) ? '-0' : only}`;
    let bytes = this.constants.get(key);
    if (!bytes && this.constants.size < MOST_CONSTANTS) {
      bytes = this.compute(value);
      this.constant(key, bytes);
    }
    return bytes;
  }

  /** 0, 1, 2, … */
  counting(numel: number, dtype: DType): Bytes {
    return this.table(`${dtype.name} below ${numel}`, dtype, () => Int32Array.from({ length: numel }, (_, i) => i));
  }

  /** Numbers that are uploaded once; the first few tables are kept. */
  table(key: string, dtype: DType, make: () => Int32Array | Float32Array): Bytes {
    let bytes = this.constants.get(key);
    if (!bytes) {
      const words = make();
      bytes = new Bytes(this.gpu.upload(words), dtype, words.length);
      if (this.constants.size < MOST_CONSTANTS) this.constant(key, bytes);
      else this.keep(bytes);
    }
    return bytes;
  }

  private constant(key: string, bytes: Bytes): void {
    bytes.holders++;
    bytes.shared = true;
    this.constants.set(key, bytes);
  }

  /** The elements of a storage in memory that may be written to. */
  ownBytes(storage: Storage, dtype: DType): Bytes {
    const bytes = this.bytesOf(storage, dtype);
    if (!bytes.shared) return bytes;
    const copy = this.fresh(bytes.numel, dtype), layout = Layout.contiguous([bytes.numel]), node = expr.input(0, dtype);
    launchPointwise(this.gpu, [node], [{ node, source: bytes, dtype, layout }], [{ bytes: copy, layout, whole: true }]);
    assign((storage as GpuStorage).cell, copy, this.gpu.pool);
    return copy;
  }

  private compute({ root, leaves, shape, numel, dtype }: Pending): Bytes {
    const bytes = this.fresh(numel, dtype);
    launchPointwise(this.gpu, [root], leaves, [{ bytes, layout: Layout.contiguous(shape), whole: true }]);
    return bytes;
  }

  /** New memory without a holder. */
  fresh(numel: number, dtype: DType): Bytes {
    checkDtype(dtype);
    return new Bytes(this.gpu.pool.take(numel * 4), dtype, numel);
  }

  // ---- expressions

  /** A view as part of an expression over a shape: what is pending in it is taken in where that can be, else computed. */
  operand(view: View, dtype: DType, shape: readonly number[], merged: Leaf[]): { root: Expr; size: number } {
    if (view instanceof Scalar) {
      const value = scalarAs(view, dtype);
      checkRange(value, dtype);
      return { root: this.leaf(Number(value), dtype, view.layout, merged), size: 0 };
    }
    checkDtype(view.dtype);
    const { cell } = view.storage as GpuStorage;
    const { value } = cell;
    const seen = view.layout.broadcastTo(shape);
    // a parameter: compilers take x / 0 and 0 · x with a literal for what they are with finite x
    if (value === null) return { root: this.leaf(0, view.dtype, ONE, merged), size: 0 };
    if (isPending(value) && value.root.kind === 'const' && value.dtype === view.dtype) {
      return { root: this.leaf(Number(value.root.value), view.dtype, ONE, merged), size: 0 };
    }
    if (isPending(value) && value.dtype === view.dtype && value.size <= LONGEST) {
      const inlined = this.inline(value, seen, merged);
      if (inlined) return { root: inlined, size: value.size };
    }
    const source = this.bytesOf(view.storage, view.dtype);
    return { root: this.leaf(source, view.dtype, seen, merged), size: 0 };
  }

  private leaf(source: Bytes | number, dtype: DType, layout: Layout, merged: Leaf[]): Expr {
    const same = find(merged, source, dtype, layout);
    if (same) return same.node;
    const node = expr.input(this.nextLeaf++, dtype);
    merged.push({ node, source, dtype, layout });
    return node;
  }

  /** A pending expression as seen through a layout; null where it has to be computed for that. */
  private inline(value: Pending, seen: Layout, merged: Leaf[]): Expr | null {
    const whole = seen.offset === 0 && seen.isContiguous && seen.numel === value.numel;
    const sameShape = whole && seen.shape.length === value.shape.length && seen.shape.every((n, i) => n === value.shape[i]);
    const layouts = sameShape ? null : value.leaves.map((l) => (typeof l.source === 'number' ? l.layout : relaid(l.layout, value.shape, seen)));
    if (layouts?.includes(null)) return null;
    let replaced: Map<Expr, Expr> | null = null;
    for (let i = 0; i < value.leaves.length; i++) {
      const leaf = value.leaves[i], layout = layouts?.[i] ?? leaf.layout;
      if (layout === leaf.layout && !find(merged, leaf.source, leaf.dtype, layout)) merged.push(leaf);
      else {
        const node = this.leaf(leaf.source, leaf.dtype, layout, merged);
        if (node !== leaf.node) (replaced ??= new Map<Expr, Expr>()).set(leaf.node, node);
      }
    }
    return replaced === null ? value.root : substitute(value.root, (e) => replaced!.get(e) ?? e);
  }

  /**
   * The expression of an op on operands that meet in a shape, with what is pending in them.
   * @param build the op on the operands
   */
  fuse(inputs: readonly View[], dtypes: readonly DType[], shape: readonly number[], build: (xs: Expr[]) => readonly Expr[]): { roots: readonly Expr[]; leaves: readonly Leaf[]; size: number } {
    const limit = this.gpu.device.limits.maxStorageBuffersPerShaderStage - 2;
    for (let attempt = 0; ; attempt++) {
      const merged: Leaf[] = [];
      let size = 1;
      const xs = inputs.map((v, i) => {
        const operand = this.operand(v, dtypes[i], shape, merged);
        size += operand.size;
        return operand.root;
      });
      const roots = build(xs);
      const leaves = used(roots, xs, merged);
      // computing one operand can have let go of what another one was to be computed from
      if (attempt < inputs.length && leaves.some((l) => l.source instanceof Bytes && l.source.holders === 0)) continue;
      const cells = inputs.filter((v) => !(v instanceof Scalar)).map((v) => (v.storage as GpuStorage).cell).filter((c) => isPending(c.value));
      if (cells.length === 0 || (size <= LONGEST && arrays(leaves) <= limit)) return { roots, leaves, size };
      for (const cell of cells) this.force(cell);
    }
  }

  /** Makes expressions the values of outputs. */
  store(out: View, root: Expr, leaves: readonly Leaf[], size: number): void {
    const { layout, dtype, storage } = out, { cell } = storage as GpuStorage;
    if (isWhole(out)) {
      const pending: Pending = { root, leaves, shape: layout.shape, numel: layout.numel, dtype, size };
      return assign(cell, pending, this.gpu.pool);
    }
    this.writeInto([out], [root], leaves);
  }

  /**
   * Writes expressions into existing memory. Whoever still reads its old values is served first.
   * @param likely others of its kind are likely to follow: they go together
   */
  writeInto(outs: readonly View[], roots: readonly Expr[], leaves: readonly Leaf[], likely = false): void {
    // a target that is still to be computed lets go of what it is computed from, which may be read here as well
    for (const { source } of leaves) if (source instanceof Bytes) source.holders++;
    const targets = outs.map((out): Target => {
      const bytes = this.ownBytes(out.storage, out.dtype);
      bytes.holders++;
      return { bytes, layout: out.layout, whole: isWhole(out) };
    });
    for (const { bytes } of targets) for (const reader of Array.from(bytes.readers)) this.force(reader);
    const elsewhere = leaves.some((l) => targets.some((t) => l.source === t.bytes && !l.layout.equals(t.layout)));
    if (elsewhere) this.writeByWay(roots, leaves, targets);
    else launchPointwise(this.gpu, roots, leaves, targets, likely);
    for (const { source } of leaves) if (source instanceof Bytes) release(source, this.gpu.pool);
    for (const { bytes } of targets) release(bytes, this.gpu.pool);
  }

  /** Where memory is read in other places than it is written to, all is computed before anything is written. */
  private writeByWay(roots: readonly Expr[], leaves: readonly Leaf[], targets: readonly Target[]): void {
    const { shape, numel } = targets[0].layout, layout = Layout.contiguous(shape);
    const between = roots.map((root) => this.fresh(numel, root.dtype));
    launchPointwise(this.gpu, roots, leaves, between.map((bytes) => ({ bytes, layout, whole: true })));
    const moved = between.map((source): Leaf => ({ node: expr.input(this.nextLeaf++, source.dtype), source, dtype: source.dtype, layout }));
    launchPointwise(this.gpu, moved.map((leaf) => leaf.node), moved, targets);
    for (const { buffer } of between) this.gpu.pool.give(buffer);
  }

  // ---- kernels of their own

  /** Contiguous elements of a view: where they are, and the first one. What is copied for it lasts until `settle`. */
  contiguous(view: View): { bytes: Bytes; offset: number } {
    if (view.layout.isContiguous) return { bytes: this.bytesOf(view.storage, view.dtype), offset: view.layout.offset };
    const { shape, numel } = view.layout;
    const { roots, leaves } = this.fuse([view], [view.dtype], shape, (xs) => xs);
    const bytes = this.temporary(numel, view.dtype);
    launchPointwise(this.gpu, roots, leaves, [{ bytes, layout: Layout.contiguous(shape), whole: true }]);
    return { bytes, offset: 0 };
  }

  /** A contiguous copy of a view in its own memory, in the dtype of `result`. */
  copied(view: View): Bytes {
    const bytes = this.result(view), { shape } = view.layout;
    const { roots, leaves } = this.fuse([view], [view.dtype], shape, (xs) => [asStored(xs[0], bytes.dtype)]);
    launchPointwise(this.gpu, roots, leaves, [{ bytes, layout: Layout.contiguous(shape), whole: true }]);
    return bytes;
  }

  /** Memory as a view, for kernels that take one; it holds nothing. */
  asView(bytes: Bytes, layout: Layout, device: Device): View {
    const storage = new GpuStorage(device, bytes.numel * bytes.dtype.itemsize);
    storage.cell.value = bytes;
    return { storage, dtype: bytes.dtype, layout };
  }

  /** Memory until `settle`. */
  temporary(numel: number, dtype: DType): Bytes {
    return this.keep(this.fresh(numel, dtype));
  }

  /** Holds memory until `settle`. */
  keep(bytes: Bytes): Bytes {
    bytes.holders++;
    this.temporaries.push(bytes);
    return bytes;
  }

  /** Memory for a kernel's contiguous result. Small dtypes are computed wider, and rounded by `commit`. */
  result({ layout, dtype }: View): Bytes {
    const small = dtype.itemsize < 4 && dtype.kind !== 'bool';
    return this.fresh(layout.numel, small ? (dtype.kind === 'float' ? float32 : int32) : dtype);
  }

  /** Makes memory that a kernel wrote contiguously the value of an output. */
  commit(out: View, bytes: Bytes): void {
    if (isWhole(out) && bytes.dtype === out.dtype) return assign((out.storage as GpuStorage).cell, bytes, this.gpu.pool);
    this.keep(bytes);
    const merged: Leaf[] = [];
    const root = this.leaf(bytes, bytes.dtype, Layout.contiguous(out.layout.shape), merged);
    this.store(out, asStored(root, out.dtype), merged, 1);
  }

  /** Lets go of what kernels needed in between. */
  settle(): void {
    const done = this.temporaries;
    this.temporaries = [];
    for (const bytes of done) release(bytes, this.gpu.pool);
  }
}
