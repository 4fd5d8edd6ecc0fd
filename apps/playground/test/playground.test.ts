import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright';
import { build, preview, type PreviewServer } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const executablePath = process.env['SCONCE_CHROMIUM'];
if (!executablePath) console.warn('no Chromium: the playground is not tested (SCONCE_CHROMIUM names one, or the path has it)');

describe.skipIf(!executablePath)('the page', () => {
  let outDir: string, server: PreviewServer, browser: Browser, page: Page, address: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    outDir = await mkdtemp(join(tmpdir(), 'sconce-playground-'));
    const resolve = { conditions: ['@sconce/source', 'module', 'browser', 'production'] };
    await build({ root, resolve, logLevel: 'error', build: { outDir, minify: false, emptyOutDir: true } });
    server = await preview({ root, build: { outDir }, preview: { port: 0 } });
    address = server.resolvedUrls!.local[0];
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'] });
    await visit();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(outDir, { recursive: true, force: true });
  });

  const isReady = (): Promise<unknown> => page.waitForFunction(() => !(document.getElementById('run') as HTMLButtonElement).disabled);
  const lines = async (): Promise<string[]> => page.locator('#output pre').allTextContents();

  /** A new page. */
  async function visit(link = ''): Promise<void> {
    await page?.close();
    page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(address + link);
    await isReady();
  }

  const choose = (lesson: string): Promise<unknown> => page.selectOption('#lesson', lesson);

  /** Runs what is in the editor to its end. */
  async function run(): Promise<string[]> {
    await page.click('#run');
    await page.waitForFunction(() => document.getElementById('status')!.textContent!.startsWith('done'));
    return lines();
  }

  async function write(program: string): Promise<void> {
    await page.click('.cm-content');
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(program);
  }

  afterEach(() => expect(complaints.splice(0)).toEqual([]));

  test.each(['tensor-basics', 'shapes', 'autograd-basics', 'autograd-mechanics', 'lenet', 'per-sample-gradients'])(
    'the lesson %s prints what PyTorch prints', async (name) => {
      await choose(name);
      const expected = await readFile(new URL(`../../tutorials/test/expected/${name}.txt`, import.meta.url), 'utf8');
      expect(`${(await run()).join('\n')}\n`).toBe(expected);
    },
  );

  test('the first lesson is the README\'s network, with a curve', async () => {
    await choose('first-network');
    expect(await run()).toEqual([
      ...['0.7100', '0.0817', '0.0421'].map((loss) => `tensor(${loss}, grad_fn=<NllLossBackward0>)`), '100.0 % of the points are classified right',
    ]);
    expect(await page.locator('#output figure canvas').count()).toBe(1);
  });

  test('a network that was trained on the page reads what is drawn on it', async () => {
    await choose('digits');
    await page.click('#run');
    await page.waitForSelector('.pad', { timeout: 60_000 });
    expect((await lines())[0]).toMatch(/^Net\(\n {2}\(conv1\): Conv2d\(1, 6, kernel_size=\(5, 5\)/);
    const { x, y } = (await page.locator('.pad').boundingBox())!;
    await page.mouse.move(x + 112, y + 40);
    await page.mouse.down();
    await page.mouse.move(x + 110, y + 190, { steps: 8 });
    await page.mouse.up();
    await page.click('text=Done');
    // of the output: the editor shows these words of the program as well
    expect(await page.locator('#output pre', { hasText: /^this is a/ }).textContent()).toMatch(/^this is a 1, /);
    await page.click('#stop');
    await isReady();
  });

  test('a checkpoint of PyTorch\'s', async () => {
    await choose('checkpoint');
    await page.click('#run');
    await page.setInputFiles('input[type=file]', join(root, '../../packages/serialization/test/fixtures/checkpoint.pth'));
    await page.waitForFunction(() => document.getElementById('status')!.textContent!.startsWith('done'));
    const told = await lines();
    expect(told.slice(0, 3)).toEqual(['epoch: 4', 'loss: 0.125', 'model.0.weight: torch.float32, shape [6, 4]']);
    expect(told).toContain('tensor([-0.0221,  0.3427,  0.1778])');
  });

  test('mistakes are told with their line, and what never ends can be stopped', async () => {
    await write('import { zeros } from \'sconce\';\n\nzeros(2, 3).matmul(zeros(2, 3));');
    expect(await run()).toEqual(['RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3) (line 3)']);
    await write('const x: number = ;');
    expect((await run())[0]).toMatch(/^SyntaxError: Unexpected token \(1:19\)/);
    await write('import { zeros } from "numpy"; zeros(2);');
    expect(await run()).toEqual([expect.stringMatching(/^Error: there is no module 'numpy' here; there are sconce, playground/)]);
    await write('console.log("begun"); for (;;);');
    await page.click('#run');
    await page.waitForSelector('text=begun');
    await page.click('#stop');
    await isReady();
    await write('console.log([1, "two"], { three: 3n })');
    expect(await run()).toEqual(['[ 1, \'two\' ] { three: 3n }']);
  });

  test('names are offered', async () => {
    await write('torch.nn.');
    await page.keyboard.type('Lin', { delay: 50 });
    await page.locator('.cm-completionLabel', { hasText: /^Linear$/ }).waitFor();
  });

  test('a link holds the program', async () => {
    await write('console.log("päckchen 📦")');
    await page.click('#share');
    await page.waitForFunction(() => location.hash.startsWith('#program='));
    await visit(new URL(page.url()).hash);
    expect(await run()).toEqual(['päckchen 📦']);
    await visit('#lenet');
    expect(await page.inputValue('#lesson')).toBe('lenet');
    await visit('#program=broken');
    expect(await lines()).toEqual(['the program in this link cannot be read; here is the first lesson']);
  });
});
