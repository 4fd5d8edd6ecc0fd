import { project } from '../../tooling/vitest/preset.js';

export default project('tutorials', { share: false });
