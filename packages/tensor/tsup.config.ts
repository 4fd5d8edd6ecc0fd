import { library } from '../../tooling/tsup/preset.js';

export default library({ index: 'src/index.ts', internal: 'src/internal.ts' });
