import { declarationsFor } from './functions.js';

export type ParamType = 'u32' | 'i32' | 'f32';

/** A kernel, as data: from it come the text and the layout of what is bound. */
export interface KernelSpec {
  /** for labels and error messages */
  readonly name: string;
  readonly params: readonly (readonly [name: string, type: ParamType])[];
  readonly buffers: readonly { readonly name: string; readonly type: string; readonly write: boolean }[];
  /** functions and workgroup variables of its own */
  readonly declarations?: string;
  /** invocations of a workgroup */
  readonly workgroup: number;
  /** whether the body is about element `i`, of `p.n`; else about workgroup `group` and its invocation `lane` */
  readonly each: boolean;
  /** whether invocations exchange values; `sid` is the number of one in its subgroup */
  readonly subgroups?: boolean;
  /** whether invocations draw the numbers of those whose work they do from `turns`, as long as there are any */
  readonly inTurns?: boolean;
  readonly body: string;
}

/** The functions of a kernel: what a workgroup does is `work`. An invocation takes `p.per` elements, as a loop costs less than an invocation. */
const functions = ({ declarations = '', workgroup, each, body }: KernelSpec): string => (each ? `${declarations}
fn element(i: u32) {
${indent(body)}
}
fn work(group: u32, lane: u32) {
  let end = min((group + 1u) * p.per * ${workgroup}u, p.n);
  for (var i = group * p.per * ${workgroup}u + lane; i < end; i += ${workgroup}u) { element(i); }
}` : `${declarations}
fn work(group: u32, lane: u32) {
${indent(body)}
}`);

/** The WGSL of a kernel. */
export function moduleText(spec: KernelSpec): string {
  const { name, params, buffers, workgroup, subgroups, inTurns } = spec, text = functions(spec);
  return `// ${name}
${subgroups ? 'enable subgroups;\nvar<private> sid: u32;\n' : ''}struct Params { ${params.map(([field, type]) => `${field}: ${type}`).join(', ')} }
@group(0) @binding(0) var<uniform> p: Params;
${buffers.map((b, i) => `@group(0) @binding(${i + 1}) var<storage, ${b.write ? 'read_write' : 'read'}> ${b.name}: array<${b.type}>;`).join('\n')}
${declarationsFor(text)}
${text}
@compute @workgroup_size(${workgroup})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,${subgroups ? ' @builtin(subgroup_invocation_id) subgroup: u32,' : ''}
) {
${subgroups ? '  sid = subgroup;\n' : ''}${inTurns ? drawn(workgroup) : '  work(workgroup.y * workgroups.x + workgroup.x, lane);'}
}
`;
}

/** The one that finds nothing left last makes `turns` ready for the next dispatch. */
const drawn = (workgroup: number): string => `  for (var turn = atomicAdd(&turns[0], 1u); turn < p.turns; turn = atomicAdd(&turns[0], 1u)) {
    work(turn / ${workgroup}u, turn % ${workgroup}u);
  }
  if (atomicAdd(&turns[1], 1u) == workgroups.x * ${workgroup}u - 1u) {
    atomicStore(&turns[0], 0u);
    atomicStore(&turns[1], 0u);
  }`;

/** A kernel whose invocations need nothing of one another, shared out among those of few workgroups while they run. */
export const inTurns = (spec: KernelSpec): KernelSpec => ({
  ...spec, inTurns: true, params: [...spec.params, ['turns', 'u32']], buffers: [...spec.buffers, { name: 'turns', type: 'atomic<u32>', write: true }],
});

/** One kernel for several launches of one: names get numbers, and each has its own workgroups. */
export function joined(spec: KernelSpec, count: number): KernelSpec {
  const numbers = Array.from({ length: count }, (_, k) => k), arrays = new Set(spec.buffers.map((b) => b.name)), text = functions(spec);
  return {
    ...spec, name: `${count} times ${spec.name}`, each: false,
    params: [['zero', 'u32'], ...numbers.flatMap((k): KernelSpec['params'] =>
      [[`end_${k}`, 'u32'], ...spec.params.filter(([name]) => name !== 'zero').map(([name, type]) => [`${name}_${k}`, type] as const)])],
    buffers: numbers.flatMap((k) => spec.buffers.map((b) => ({ ...b, name: `${b.name}_${k}` }))),
    declarations: numbers.map((k) => text.replaceAll(/(p\.)?\b([a-z]\w*)/g, (whole, param: string | undefined, name: string) =>
      ((param ? name !== 'zero' : arrays.has(name) || name === 'element' || name === 'work') ? `${whole}_${k}` : whole))).join('\n'),
    body: numbers.map((k) => `${k ? 'else ' : ''}if (group < p.end_${k}) { work_${k}(group${k ? ` - p.end_${k - 1}` : ''}, lane); }`).join('\n'),
  };
}

export const indent = (text: string): string => text.trim().split('\n').map((line) => (line ? `  ${line}` : line)).join('\n');
