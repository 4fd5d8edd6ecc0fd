import { expect, test } from 'vitest';
import { firstExample, trimLines } from '../src/readme-example.mjs';

const page = (...blocks: readonly string[]) => ['# Name', ...blocks, 'The end.'].join('\n\n');
const block = (language: string, text: string) => `\`\`\`${language}\n${text}\n\`\`\``;

test('the first TypeScript block, with the text block that follows it', () => {
  const markdown = page(block('sh', 'npm i'), block('ts', 'a();'), 'prints', block('text', '1\n2'), block('ts', 'b();'));
  expect(firstExample(markdown)).toEqual({ code: 'a();\n', output: '1\n2\n' });
});

test('no output is expected where another block follows, or none', () => {
  expect(firstExample(page(block('ts', 'a();'), block('ts', 'b();'), block('text', '1')))).toEqual({ code: 'a();\n', output: undefined });
  expect(firstExample(page(block('ts', 'a();')))).toEqual({ code: 'a();\n', output: undefined });
});

test('a page without an example is an error', () => {
  expect(() => firstExample(page(block('js', 'a();')))).toThrow('README.md has no ```ts example');
});

test('outputs are compared without trailing blanks', () => {
  expect(trimLines('a  \n b\t\n\n')).toBe('a\n b');
});
