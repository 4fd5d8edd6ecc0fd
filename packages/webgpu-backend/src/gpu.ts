import type { MatmulWay } from './adapter.js';
import { DeviceLostError, OutOfMemoryError } from './errors.js';
import { RuntimeError } from '@sconce/tensor';
import { Faults } from './faults.js';
import { patiently } from './patience.js';
import { Pipelines, type Kernel } from './pipelines.js';
import { Pool, type Buffer } from './pool.js';
import { drawn, grouped, together, type Launch } from './queue.js';

/** From so many launches on, all but the latest are sent off; those that go as one dispatch wait until they are `MOST`. */
const BATCH = 8, KEPT = 4, MOST = 96;
/** So many workgroups keep a device busy; beyond, their invocations take up to so many elements each. */
const ENOUGH = 4096, MOST_EACH = 16, ENOUGH_ON_CPU = 64, MOST_EACH_ON_CPU = 512;
/** From so many invocations on, a CPU's threads draw them: lavapipe gives them equal shares beforehand, and Linux may put both on one core. */
const DRAWN = 8192;
const ARENA_WORDS = 65536;
/** Bind groups kept for a kernel; beyond them they are made anew. */
const MAX_BIND_GROUPS = 256;

/** A device: commands are recorded into one pass and submitted together; buffers come from a pool. */
export class Gpu {
  readonly pool: Pool;
  readonly pipelines: Pipelines;
  /** what kernels find wrong in values */
  readonly faults: Faults;
  /** counts submits: a buffer last used in this one is part of what is not submitted yet */
  epoch = 0;
  /** dispatches since the start */
  dispatches = 0;
  private encoder: GPUCommandEncoder | null = null;
  private pass: GPUComputePassEncoder | null = null;
  private timer = false;
  private readonly arena = new ArrayBuffer(ARENA_WORDS * 4);
  private readonly words = new Uint32Array(this.arena);
  private readonly floats = new Float32Array(this.arena);
  private readonly ints = new Int32Array(this.arena);
  private arenaTop = 0;
  private readonly uniforms: GPUBuffer;
  /** how many invocations were drawn in a dispatch, and how many of those that draw are done; zeros between dispatches */
  private readonly turns: Buffer;
  private readonly readers = new Map<number, GPUBuffer[]>();
  /** what is to be recorded, in order */
  queue: Launch[] = [];
  /** whether the adapter is a CPU */
  readonly software: boolean;
  /** whether eight neighbours at least, and sixteen at most, exchange values in a subgroup, as vectors of a CPU do */
  readonly exchanges: boolean;
  /** invocations that a CPU computes at once, in one vector: a workgroup of so many needs no loop over vectors */
  readonly vector: number | undefined;
  /** how all matrices are multiplied, where that does not go by their shapes */
  matmul: MatmulWay | undefined;
  private failure: Error | null = null;
  private readonly align: number;

  constructor(readonly device: GPUDevice) {
    this.pool = new Pool(device, (error) => { this.failure ??= error; });
    this.pipelines = new Pipelines(device);
    this.faults = new Faults(device, this.pool);
    this.uniforms = device.createBuffer({ size: ARENA_WORDS * 4, usage: 0x40 | 0x08 }); // UNIFORM | COPY_DST
    this.turns = { gpu: device.createBuffer({ size: 16, usage: 0x80 }), id: -2, size: 16, pool: this.pool, epoch: -1 }; // STORAGE
    const { isFallbackAdapter, subgroupMinSize = 0, subgroupMaxSize = 0 } = device.adapterInfo ?? {};
    this.software = Boolean(isFallbackAdapter);
    this.exchanges = device.features.has('subgroups') && subgroupMinSize >= 8 && subgroupMaxSize <= 16;
    this.vector = this.software && this.exchanges ? subgroupMinSize : undefined;
    this.align = Math.max(16, device.limits.minUniformBufferOffsetAlignment) / 4;
    void device.lost.then(({ reason, message }) => {
      this.failure = new DeviceLostError(`the WebGPU device was lost (${reason}): ${message || 'no reason was given'}`);
    });
    device.addEventListener('uncapturederror', (event) => {
      const { error } = event as GPUUncapturedErrorEvent;
      const memory = error.constructor.name === 'GPUOutOfMemoryError';
      this.failure ??= memory ? new OutOfMemoryError(`WebGPU out of memory: ${error.message}`) : new RuntimeError(error.message);
    });
  }

