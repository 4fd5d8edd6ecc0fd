import { opSuite } from '../src/index.js';

opSuite('cpu');
