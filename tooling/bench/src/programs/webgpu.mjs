// npm run bench -- webgpu: the times of steps and operators on WebGPU, Sconce's beside other libraries' on the same adapter.
import { writeFileSync } from 'node:fs';
import { WEBGPU_COLUMNS, webgpuContenders } from '../columns.mjs';
import { adapterName } from '../gpu.mjs';
import { cudaName, defaultPython, describeMachine, loadWarning, machineLine, torchVersion } from '../machine.mjs';
import { installPeers } from '../peers.mjs';
import { countOf, namesOf, program } from '../program.mjs';
import { race } from '../race.mjs';
import { Watch } from '../watch.mjs';
import { webgpuRows } from '../rows.mjs';
import { resultRow, tableHead, tableLine, WEBGPU_TABLE } from '../table.mjs';

const rowNames = webgpuRows.map(({ name }) => name);

const HELP = `npm run bench -- webgpu [options]
  --json FILE      write the table to FILE
  --rows A,B       only these rows: ${rowNames.join(' ')}
  --only A,B       only these columns: ${WEBGPU_COLUMNS.join(' ')}
  --rounds N       turns with whole cores that each contender takes, default 15
  --python FILE    the Python that may have PyTorch with CUDA, default ${defaultPython()}
SCONCE_WEBGPU_ADAPTER names the adapter, or a part of its name.`;

await program(HELP, ['json', 'rows', 'only', 'rounds', 'python'], async ({ json, python = defaultPython(), ...options }) => {
  const rounds = countOf('rounds', options.rounds ?? '15');
  const wantedRows = namesOf('rows', options.rows, rowNames), columns = namesOf('only', options.only, WEBGPU_COLUMNS);
  const wanted = (/** @type {string[]} */ ...some) => some.some((column) => columns.includes(column));
  const warn = (/** @type {string | null} */ warning) => warning && console.log(warning);

  const adapter = await adapterName();
  if (adapter === null) throw new Error('there is no WebGPU adapter: a Vulkan, Metal or D3D12 driver makes one');
  const cuda = wanted('torchCuda') ? cudaName(python) : null;
  const machine = { ...describeMachine(cuda === null ? null : torchVersion(python)), adapter, cuda };
  const watch = new Watch();
  console.log(machineLine(machine));
  console.log(`WebGPU adapter: ${adapter}; CUDA: ${cuda ?? 'none, its column stays empty'}`);
  warn(loadWarning(machine));
  const peers = wanted('tfjs', 'jaxjs') && installPeers();
  const entrants = webgpuContenders({ python, cuda: cuda !== null, peers }).filter(({ column }) => wanted(column));

  console.log(tableHead(WEBGPU_TABLE));
  const results = [];
  for (const row of webgpuRows.filter(({ name }) => wantedRows.includes(name))) {
    let figures = {};
    const onReady = (/** @type {string} */ name, /** @type {{ dispatches?: number }} */ { dispatches }) => {
      if (dispatches !== undefined) figures = { dispatches };
    };
    const times = await race(row, entrants, { rounds, watch, say: console.log, onReady });
    const result = resultRow(row.name, times, entrants, WEBGPU_TABLE, figures);
    console.log(tableLine(result, WEBGPU_TABLE));
    results.push(result);
    if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, rows: results }, null, 2)}\n`);
  }
  watch.lines().forEach((line) => console.log(line));
});
