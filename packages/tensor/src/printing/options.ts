/** How tensors are printed. */
export interface PrintOptions {
  /** digits after the decimal point */
  readonly precision: number;
  /** tensors of more elements are summarised */
  readonly threshold: number;
  /** elements shown at each end of a summarised dimension */
  readonly edgeitems: number;
  /** characters per line */
  readonly linewidth: number;
  /** always (true), never (false) or where the numbers ask for it (undefined) in scientific notation */
  readonly sciMode: boolean | undefined;
}

const profiles = {
  default: { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80 },
  short: { precision: 2, threshold: 1000, edgeitems: 2, linewidth: 80 },
  full: { precision: 4, threshold: Infinity, edgeitems: 3, linewidth: 80 },
} as const;

let current: PrintOptions = { ...profiles.default, sciMode: undefined };

/** What `setPrintoptions` takes: a profile to start from, and single options that override it. */
export interface SetPrintOptions extends Partial<PrintOptions> {
  readonly profile?: 'default' | 'short' | 'full' | undefined;
}

/**
 * Sets how tensors are printed. Options that are not given stay as they are, but `sciMode`, which goes back to
 * automatic.
 * @see https://pytorch.org/docs/stable/generated/torch.set_printoptions.html
 * @throws TypeError or RangeError if an option is not a number in its range, or the profile is unknown
 * @example
 * torch.setPrintoptions({ precision: 2 });
 * String(torch.tensor([1.12345])); // 'tensor([1.12])'
 * torch.setPrintoptions({ profile: 'default' });
 */
export function setPrintoptions(options: SetPrintOptions = {}): void {
  const { profile, precision, threshold, edgeitems, linewidth, sciMode } = options;
  if (profile !== undefined && !Object.hasOwn(profiles, profile)) {
    throw new TypeError(`setPrintoptions: profile must be 'default', 'short' or 'full', but got '${profile}'`);
  }
  checkOption('precision', precision, 0, 99);
  checkOption('threshold', threshold, 0, Infinity);
  checkOption('edgeitems', edgeitems, 1, Infinity);
  checkOption('linewidth', linewidth, 0, Infinity);
  const base = profile === undefined ? current : profiles[profile];
  current = {
    precision: precision ?? base.precision,
    threshold: threshold ?? base.threshold,
    edgeitems: edgeitems ?? base.edgeitems,
    linewidth: linewidth ?? base.linewidth,
    sciMode: sciMode ?? undefined,
  };
}

/** The options in force. */
export const getPrintoptions = (): PrintOptions => current;

function checkOption(name: string, value: number | undefined, min: number, max: number): void {
  if (value === undefined) return;
  if (typeof value !== 'number') {
    throw new TypeError(`setPrintoptions: ${name} must be a number, but got ${typeof value}`);
  }
  if (!(value >= min && value <= max)) {
    throw new RangeError(`setPrintoptions: ${name} must be in [${min}, ${max}], but got ${value}`);
  }
}
