const said = new Set<string>();

/** Warns as PyTorch does, once for each text. */
export function warnOnce(text: string): void {
  if (said.has(text)) return;
  said.add(text);
  console.warn(text);
}

/** What was said is said again when its time comes. */
export const forgetWarnings = (): void => said.clear();
