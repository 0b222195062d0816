import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

/**
 * Long enough for a test that starts processes of its own, or a browser, on a slow machine that is
 * busy with others. A limit only says when to give up: what waits has a condition, and a shorter
 * limit (`until`, `expect.poll`) that names it.
 */
const TEST_LIMIT_MS = 120_000
const CONDITION_LIMIT_MS = 60_000
const limits = {
  testTimeout: TEST_LIMIT_MS,
  hookTimeout: TEST_LIMIT_MS,
  expect: { poll: { timeout: CONDITION_LIMIT_MS } },
}

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
          ...limits,
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
          ...limits,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/{e2e,faults,topologies}/**/*.test.ts'],
          globalSetup: [
            'test/redis.ts',
            'test/build.ts',
            'test/browsers.ts',
            ...(isOnPostgres ? ['test/postgres.ts'] : []),
          ],
          ...limits,
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
          ...limits,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
