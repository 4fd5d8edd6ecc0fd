import type { Backend, Kernel, MemoryStats } from './backend.js';
import { RuntimeError } from './errors.js';

/**
 * A device, as `torch.device`: `cpu`, `webgpu`, `webgpu:1`. There is one object per device, so `===` compares.
 * @see https://pytorch.org/docs/stable/tensor_attributes.html#torch.device
 */
export class Device {
  /** what runs ops here; unset until a backend of this type is registered */
  backend: Backend | undefined;
  /** kernels by op id, filled as ops are first used */
  readonly kernels: (Kernel | undefined)[] = [];

  /** @internal use `device('cpu')` */
  constructor(readonly type: string, readonly index: number | null) {}

  toString(): string { return this.index === null ? this.type : `${this.type}:${this.index}`; }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `device(type='${this.type}'${this.index === null ? '' : `, index=${this.index}`})`;
  }
}

export type DeviceLike = Device | string;

const devices = new Map<string, Device>();
const backends = new Map<string, Backend>();

/**
 * The device of that name.
 * @throws RuntimeError if the text is not `type` or `type:index`
 * @example torch.device('webgpu:0').index // 0
 */
export function device(name: DeviceLike): Device {
  if (name instanceof Device) return name;
  let found = devices.get(name);
  if (!found) {
    const match = /^([a-z]+)(?::(0|[1-9]\d*))?$/.exec(name);
    if (!match) throw new RuntimeError(`Invalid device string: '${name}'`);
    found = new Device(match[1], match[2] === undefined ? null : Number(match[2]));
    found.backend = backends.get(found.type);
    devices.set(name, found);
  }
  return found;
}

/** Makes a backend serve every device of its type; a later one replaces an earlier one for ops run from then on. */
export function registerBackend(backend: Backend): void {
  backends.set(backend.type, backend);
  for (const d of devices.values()) {
    if (d.type !== backend.type) continue;
    d.backend = backend;
    d.kernels.length = 0;
  }
}

/** The backend of a device. @throws RuntimeError that says what to register where there is none */
export function backendOf(d: Device): Backend {
  if (d.backend) return d.backend;
  throw new RuntimeError(
    `no backend is registered for device '${d}'; have: ${[...backends.keys()].join(', ')}. ${remedies[d.type] ?? 'Register one first, with registerBackend'}`);
}

/** What the packages of this project have in place of PyTorch's devices. */
const open = 'await torch.webgpu.init(), or init() of @sconce/webgpu-backend';
const instead = `A graphics card is device 'webgpu' here: ${open}`;
const remedies: Readonly<Record<string, string>> = { webgpu: `Open it first: ${open}`, cuda: instead, mps: instead };

/**
 * How much memory a device's tensors take, in bytes.
 * @throws RuntimeError where the device's backend does not count it
 * @example torch.memoryStats().allocated
 */
export function memoryStats(name: DeviceLike = 'cpu'): MemoryStats {
  const d = device(name), stats = backendOf(d).memoryStats?.();
  if (!stats) throw new RuntimeError(`the backend of device '${d}' does not count memory`);
  return stats;
}
