export { main, runProgram, type Output, type Program } from './cli.js';
export { usableDevice, useThreads } from './device.js';
export { checkWritable, writeWhole } from './files.js';
export { epochProgress, type Progress } from './progress.js';
export { epochRecord, perClassLines, TABLE_HEAD, tableLine, type EpochRecord, type Report } from './report.js';
export { evaluate, trainEpoch, type Batches, type Network, type Score, type TestScore } from './train.js';
export { choice, count, number, readFlags, trainingOptions, UsageError, type TrainingOptions } from './usage.js';