  /** @throws the error that made this device unusable */
  check(): void {
    if (!this.failure) return;
    const { failure } = this;
    if (!(failure instanceof DeviceLostError)) this.failure = null;
    throw failure;
  }

  /** @throws DeviceLostError for memory of another device, which this one took over from */
  private checkOwn({ pool }: Buffer): void {
    if (pool === this.pool) return;
    throw new DeviceLostError('the values of this tensor were lost with the WebGPU device');
  }

  /** Nothing may be uploaded into these: they are part of what waits. */
  use(buffers: readonly Buffer[]): void {
    for (const buffer of buffers) {
      this.checkOwn(buffer);
      buffer.epoch = this.epoch;
    }
  }

  /** Puts a dispatch into the queue. */
  run(launch: Launch): void {
    this.check();
    const { args, workgroup } = launch;
    if (launch.groups === undefined) {
      const [count] = args.values, all = Math.ceil(count / workgroup);
      const per = this.software ? Math.min(MOST_EACH_ON_CPU, Math.ceil(all / ENOUGH_ON_CPU)) : Math.min(MOST_EACH, Math.ceil(all / ENOUGH));
      args.values[2] = per;
      launch.groups = Math.ceil(all / per);
      launch.drawn = this.vector !== undefined && count >= DRAWN;
    }
    this.use(args.buffers);
    this.queue.push(launch);
    if (this.queue.length >= BATCH) this.start();
    else this.flushLater();
  }

  /** Sends the oldest launches off, so that the device works while more are made. The latest stay: others may join them. */
  private start(): void {
    let count = this.queue.length - KEPT;
    while (count > 0 && this.queue[count].likely && this.queue[count].key === this.queue[count - 1].key) count--;
    if (count === 0) {
      if (this.queue.length >= MOST) this.flush();
      return;
    }
    const rest = this.queue.splice(count);
    this.drain();
    this.queue = rest;
    this.submit();
    for (const { args } of rest) this.use(args.buffers);
  }

  /** Records what is in the queue. */
  private drain(): void {
    const list = this.queue, most = this.device.limits.maxStorageBuffersPerShaderStage;
    this.queue = [];
    for (const group of grouped(list, most)) {
      const whole = together(group), inTurns = group.some((l) => l.drawn) && whole.buffers.length < most;
      const { key, spec, buffers, values, groups } = inTurns ? drawn(whole, group[0].workgroup, this.turns) : whole;
      this.record(this.pipelines.kernel(key, spec), buffers, values, groups);
    }
  }

  /** Records one dispatch of so many workgroups, which are folded to two dimensions where there are many. */
  private record(kernel: Kernel, buffers: readonly Buffer[], params: readonly number[], groups: number): void {
    const need = Math.ceil(kernel.bytes / 4 / this.align) * this.align;
    if (this.arenaTop + need > ARENA_WORDS) this.submit();
    const at = this.arenaTop;
    this.arenaTop += need;
    for (let i = 0; i < params.length; i++) {
      const type = kernel.params[i];
      (type === 'f32' ? this.floats : type === 'i32' ? this.ints : this.words)[at + i] = params[i];
    }
    let key = '';
    for (const b of buffers) {
      key += `${b.id},`;
      b.epoch = this.epoch;
    }
    let group = kernel.groups.get(key);
    if (!group) {
      if (kernel.groups.size > MAX_BIND_GROUPS) kernel.groups.clear();
      group = this.device.createBindGroup({
        layout: kernel.layout,
        entries: [
          { binding: 0, resource: { buffer: this.uniforms, size: kernel.bytes } },
          ...buffers.map((b, i) => ({ binding: i + 1, resource: { buffer: b.gpu } })),
        ],
      });
      kernel.groups.set(key, group);
    }
    this.encoder ??= this.device.createCommandEncoder();
    const pass = (this.pass ??= this.encoder.beginComputePass());
    pass.setPipeline(kernel.pipeline);
    pass.setBindGroup(0, group, [at * 4]);
    pass.dispatchWorkgroups(...fold(groups, this.device.limits.maxComputeWorkgroupsPerDimension));
    this.dispatches++;
  }

