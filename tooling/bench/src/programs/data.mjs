// npm run bench -- data: how fast loaders give batches, with workers and without, beside PyTorch's.
import { writeFileSync } from 'node:fs';
import { fingerprint } from '../contenders/loader.mjs';
import { loaderContenders, loaderRows, pictureFolder } from '../loaders.mjs';
import { defaultPython, describeMachine, loadWarning, machineLine, torchVersion } from '../machine.mjs';
import { unpackedMnist } from '../mnist.mjs';
import { countOf, namesOf, program } from '../program.mjs';
import { race } from '../race.mjs';
import { Watch } from '../watch.mjs';

const names = [...loaderRows.map(({ name }) => name), 'order'];

const HELP = `npm run bench -- data [options]
  --json FILE      write the figures to FILE
  --rows A,B       only these: ${names.join(' ')}
  --rounds N       turns with whole cores that each contender takes, default 15
  --pictures N     how many JPEGs are made, default 256
  --python FILE    the Python that has PyTorch and torchvision, default ${defaultPython()}
SCONCE_DATA names the folder that holds MNIST/raw; default: ../shared/data beside the repository.`;

const WORKERS = [0, 1, 2];

/** Whether loaders with any number of workers give the same batches, of one kind of data. */
async function sameBatches(given, batch) {
  const prints = [];
  for (const workers of WORKERS) prints.push(await fingerprint(given, { batch, workers }));
  return { batches: prints[0].batches, same: prints.every(({ hash, batches }) => hash === prints[0].hash && batches === prints[0].batches) };
}

await program(HELP, ['json', 'rows', 'rounds', 'pictures', 'python'], async ({ json, python = defaultPython(), ...options }) => {
  const rounds = countOf('rounds', options.rounds ?? '15'), count = countOf('pictures', options.pictures ?? '256');
  const wanted = namesOf('rows', options.rows, names);
  const torch = torchVersion(python), data = unpackedMnist(), machine = describeMachine(torch), watch = new Watch();
  const warn = (/** @type {string | null} */ warning) => warning && console.log(warning);
  console.log(machineLine(machine));
  warn(loadWarning(machine));
  const { folder, kilobytes } = pictureFolder(count);
  console.log(`${count} JPEGs of ${kilobytes} kB`);

  const results = /** @type {object[]} */ ([]);
  const write = () => { if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, rows: results }, null, 2)}\n`); };
  for (const row of loaderRows.filter(({ name }) => wanted.includes(name))) {
    if (row.kind === 'digits' && data === null) {
      console.log(`${row.name}: no MNIST (SCONCE_DATA names its folder)`);
      continue;
    }
    const entrants = loaderContenders(row, { python, torch: torch !== null, data });
    const times = await race(/** @type {any} */ ({ ...row, folder }), entrants, { rounds, watch, say: console.log });
    const steps = row.kind === 'digits' ? 1 : Math.ceil(count / row.batch);
    const perSecond = Object.fromEntries([...times].map(([name, us]) => [name, steps * 1e6 / us]));
    console.log(`${row.name}: ${row.says}`);
    for (const [name, figure] of Object.entries(perSecond)) console.log(`  ${name} ${name.endsWith('1') ? 'worker ' : 'workers'}  ${figure.toFixed(1)} batches/s`);
    const ratios = row.kind === 'digits'
      ? { vsTorch: perSecond['Sconce 0'] / perSecond['PyTorch 0'] }
      : { oneWorker: perSecond['Sconce 1'] / perSecond['Sconce 0'], twoWorkers: perSecond['Sconce 2'] / perSecond['Sconce 0'], vsTorch: perSecond['Sconce 0'] / perSecond['PyTorch 0'] };
    const words = { vsTorch: 'Sconce ÷ PyTorch, no workers', oneWorker: '1 worker ÷ none', twoWorkers: '2 workers ÷ none' };
    for (const [key, figure] of Object.entries(ratios)) if (!Number.isNaN(figure)) console.log(`  ${words[key]}: ${figure.toFixed(2)}`);
    results.push({ name: row.name, batchesPerSecond: perSecond, ...ratios });
    write();
  }

  if (wanted.includes('order')) {
    const kinds = [...(data === null ? [] : [{ kind: 'digits', folder: data }]), { kind: 'pictures', folder }];
    for (const { kind, folder: where } of kinds) {
      const { batches, same } = await sameBatches({ kind, folder: where, random: false }, 64);
      console.log(`${kind}: the ${batches} batches of a shuffled round with 0, 1 and 2 workers are ${same ? 'the same' : 'NOT the same'}`);
      results.push({ name: 'order', kind, batches, same });
      if (!same) process.exitCode = 1;
    }
    write();
  }
  watch.lines().forEach((line) => console.log(line));
});
