/**
 * The first TypeScript example of a page, and what it prints where a `text` block says so right after it.
 * @param {string} markdown
 * @returns {{ code: string, output: string | undefined }}
 */
export function firstExample(markdown) {
  const blocks = [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({ language, text: text ?? '' }));
  const at = blocks.findIndex(({ language }) => language === 'ts');
  const code = blocks[at];
  if (!code) throw new Error('README.md has no ```ts example');
  const next = blocks[at + 1];
  return { code: code.text, output: next?.language === 'text' ? next.text : undefined };
}

/** Lines without the blanks at their ends, which editors take away. @param {string} text */
export const trimLines = (text) => text.replace(/[ \t]+$/gm, '').trim();
