import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { readConfig } from '../engine/config.ts';
import { replaceFolder } from '../engine/local/replace-folder.ts';

const server = `http://127.0.0.1:${readConfig().PORT}`;
const root = fileURLToPath(new URL('.', import.meta.url));
const dist = fileURLToPath(new URL('dist', import.meta.url));
const making = fileURLToPath(new URL(`../.cache/builder-${process.pid}`, import.meta.url));

/** A server that runs keeps serving the old files until the new ones are all there. */
const putInPlace: Plugin = {
  name: 'put-in-place',
  apply: 'build',
  writeBundle: { order: 'post', sequential: true, handler: () => replaceFolder(making, dist) },
};

export default defineConfig({
  root,
  plugins: [react(), putInPlace],
  build: {
    outDir: making,
    emptyOutDir: true,
    chunkSizeWarningLimit: 1_500,
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
  },
  server: {
    fs: { allow: [fileURLToPath(new URL('..', import.meta.url))] },
    proxy: { '/api/': server, '/v1/': server },
  },
});
