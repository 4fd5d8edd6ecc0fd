const AXES = ['x', 'y', 'z'];

/** Text for each spatial dimension, the last one (`x`) first; `$` stands for its name. */
export const perAxis = (dims: number, text: string): string[] => AXES.slice(0, dims).map((axis) => text.replaceAll('$', axis));

/** Numbers of each spatial dimension as parameters `name_x`, `name_y`, … */
export const axes = (name: string, values: readonly number[]): Record<string, number> =>
  Object.fromEntries(values.map((v, i) => [`${name}_${AXES[values.length - 1 - i]}`, v]));

/** Loops over all dimensions, the last one innermost, around a body; `head` is the text of one. */
export const loops = (dims: number, head: string, body: string): string =>
  `${perAxis(dims, `for (${head}) {`).reverse().join('\n')}\n${body}\n${'}'.repeat(dims)}`;

/** `number` taken apart into a coordinate `c$` per dimension; what is left is `rest`. Both take the tag as a suffix. */
export const coordinates = (dims: number, number: string, sizes: string, tag = ''): string =>
  [`var rest${tag} = ${number};`, ...perAxis(dims, `let c$${tag} = i32(rest${tag} % p.${sizes}_$);\nrest${tag} = rest${tag} / p.${sizes}_$;`)].join('\n');

/** The place of coordinates `name$tag` in a plane. */
export const offset = (dims: number, name: string, sizes: string, tag = ''): string =>
  AXES.slice(0, dims).reduceRight((text, axis) => `${text && `(${text}) * i32(p.${sizes}_${axis}) + `}${name}${axis}${tag}`, '');
