export type ParamType = 'u32' | 'i32' | 'f32';

/** A kernel, as data: from it come the text and the layout of what is bound. */
export interface KernelSpec {
  /** for labels and error messages */
  readonly name: string;
  readonly params: readonly (readonly [name: string, type: ParamType])[];
  readonly buffers: readonly { readonly name: string; readonly type: string; readonly write: boolean; readonly atomic?: boolean }[];
  /** functions and workgroup variables */
  readonly declarations?: string;
  readonly workgroup: readonly [number, number, number];
  readonly body: string;
}

/** The WGSL of a kernel. In its body `i` counts invocations, `group` workgroups and `lane` the invocations of one. */
export function moduleText({ name, params, buffers, declarations = '', workgroup, body }: KernelSpec): string {
  const [x, y, z] = workgroup, size = x * y * z;
  return `// ${name}
struct Params { ${params.map(([field, type]) => `${field}: ${type}`).join(', ')} }
@group(0) @binding(0) var<uniform> p: Params;
${buffers.map((b, i) => `@group(0) @binding(${i + 1}) var<storage, ${b.write ? 'read_write' : 'read'}> ${b.name}: array<${b.type}>;`).join('\n')}
${declarations}
@compute @workgroup_size(${x}, ${y}, ${z})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32, @builtin(local_invocation_id) local: vec3<u32>,
) {
  let group = workgroup.y * workgroups.x + workgroup.x;
  let i = group * ${size}u + lane;
${indent(body)}
}
`;
}

export const indent = (text: string): string => text.trim().split('\n').map((line) => (line ? `  ${line}` : line)).join('\n');
