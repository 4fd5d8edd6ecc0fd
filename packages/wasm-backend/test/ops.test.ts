import { registerBackend } from '@sconce/tensor';
import { opSuite } from '@sconce/testing';
import { wasm } from '../src/index.js';

registerBackend(wasm());
opSuite('cpu');