  /** The encoder, outside of a pass. */
  private openEncoder(): GPUCommandEncoder {
    this.drain();
    this.pass?.end();
    this.pass = null;
    return (this.encoder ??= this.device.createCommandEncoder());
  }

  /** What a synchronous program leaves recorded is submitted when its task ends. */
  flushLater(): void {
    if (this.timer) return;
    this.timer = true;
    setTimeout(() => {
      this.timer = false;
      this.flush();
    }, 0);
  }

  /** Submits what is recorded. */
  flush(): void {
    this.drain();
    this.submit();
    this.trim();
  }

  private submit(): void {
    if (!this.encoder) return;
    if (this.arenaTop > 0) this.device.queue.writeBuffer(this.uniforms, 0, this.arena, 0, this.arenaTop * 4);
    this.pass?.end();
    this.pass = null;
    this.device.queue.submit([this.encoder.finish()]);
    this.encoder = null;
    this.arenaTop = 0;
    this.epoch++;
  }

  /** Destroys buffers that are given up; nothing recorded may use them. */
  trim(): void {
    if (this.pool.trim()) this.pipelines.forgetGroups();
  }

  /** A buffer with these words. */
  upload(words: Float32Array | Int32Array): Buffer {
    this.check();
    const buffer = this.pool.take(words.byteLength, this.epoch);
    this.writeWords(buffer, words, 0);
    return buffer;
  }

  /** Writes words into a buffer that may be in use by recorded work. */
  overwrite(buffer: Buffer, words: Float32Array | Int32Array, at: number): void {
    this.checkOwn(buffer);
    if (buffer.epoch === this.epoch) this.flush();
    this.writeWords(buffer, words, at);
  }

  private writeWords(buffer: Buffer, words: Float32Array | Int32Array, at: number): void {
    if (words.length === 0) return;
    // memory that threads share is not taken everywhere
    const own = words.buffer instanceof ArrayBuffer ? words : words.slice();
    this.device.queue.writeBuffer(buffer.gpu, at * 4, own.buffer, own.byteOffset, own.byteLength);
  }

  /** Sets a whole buffer to zero. */
  clear(buffer: Buffer): void {
    this.check();
    this.openEncoder().clearBuffer(buffer.gpu);
    buffer.epoch = this.epoch;
    this.flushLater();
  }

  /** A copy of some words, once all recorded work is done. @throws what kernels found wrong until here */
  async read(buffer: Buffer, at: number, words: number): Promise<ArrayBuffer> {
    this.check();
    this.checkOwn(buffer);
    const bytes = words * 4, notes = Math.ceil(bytes / 8) * 8, total = notes + this.faults.size;
    const size = Math.max(256, total > 2 ** 24 ? total : 2 ** Math.ceil(Math.log2(total)));
    let reader = this.readers.get(size)?.pop();
    reader ??= this.device.createBuffer({ size, usage: 0x01 | 0x08 }); // MAP_READ | COPY_DST
    const encoder = this.openEncoder();
    if (bytes > 0) encoder.copyBufferToBuffer(buffer.gpu, at * 4, reader, 0, bytes);
    if (total > notes) this.faults.collect(encoder, reader, notes);
    this.flush();
    try {
      await patiently(() => reader.mapAsync(1, 0, total > notes ? total : bytes));
    } catch (error) {
      this.check();
      throw new DeviceLostError(`reading back failed: ${String(error)}`);
    }
    const copy = reader.getMappedRange(0, bytes).slice(0);
    const found = total > notes ? reader.getMappedRange(notes, total - notes).slice(0) : null;
    reader.unmap();
    const list = this.readers.get(size);
    if (!list) this.readers.set(size, [reader]);
    else if (list.length < 8 && size <= 2 ** 24) list.push(reader);
    else reader.destroy();
    this.check();
    if (found) this.faults.check(found);
    return copy;
  }

  async synchronize(): Promise<void> {
    this.check();
    this.flush();
    if (this.faults.pending) await this.read(this.faults.use().buffer, 0, 0);
    await patiently(() => this.device.queue.onSubmittedWorkDone());
    this.check();
  }
}

function fold(groups: number, limit: number): [number, number] {
  if (groups <= limit) return [groups, 1];
  const y = Math.ceil(groups / limit);
  return [Math.ceil(groups / y), y];
}
