import { forgetWarnings } from '../../packages/tensor/src/internal.js';
import { defaultGenerator, float32, Generator, setDefaultDtype, setPrintoptions } from '../../packages/tensor/src/index.js';

// Files of a package share a process: each begins as a program does.
defaultGenerator.setState(new Generator().getState());
setDefaultDtype(float32);
setPrintoptions({ profile: 'default' });
forgetWarnings();
