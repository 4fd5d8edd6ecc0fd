import { project } from '../vitest/preset.js';

export default project('conformance', { share: false });
