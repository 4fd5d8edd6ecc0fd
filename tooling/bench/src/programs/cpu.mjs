// npm run bench -- cpu: the times of steps and operators on the CPU, Sconce's beside PyTorch's and other libraries'.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { contenders } from '../columns.mjs';
import { defaultPython, describeMachine, loadWarning, machineLine, Others, torchVersion } from '../machine.mjs';
import { unpackedMnist } from '../mnist.mjs';
import { installPeers } from '../peers.mjs';
import { race } from '../race.mjs';
import { rows } from '../rows.mjs';
import { resultRow, tableHead, tableLine } from '../table.mjs';

const HELP = `npm run bench -- cpu [options]
  --json FILE      write the table to FILE
  --rows A,B       only these rows: ${rows.map(({ name }) => name).join(' ')}
  --only A,B       only these columns: sconce1 sconce2 torch1 torch2 tfjs jaxjs
  --rounds N       turns of each contender, default 15
  --python FILE    the Python that has PyTorch, default ${defaultPython()}
SCONCE_DATA names the folder that holds MNIST/raw; default: ../shared/data beside the repository.`;

function options() {
  const string = { type: /** @type {const} */ ('string') };
  const { values } = parseArgs({
    options: { json: string, rows: string, only: string, rounds: string, python: string, help: { type: 'boolean', short: 'h' } },
  });
  const rounds = Number(values.rounds ?? 15);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds}: a number of turns is wanted`);
  const names = values.rows?.split(',');
  for (const name of names ?? []) if (!rows.some((row) => row.name === name)) throw new Error(`--rows ${name}: there is no such row`);
  return { ...values, rounds, names, columns: values.only?.split(',') };
}

async function main() {
  const { help, json, rounds, names, columns, python = defaultPython() } = options();
  if (help) return void console.log(HELP);
  const torch = torchVersion(python), data = unpackedMnist();
  const machine = describeMachine(torch), others = new Others();
  console.log(machineLine(machine));
  const warn = (warning) => warning && console.log(warning);
  warn(loadWarning(machine));
  if (torch === null) console.log(`no PyTorch under ${python} (--python names another): its columns stay empty`);
  const entrants = contenders({ python, data, torch: torch !== null, peers: installPeers() })
    .filter(({ column }) => columns?.includes(column) ?? true);

  console.log(tableHead());
  const results = [];
  for (const row of rows.filter(({ name }) => names?.includes(name) ?? true)) {
    if (row.kind === 'epoch' && data === null) console.log(`${row.name}: no MNIST (SCONCE_DATA names its folder)`);
    const able = row.kind === 'epoch' && data === null ? [] : entrants;
    const result = resultRow(row.name, await race(row, able, { rounds, others, say: console.log }), entrants);
    console.log(tableLine(result));
    results.push(result);
  }
  warn(others.warning());
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, rows: results }, null, 2)}\n`);
}

try {
  await main();
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
