/**
 * What each package may depend on: the whole of the architecture's arrows, as data.
 * A package of the workspace that is not listed is an error; `node:` stands for Node's own modules.
 * Development tools (vitest, typescript, …) are not listed: only sources are held to this.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const allowed = {
  '@sconce/tensor': [],
  '@sconce/wasm-backend': ['@sconce/tensor'],
  '@sconce/webgpu-backend': ['@sconce/tensor', 'webgpu'],
  '@sconce/autograd': ['@sconce/tensor'],
  '@sconce/nn': ['@sconce/tensor', '@sconce/autograd'],
  '@sconce/optim': ['@sconce/tensor', '@sconce/autograd'],
  '@sconce/distributions': ['@sconce/tensor', '@sconce/autograd'],
  '@sconce/func': ['@sconce/tensor', '@sconce/autograd', '@sconce/nn'],
  '@sconce/data': ['@sconce/tensor', 'fflate', 'node:'],
  '@sconce/serialization': ['@sconce/tensor', 'fflate', 'node:'],
  '@sconce/vision': [
    '@sconce/tensor', '@sconce/nn', '@sconce/data', '@sconce/serialization', '@jsquash/jpeg', 'pngjs', 'node:',
  ],
  sconce: [
    '@sconce/tensor', '@sconce/wasm-backend', '@sconce/webgpu-backend', '@sconce/autograd', '@sconce/nn', '@sconce/optim', '@sconce/data',
    '@sconce/distributions', '@sconce/func', '@sconce/serialization', '@sconce/vision',
  ],
  '@sconce/testing': ['@sconce/tensor', '@sconce/autograd', 'vite', 'vitest', 'node:'],
  '@sconce/app-kit': ['sconce', 'cli-progress', 'node:'],
  '@sconce/app-mnist': ['sconce', '@sconce/app-kit', 'pngjs', 'node:'],
  '@sconce/app-cifar10': ['sconce', '@sconce/app-kit', 'node:'],
  '@sconce/app-tutorials': ['sconce', 'node:'],
  '@sconce/app-playground': [
    'sconce', '@sconce/app-tutorials', '@codemirror/lang-javascript', '@codemirror/view', 'codemirror', 'loupe', 'sucrase', 'uplot',
  ],
  '@sconce/conformance': [
    'sconce', '@sconce/tensor', '@sconce/autograd', '@sconce/nn', '@sconce/optim', '@sconce/data', '@sconce/vision', 'node:',
  ],
  '@sconce/bench': ['sconce', 'webgpu', 'node:'],
  '@sconce/fuzz': ['sconce', 'fflate', 'node:'],
  '@sconce/checks': ['publint', 'vite', 'node:'],
};

/**
 * What the tests of a package may need besides: they declare it for development.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const allowedInTests = {
  '@sconce/func': ['@sconce/testing'],
  '@sconce/wasm-backend': ['@sconce/testing'],
  '@sconce/webgpu-backend': ['@sconce/autograd', '@sconce/nn', '@sconce/optim', '@sconce/testing'],
};
