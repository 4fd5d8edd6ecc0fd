import { ValueError } from '@sconce/tensor';
import { typeName } from '../type-name.js';

/** One of the words that an argument may be. @throws ValueError, in torchvision's words, for anything else. @internal */
export function choice<Word extends string>(value: unknown, name: string, words: readonly Word[]): Word {
  if (typeof value !== 'string') throw new ValueError(`Expected type str for argument ${name}, but got type ${typeName(value)}.`);
  if ((words as readonly string[]).includes(value)) return value as Word;
  throw new ValueError(`Unknown value '${value}' for argument ${name}. Valid values are {${words.map((word) => `'${word}'`).join(', ')}}.`);
}
