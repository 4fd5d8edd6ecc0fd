import type { Gpu } from './gpu.js';
import type { Buffer } from './pool.js';
import { indent, type KernelSpec } from './wgsl/module.js';

/** A launch that may wait for others like it. */
export interface Waiting {
  /** what its text depends on */
  readonly key: string;
  readonly spec: KernelSpec;
  readonly buffers: readonly Buffer[];
  /** of `n`, `zero` and what else the text reads */
  readonly params: readonly number[];
  readonly groups: number;
}

/**
 * Launches of one kernel on different memory, as the steps of an optimizer over its parameters: they wait until something
 * else is to run, and then go as one, each with workgroups of its own.
 */
export class Batch {
  private waiting: Waiting[] = [];

  constructor(private readonly gpu: Gpu) {
    gpu.beforeOthers = () => this.flush();
  }

  add(launch: Waiting): void {
    if (!this.fits(launch)) this.flush();
    // nothing may be uploaded into what waits
    for (const buffer of launch.buffers) buffer.epoch = this.gpu.epoch;
    this.waiting.push(launch);
    this.gpu.flushLater();
  }

  /** Of the same kind, on other memory, and not more memory than a kernel may have. */
  private fits({ key, buffers }: Waiting): boolean {
    const taken = this.waiting.flatMap((w) => w.buffers);
    return this.waiting.every((w) => w.key === key) && !buffers.some((b) => taken.includes(b))
      && taken.length + buffers.length <= this.gpu.device.limits.maxStorageBuffersPerShaderStage;
  }

  flush(): void {
    if (this.waiting.length === 0) return;
    const list = this.waiting;
    this.waiting = [];
    const [{ key, spec, buffers, params, groups }] = list;
    if (list.length === 1) return this.gpu.run(this.gpu.kernel(key, () => spec), buffers, params, groups);
    const kernel = this.gpu.kernel(`${list.length} of ${key}`, () => joined(spec, list.length));
    const values = [0, 0];
    let end = 0;
    for (const launch of list) {
      values.push(end, (end += launch.groups), launch.params[0], ...launch.params.slice(2));
    }
    values[0] = end;
    this.gpu.run(kernel, list.flatMap((launch) => launch.buffers), values, end);
  }
}

/** One kernel for several launches: the names of each get a number. */
function joined(spec: KernelSpec, count: number): KernelSpec {
  const own = spec.params.filter(([name]) => name !== 'zero');
  const bodies: string[] = [];
  const params: KernelSpec['params'][number][] = [['n', 'u32'], ['zero', 'u32']];
  const buffers: KernelSpec['buffers'][number][] = [];
  const numbered = new Set(spec.buffers.map((b) => b.name));
  for (let k = 0; k < count; k++) {
    params.push([`from_${k}`, 'u32'], [`to_${k}`, 'u32'], ...own.map(([name, type]): KernelSpec['params'][number] => [`${name}_${k}`, type]));
    buffers.push(...spec.buffers.map((b) => ({ ...b, name: `${b.name}_${k}` })));
    const body = spec.body.replaceAll(/(p\.)?\b([a-z]\w*)\b/g, (text, param: string | undefined, name: string) => {
      if (param) return name === 'zero' ? text : `p.${name}_${k}`;
      return numbered.has(name) ? `${name}_${k}` : text;
    });
    bodies.push(`if (group >= p.from_${k} && group < p.to_${k}) {\n${indent(`let i = (group - p.from_${k}) * ${spec.workgroup[0]}u + lane;\n${body}`)}\n}`);
  }
  return { ...spec, name: `${count} times ${spec.name}`, params, buffers, body: bodies.join('\n') };
}
