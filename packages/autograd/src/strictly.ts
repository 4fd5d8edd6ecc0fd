import { RuntimeError, type Tensor } from '@sconce/tensor';

// What the functions of `functional` refuse with `strict`, in PyTorch's words.

type Found = readonly (Tensor | null)[];

const NOT_ALLOWED = 'This is not allowed in strict mode';

/** @throws RuntimeError for an output that has no history */
export function checkOutputs(outputs: readonly Tensor[]): void {
  outputs.forEach((y, i) => {
    if (y.requiresGrad) return;
    throw new RuntimeError(`Output ${i} of the user-provided function does not require gradients. The outputs must be computed in a ` +
      'differentiable manner from the input when running in strict mode.');
  });
}

const checkFound = (found: Found): void => found.forEach((g, i) => {
  if (!g) throw new RuntimeError(`The output of the user-provided function is independent of input ${i}. ${NOT_ALLOWED}.`);
});

/** @throws RuntimeError for a gradient that does not depend on the inputs, as `jvp` needs it */
export function checkInputGradients(found: Found): void {
  checkFound(found);
  found.forEach((g, i) => {
    if (g!.requiresGrad) return;
    throw new RuntimeError(`The gradient with respect to input ${i} is independent of the inputs of the user-provided function. ${NOT_ALLOWED}.`);
  });
}

/** @throws RuntimeError for a first derivative that does not depend on the inputs */
export function checkJacobian(found: Found): void {
  checkFound(found);
  found.forEach((g, i) => {
    if (g!.requiresGrad) return;
    throw new RuntimeError(`While computing the hessian, found that the jacobian of the user-provided function with respect to input ${i} is ` +
      `independent of the input. ${NOT_ALLOWED}. You should ensure that your function is twice differentiable and that the jacobian ` +
      'depends on the inputs (this would be violated by a linear function for example).');
  });
}

/** @throws RuntimeError for an element of an output that does not depend on an input */
export function checkRow(row: Found, output: number, createGraph: boolean): void {
  row.forEach((g, i) => {
    if (!g) throw new RuntimeError(`Output ${output} of the user-provided function is independent of input ${i}. ${NOT_ALLOWED}.`);
    if (createGraph && !g.requiresGrad) {
      throw new RuntimeError(`The jacobian of the user-provided function is independent of input ${output}. ${NOT_ALLOWED} when create_graph=True.`);
    }
  });
}

const INDEPENDENT = {
  output: (i: number) => `The output of the user-provided function is independent of input ${i}. ${NOT_ALLOWED}.`,
  gradOutput: (i: number) => `The gradient with respect to the input is independent of entry ${i} in the grad_outputs when using the double ` +
    `backward trick to compute forward mode gradients. ${NOT_ALLOWED}.`,
  jacobian: (i: number) => `The jacobian of the user-provided function is independent of input ${i}. ${NOT_ALLOWED}.`,
  gradJacobian: (i: number) => `The hessian of the user-provided function is independent of entry ${i} in the grad_jacobian. ${NOT_ALLOWED} as ` +
    'it prevents from using the double backward trick to replace forward mode AD.',
};

/** @throws RuntimeError for a result that does not depend on an input, or, where it is to be differentiated, has no history */
export function checkGradients(found: Found, of: keyof typeof INDEPENDENT, createGraph: boolean): void {
  found.forEach((g, i) => {
    if (!g) throw new RuntimeError(INDEPENDENT[of](i));
    if (createGraph && !g.requiresGrad) {
      const what = of === 'output' || of === 'gradOutput' ? 'jacobian' : 'hessian';
      throw new RuntimeError(`The ${what} of the user-provided function is independent of input ${i}. ${NOT_ALLOWED} when create_graph=True.`);
    }
  });
}
