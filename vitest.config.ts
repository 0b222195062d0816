import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

/** Long enough for a test that starts processes of its own while others keep the machine busy. */
const PROCESS_TEST_LIMIT_MS = 30_000
/** Browsers are slow to start, and the machine may be busy. */
const BROWSER_TEST_LIMIT_MS = 120_000

/** Whether servers that tests start keep their books in PostgreSQL (`npm run test:postgres`). */
const isOnPostgres = process.env['TEST_DATABASE'] === 'postgres'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['{server,shared,test,scripts}/**/*.test.ts'],
          exclude: ['test/{e2e,tv,faults,topologies}/**'],
          globalSetup: ['test/redis.ts', 'test/postgres.ts'],
          testTimeout: PROCESS_TEST_LIMIT_MS,
          hookTimeout: PROCESS_TEST_LIMIT_MS,
        },
      },
      {
        plugins: [svelte({ configFile: false })],
        // Without it Svelte resolves to its build for servers, which cannot mount anything.
        resolve: { conditions: ['browser'] },
        test: {
          name: 'client',
          include: ['client/**/*.test.ts'],
          environment: 'happy-dom',
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/{e2e,faults,topologies}/**/*.test.ts'],
          globalSetup: [
            'test/build.ts',
            'test/browsers.ts',
            ...(isOnPostgres ? ['test/postgres.ts'] : []),
          ],
          testTimeout: BROWSER_TEST_LIMIT_MS,
          hookTimeout: BROWSER_TEST_LIMIT_MS,
          // Each file starts a server and a browser: side by side they would only time each other out.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'tv',
          include: ['test/tv/**/*.test.ts'],
          globalSetup: ['test/build.ts', 'test/browsers.ts'],
          testTimeout: BROWSER_TEST_LIMIT_MS,
          hookTimeout: BROWSER_TEST_LIMIT_MS,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
