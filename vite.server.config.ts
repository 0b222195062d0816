// Builds the server into dist/server: plain JavaScript that Node runs, packages left where they are.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

export default defineConfig({
  // The client's public folder is none of the server's.
  publicDir: false,
  build: {
    ssr: true,
    target: 'node20',
    outDir: pathOf('dist/server'),
    emptyOutDir: true,
    sourcemap: true,
    rollupOptions: {
      input: {
        main: pathOf('server/main.ts'),
        cli: pathOf('server/cli/main.ts'),
        // They run in a thread and a process of their own, so they are files of their own.
        sqliteWorker: pathOf('server/database/sqliteWorker.ts'),
        writerWorker: pathOf('server/books/writerWorker.ts'),
        backupWorker: pathOf('server/database/backupWorker.ts'),
      },
      // All beside each other, so that a path relative to a source file's folder has one meaning.
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})
