import { cli } from './cli.js';

// a reader that has seen enough, as `head`, ends the program
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await cli(process.argv.slice(2));
