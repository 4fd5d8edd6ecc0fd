// Scores as they are kept in baseline.json: per section and tier, how many units and samples pass.

/** What is kept of a run's result. */
export const scoreOf = (result) => Object.fromEntries(Object.entries(result.sections).map(([section, { tiers }]) => [
  section,
  Object.fromEntries(Object.entries(tiers).map(([tier, t]) => [tier, { units: t.unitsPassing, samples: t.samplesPassing }])),
]));

/** A line for each score of a run that is below the baseline; sections and tiers that were not run are left out. */
export function drops(baseline, score) {
  const lines = [];
  for (const [section, tiers] of Object.entries(score)) {
    for (const [tier, now] of Object.entries(tiers)) {
      const before = baseline[section]?.[tier];
      if (!before) continue;
      for (const what of ['units', 'samples']) {
        if (now[what] < before[what]) lines.push(`${section} ${tier}: ${now[what]} ${what} pass, ${before[what]} did before`);
      }
    }
  }
  return lines;
}
