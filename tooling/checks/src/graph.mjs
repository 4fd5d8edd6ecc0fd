/**
 * @typedef {object} Import one import statement of a source file
 * @property {string} file the file, from the repository's root
 * @property {string} specifier what is imported, as written
 * @property {boolean} leaves whether a relative specifier leads out of the package's folder
 *
 * @typedef {object} Package a package of the workspace, as read from its folder
 * @property {string} name
 * @property {readonly string[]} dependencies what it declares to need at run time (peers included)
 * @property {readonly string[]} devDependencies what it declares for its tests
 * @property {readonly Import[]} sources imports of the files that are published or run
 * @property {readonly Import[]} tests imports of its tests
 */

/** The package that a specifier names: `@sconce/nn/functional` → `@sconce/nn`, `node:fs` → `node:`. @param {string} specifier */
export function packageOf(specifier) {
  if (specifier.startsWith('node:')) return 'node:';
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** @param {Import} found */
const isRelative = (found) => found.specifier.startsWith('.');

/**
 * Every way in which the packages break the rules, one line each; none means that all is well.
 * @param {readonly Package[]} packages
 * @param {Readonly<Record<string, readonly string[]>>} allowed
 * @param {Readonly<Record<string, readonly string[]>>} [inTests] what tests may need besides
 * @returns {string[]}
 */
export function violations(packages, allowed, inTests = {}) {
  const inside = new Set(packages.map(({ name }) => name));
  return [
    ...packages.flatMap((pkg) => edgeViolations(pkg, allowed, inTests, inside)),
    ...packages.flatMap((pkg) => importViolations(pkg, inside)),
    ...circles(packages, inside).map((circle) => `circle: ${circle.join(' -> ')}`),
  ];
}

/**
 * @param {Package} pkg
 * @param {Readonly<Record<string, readonly string[]>>} allowed
 * @param {Readonly<Record<string, readonly string[]>>} inTests
 * @param {ReadonlySet<string>} inside
 */
function edgeViolations(pkg, allowed, inTests, inside) {
  const may = allowed[pkg.name];
  if (!may) return [`${pkg.name} is not in the list of packages (tooling/checks/src/graph-rules.mjs)`];
  const forTests = inTests[pkg.name] ?? [];
  const declared = [...pkg.dependencies, ...pkg.devDependencies.filter((name) => inside.has(name) && !forTests.includes(name))];
  return [
    ...[...new Set(declared)].filter((name) => !may.includes(name)).map((name) => `${pkg.name} may not depend on ${name}`),
    ...pkg.sources
      .filter((found) => !isRelative(found) && !may.includes(packageOf(found.specifier)))
      .map((found) => `${found.file}: ${pkg.name} may not import ${found.specifier}`),
  ];
}

/** @param {Package} pkg @param {ReadonlySet<string>} inside */
function importViolations(pkg, inside) {
  const builtIn = ['node:'];
  const forSources = new Set([...builtIn, ...pkg.dependencies]);
  const forTests = new Set([...forSources, ...pkg.devDependencies, pkg.name]);
  // what was recorded for one package may be held against another: a device against the values of the layers
  const isRecording = (/** @type {Import} */ found) => /\/test\/fixtures\/[^/]+\.json$/.test(found.specifier);
  /** @param {readonly Import[]} imports @param {ReadonlySet<string>} declared */
  const check = (imports, declared) =>
    imports.flatMap((found) => {
      if (isRelative(found)) return found.leaves && !isRecording(found) ? [`${found.file}: ${found.specifier} leads into another package`] : [];
      const name = packageOf(found.specifier);
      return declared.has(name) ? [] : [`${found.file}: imports ${name}, which package.json does not declare`];
    });
  // A test may use the root's tools (vitest, fast-check); packages of the workspace it must declare.
  const tests = pkg.tests.filter((found) => isRelative(found) || inside.has(packageOf(found.specifier)));
  return [...check(pkg.sources, forSources), ...check(tests, forTests)];
}

/**
 * The circles of the graph that package.json files and imports make together, each once, starting at its first package.
 * @param {readonly Package[]} packages @param {ReadonlySet<string>} inside
 */
function circles(packages, inside) {
  const edges = new Map(
    packages.map((pkg) => {
      const imported = [...pkg.sources, ...pkg.tests].filter((found) => !isRelative(found)).map((found) => packageOf(found.specifier));
      const targets = new Set([...pkg.dependencies, ...pkg.devDependencies, ...imported]);
      return [pkg.name, [...targets].filter((name) => inside.has(name) && name !== pkg.name)];
    }),
  );
  /** @type {string[][]} */
  const found = [];
  const done = new Set();
  /** @param {string} name @param {string[]} path */
  const visit = (name, path) => {
    const start = path.indexOf(name);
    if (start >= 0) found.push([...path.slice(start), name]);
    if (start >= 0 || done.has(name)) return;
    for (const next of edges.get(name) ?? []) visit(next, [...path, name]);
    done.add(name);
  };
  for (const { name } of packages) visit(name, []);
  return found;
}
