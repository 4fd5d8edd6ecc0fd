import { registerBackend } from '@sconce/tensor';
import { backendSuite } from '@sconce/testing';
import { wasm } from '../src/index.js';

// as a device beside the CPU's, which keeps the JavaScript kernels
registerBackend({ ...wasm(), type: 'simd' });
backendSuite('simd');
