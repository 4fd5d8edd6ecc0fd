// Scores as they are kept in baseline.json: per section and tier, how many units and samples pass.

/**
 * @typedef {{ readonly units: number, readonly samples: number }} Passing
 * @typedef {{ readonly seed: number, readonly sections: Readonly<Record<string, Readonly<Record<string, Passing>>>> }} Score
 */

/** What is kept of a run's result. @returns {Score} */
export const scoreOf = ({ seed, sections }) => ({
  seed,
  sections: Object.fromEntries(Object.entries(sections).map(([section, { tiers }]) => [
    section,
    Object.fromEntries(Object.entries(tiers).map(([tier, t]) => [tier, { units: t.unitsPassing, samples: t.samplesPassing }])),
  ])),
});

/** The baseline with the sections of a run in place of what it had. @param {Score | null} baseline @param {Score} score */
export const updated = (baseline, score) => ({
  seed: score.seed,
  sections: { ...(baseline?.seed === score.seed ? baseline.sections : {}), ...score.sections },
});

/**
 * A line for each score of a run that is below the baseline; sections and tiers that were not run are left out. The
 * samples of another seed are others, so that only whole units are compared.
 * @param {Score | null} baseline @param {Score} score
 */
export function drops(baseline, score) {
  const lines = [];
  for (const [section, tiers] of Object.entries(score.sections)) {
    for (const [tier, now] of Object.entries(tiers)) {
      const before = baseline?.sections[section]?.[tier];
      if (!before) continue;
      for (const what of baseline.seed === score.seed ? ['units', 'samples'] : ['units']) {
        if (now[what] < before[what]) lines.push(`${section} ${tier}: ${now[what]} ${what} pass, ${before[what]} did before`);
      }
    }
  }
  return lines;
}
