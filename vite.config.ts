// Builds the screens into dist/client, for browsers from Chromium 69 on (office TVs).
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import legacy from '@vitejs/plugin-legacy'
import { defineConfig, type Plugin } from 'vite'

const root = fileURLToPath(new URL('client', import.meta.url))
const server = `http://localhost:${process.env['PORT'] ?? '4000'}`

/**
 * Svelte wraps every second compound of a scoped selector in `:where()`, which engines before
 * Chromium 88 do not know: they drop the whole rule. The plain class costs a little specificity.
 */
const withoutWhere: Plugin = {
  name: 'svelte-without-where',
  enforce: 'post',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === 'asset' && file.fileName.endsWith('.css')) {
        file.source = String(file.source).replace(/:where\((\.svelte-[\w-]+)\)/g, '$1')
      }
    }
  },
}

export default defineConfig({
  root,
  plugins: [
    svelte({ configFile: false }),
    // One bundle for all, with what old engines lack put in; it never needs a second, older one.
    legacy({ renderLegacyChunks: false, modernPolyfills: true, modernTargets: 'chrome >= 69' }),
    withoutWhere,
  ],
  build: {
    outDir: fileURLToPath(new URL('dist/client', import.meta.url)),
    emptyOutDir: true,
    cssTarget: ['chrome69'],
    // A page for each .html: the screens, and the tiny one that a TV opens to be paired.
    rollupOptions: {
      input: readdirSync(root)
        .filter((file) => file.endsWith('.html'))
        .map((file) => `${root}/${file}`),
    },
  },
  server: {
    proxy: {
      '/api': server,
      '/healthz': server,
      '/readyz': server,
      '/socket.io': { target: server, ws: true },
    },
  },
})
