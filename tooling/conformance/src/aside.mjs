// Samples that a device cannot run, as it lacks what they are about: neither passed nor failed, but counted and told.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * @typedef {{ readonly what: string, readonly error: RegExp, readonly of: (record: unknown, tensorSpec: (j: any) => any) => boolean }} Lack
 * @typedef {{ readonly at: string, readonly reason: string }} Failure
 */

/** Whether some value in a record is of a kind. @param {unknown} json @param {(node: any) => boolean} is @returns {boolean} */
const some = (json, is) => is(json) || (json !== null && typeof json === 'object' && Object.values(json).some((x) => some(x, is)));

const LOW = -(2n ** 31n), HIGH = 2n ** 31n;
const beyond = (value) => value < LOW || value >= HIGH;

/**
 * What device webgpu lacks. A sample is set aside only where it is about that, and where the device said so in these words:
 * a wrong value, another error, or the error for a sample that does without, is a failure as any other.
 * @type {readonly Lack[]}
 */
export const LACKS = [
  {
    what: 'float64, which WebGPU lacks', error: /threw TypeError: Cannot convert a WebGPU Tensor to float64 dtype as WebGPU doesn't support float64\./,
    of: (record) => some(record, (x) => x?.dt === 'float64' || (x?.$ === 'dt' && x.v === 'float64')),
  },
  {
    what: 'int64 beyond 32 bits', error: /threw RuntimeError: .* into torch\.int64 on device 'webgpu', which holds integers in 32 bits/,
    of: (record, tensorSpec) => some(record, (x) => (x?.$ === 'i' && beyond(BigInt(x.v))) || (typeof x === 'number' && Number.isInteger(x) && beyond(x))
      || (x?.$ === 'T' && x.dt === 'int64' && tensorSpec(x).data.some(beyond))),
  },
];

/** Every failing sample of a run, from what the runner prints with --verbose: by section, then by unit. @param {string} text */
export function failuresIn(text) {
  /** @type {Map<string, Map<string, Failure[]>>} */
  const sections = new Map();
  let units = new Map(), list = [];
  for (const line of text.split('\n')) {
    const section = /^== (\w+)$/.exec(line), unit = /^ {2}T\d (\S+) \d+\/\d+ {2}#(.+?): (.*)$/.exec(line), more = /^ {7}#(.+?): (.*)$/.exec(line);
    if (section) sections.set(section[1], (units = new Map()));
    else if (unit) units.set(unit[1], (list = [{ at: unit[2], reason: unit[3] }]));
    else if (more) list.push({ at: more[1], reason: more[2] });
  }
  return sections;
}

/** Reads the samples of a corpus. @param {string} corpus */
export function recordsOf(corpus) {
  const lines = (file) => gunzipSync(readFileSync(join(corpus, file))).toString('utf8').split('\n').filter(Boolean).map((l) => JSON.parse(l));
  const { sections } = JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')), programs = new Map();
  return (section, unit, at) => {
    const { index = {}, file } = sections[section];
    if (index[unit]) return lines(index[unit].file)[Number(at) + 1]; // after a header
    if (!programs.has(section)) programs.set(section, lines(file));
    return programs.get(section).find(({ id }) => id === at);
  };
}

/**
 * Takes what is set aside out of a run's result.
 * @param {any} result what the runner writes as JSON
 * @param {Map<string, Map<string, Failure[]>>} failures
 * @param {(section: string, unit: string, at: string) => unknown} record
 * @param {(j: any) => any} tensorSpec the decoder of the corpus
 * @returns {any} the result with an `aside` for each tier, and only true failures
 */
export function setAside(result, failures, record, tensorSpec) {
  const sections = {};
  for (const [section, { tiers, failures: units }] of Object.entries(result.sections)) {
    const scores = Object.fromEntries(Object.entries(tiers).map(([tier, t]) => [tier, { ...t, aside: {} }])), left = [];
    for (const unit of units) {
      const score = scores[unit.tier], failing = [];
      let aside = 0;
      for (const failure of failures.get(section)?.get(unit.name) ?? []) {
        const lack = LACKS.find(({ error, of }) => error.test(failure.reason) && of(record(section, unit.name, failure.at), tensorSpec));
        if (!lack) failing.push(failure);
        else {
          aside++;
          score.aside[lack.what] = (score.aside[lack.what] ?? 0) + 1;
        }
      }
      score.samples -= aside;
      if (aside === unit.total) score.units--;
      else if (aside > 0 && unit.pass === unit.total - aside) score.unitsPassing++;
      if (failing.length > 0) left.push({ ...unit, total: unit.total - aside, at: failing[0].at, reason: failing[0].reason, failing });
    }
    sections[section] = { tiers: scores, failures: left };
  }
  return { ...result, sections };
}

const percent = (a, b) => (b ? `${(100 * a / b).toFixed(1)}%` : '-');

/** A line for each tier of a section. */
const scoreLines = (section, { tiers }) => Object.entries(tiers).map(([tier, t]) => {
  const aside = Object.entries(t.aside).map(([what, n]) => `${n} set aside: ${what}`).join('; ');
  return `${section.padEnd(9)} ${tier} ${section === 'ops' || section === 'vision' ? 'ops   ' : 'groups'} ${`${t.unitsPassing}/${t.units}`.padStart(8)} ${percent(t.unitsPassing, t.units).padStart(6)}`
    + `   samples ${`${t.samplesPassing}/${t.samples}`.padStart(10)} ${percent(t.samplesPassing, t.samples).padStart(6)}${aside && `   (${aside})`}`;
});

/** What is printed of a result. @param {any} result @param {{ failures?: string, verbose?: boolean }} options */
export function reportOf(result, { failures: limit = '60', verbose = false }) {
  const lines = [];
  for (const [section, s] of Object.entries(result.sections)) {
    const shown = s.failures.slice(0, Number(limit) || Infinity);
    lines.push('', `== ${section}`, ...scoreLines(section, s));
    for (const u of shown) {
      lines.push(`  ${u.tier} ${u.name} ${u.pass}/${u.total}  #${u.at}: ${u.reason}`);
      if (verbose) lines.push(...u.failing.slice(1).map(({ at, reason }) => `       #${at}: ${reason}`));
    }
    if (s.failures.length > shown.length) lines.push(`  ... and ${s.failures.length - shown.length} more (--failures 0 shows all)`);
  }
  lines.push('', `${result.adapter}: corpus seed ${result.seed} (PyTorch ${result.torch}), ${result.seconds.toFixed(1)} s`);
  lines.push(...Object.entries(result.sections).flatMap(([section, s]) => scoreLines(section, s)));
  return lines.join('\n');
}
