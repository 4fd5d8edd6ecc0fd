import { currentBackend } from './backend.js';
import type { KernelSpec } from './wgsl/module.js';

/** A kernel as data, which survives `JSON.stringify`: what `warmup` compiles ahead. */
export type CompiledKernel = KernelSpec;

/**
 * The kernels that were compiled so far, to be kept for `warmup` of the next run.
 * @throws RuntimeError before `init`
 * @example localStorage.setItem('kernels', JSON.stringify(torch.webgpu.compiledKernels()));
 */
export const compiledKernels = (): CompiledKernel[] => currentBackend().gpu.pipelines.compiled();

/**
 * Compiles kernels ahead, all at a time and while the program goes on, so that the first steps need not wait for them. A kernel
 * that this version or this adapter has no use for costs its compilation and does no harm: kernels are found by their text.
 * @param kernels what `compiledKernels` gave in an earlier run
 * @returns how many were compiled
 * @throws RuntimeError before `init`; GPUPipelineError for a kernel that does not compile
 * @example await torch.webgpu.warmup(JSON.parse(localStorage.getItem('kernels') ?? '[]'));
 */
export const warmup = (kernels: readonly CompiledKernel[]): Promise<number> => currentBackend().gpu.pipelines.warmup(kernels);
