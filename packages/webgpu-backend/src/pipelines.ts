import { moduleText, type KernelSpec, type ParamType } from './wgsl/module.js';

/** A compiled kernel: its text, its pipeline, and the bind groups made for it. */
export interface Kernel {
  readonly id: number;
  readonly spec: KernelSpec;
  readonly code: string;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly params: readonly ParamType[];
  readonly bytes: number;
  readonly groups: Map<string, GPUBindGroup>;
}

/** The kernels of a device, each compiled once. */
export class Pipelines {
  private readonly kernels = new Map<string, Kernel>();
  /** compiled before they were asked for, by their text */
  private readonly ahead = new Map<string, Kernel>();
  private described = 0;

  constructor(private readonly device: GPUDevice) {}

  /** The kernel of that key, compiled when first asked for. */
  kernel(key: string, make: () => KernelSpec): Kernel {
    let kernel = this.kernels.get(key);
    if (!kernel) this.kernels.set(key, (kernel = this.compile(make())));
    return kernel;
  }

  private compile(spec: KernelSpec): Kernel {
    const code = moduleText(spec);
    const known = this.ahead.get(code);
    if (known) return known;
    const { descriptor, ...kernel } = this.describe(spec, code);
    return { ...kernel, pipeline: this.device.createComputePipeline(descriptor) };
  }

  private describe(spec: KernelSpec, code: string): Omit<Kernel, 'pipeline'> & { descriptor: GPUComputePipelineDescriptor } {
    const bytes = Math.ceil(spec.params.length / 4) * 16;
    const layout = this.device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: 4, buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: bytes } },
        ...spec.buffers.map((b, i): GPUBindGroupLayoutEntry =>
          ({ binding: i + 1, visibility: 4, buffer: { type: b.write ? 'storage' : 'read-only-storage' } })),
      ],
    });
    const descriptor = {
      label: spec.name, layout: this.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: this.device.createShaderModule({ label: spec.name, code }), entryPoint: 'main' },
    };
    return {
      id: this.described++, spec, code, descriptor, layout, bytes, params: spec.params.map(([, type]) => type), groups: new Map(),
    };
  }

  /** What was compiled so far. */
  compiled(): KernelSpec[] {
    return [...this.kernels.values()].map((kernel) => kernel.spec);
  }

  /** Compiles kernels before they are asked for; gives how many were not there yet. */
  async warmup(specs: readonly KernelSpec[]): Promise<number> {
    const there = new Set([...this.kernels.values(), ...this.ahead.values()].map((kernel) => kernel.code));
    const missing = specs.map((spec) => [moduleText(spec), spec] as const).filter(([code]) => !there.has(code));
    await Promise.all(missing.map(async ([code, spec]) => {
      this.device.pushErrorScope('validation'); // what is wrong with the text is told by the pipeline as well
      const { descriptor, ...kernel } = this.describe(spec, code);
      void this.device.popErrorScope();
      this.ahead.set(code, { ...kernel, pipeline: await this.device.createComputePipelineAsync(descriptor) });
    }));
    return missing.length;
  }

  /** Lets go of bind groups, whose buffers may be gone. */
  forgetGroups(): void {
    for (const kernel of this.kernels.values()) kernel.groups.clear();
  }
}
