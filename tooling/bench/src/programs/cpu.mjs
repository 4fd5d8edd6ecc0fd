// npm run bench -- cpu: the times of steps and operators on the CPU, Sconce's beside PyTorch's and other libraries'.
import { writeFileSync } from 'node:fs';
import { COLUMNS, contenders } from '../columns.mjs';
import { defaultPython, describeMachine, loadWarning, machineLine, torchVersion } from '../machine.mjs';
import { unpackedMnist } from '../mnist.mjs';
import { installPeers } from '../peers.mjs';
import { countOf, namesOf, program } from '../program.mjs';
import { race } from '../race.mjs';
import { rows } from '../rows.mjs';
import { resultRow, tableHead, tableLine } from '../table.mjs';
import { Watch } from '../watch.mjs';

const rowNames = rows.map(({ name }) => name);

const HELP = `npm run bench -- cpu [options]
  --json FILE      write the table to FILE
  --rows A,B       only these rows: ${rowNames.join(' ')}
  --only A,B       only these columns: ${COLUMNS.join(' ')}
  --rounds N       turns with whole cores that each contender takes, default 15
  --python FILE    the Python that has PyTorch, default ${defaultPython()}
SCONCE_DATA names the folder that holds MNIST/raw; default: ../shared/data beside the repository.`;

await program(HELP, ['json', 'rows', 'only', 'rounds', 'python'], async ({ json, python = defaultPython(), ...options }) => {
  const rounds = countOf('rounds', options.rounds ?? '15');
  const wantedRows = namesOf('rows', options.rows, rowNames), columns = namesOf('only', options.only, COLUMNS);
  const wanted = (/** @type {string[]} */ ...some) => some.some((column) => columns.includes(column));
  const warn = (/** @type {string | null} */ warning) => warning && console.log(warning);

  const torch = wanted('torch1', 'torch2') ? torchVersion(python) : null, data = unpackedMnist();
  const machine = describeMachine(torch), watch = new Watch();
  console.log(machineLine(machine));
  warn(loadWarning(machine));
  if (torch === null && wanted('torch1', 'torch2')) console.log(`no PyTorch under ${python} (--python names another): its columns stay empty`);
  const peers = wanted('tfjs', 'jaxjs') && installPeers();
  const entrants = contenders({ python, data, torch: torch !== null, peers }).filter(({ column }) => wanted(column));

  console.log(tableHead());
  const results = [];
  for (const row of rows.filter(({ name }) => wantedRows.includes(name))) {
    const able = row.kind !== 'epoch' || data !== null;
    if (!able) console.log(`${row.name}: no MNIST (SCONCE_DATA names its folder)`);
    const times = await race(row, able ? entrants : [], { rounds, watch, say: console.log });
    const result = resultRow(row.name, times, entrants);
    console.log(tableLine(result));
    results.push(result);
    if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, rows: results }, null, 2)}\n`);
  }
  watch.lines().forEach((line) => console.log(line));
});
