import { main } from '@sconce/app-kit';
import { program } from './cli.js';

await main(program);
