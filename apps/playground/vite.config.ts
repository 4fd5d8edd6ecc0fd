import { defineConfig } from 'vite';

// Threads want a page that is isolated from other origins.
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({
  base: './',
  server: { headers },
  preview: { headers },
  worker: { format: 'es' },
  // the library is one chunk of a worker, which the page does not wait for
  build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
});
