import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineProject } from 'vitest/config';

/** Chromium, where SCONCE_CHROMIUM or the path has it. */
export function findChromium(): string | undefined {
  const named = process.env['SCONCE_CHROMIUM'];
  if (named !== undefined) return existsSync(named) ? named : undefined;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name))).find(existsSync);
}

// WebGPU on the CPU (SwiftShader), as root too, and nothing that looks for the network.
const ARGS = [
  '--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-unsafe-swiftshader', '--disable-quic',
  '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

// Shared memory, and with it threads, wants a page that is isolated from others.
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/**
 * The configuration of a package's tests that run in Chromium, on the sources of every package. Where there is no Chromium
 * one test says so and is skipped.
 * @param include the test files, from the package's folder
 * @param isolated whether the page is isolated from other origins
 */
export function browserProject(name: string, include: string[], { isolated = true } = {}) {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    return defineProject({
      test: { name, root: fileURLToPath(new URL('.', import.meta.url)), include: ['no-chromium.test.ts'], environment: 'node' },
    });
  }
  return defineProject({
    resolve: { conditions: ['@sconce/source', 'module', 'browser', 'development|production'] },
    server: { headers: isolated ? headers : {} },
    test: {
      name, include, testTimeout: 60_000,
      // one page for all files: each of them opens a device of its own, and kernels take their time to compile
      isolate: false,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions: { executablePath, args: ARGS } }),
        instances: [{ browser: 'chromium' }],
      },
    },
  });
}
