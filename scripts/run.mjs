// Installs, builds, and then becomes the server.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuild } from './build.mjs'
import { ensureDependencies } from './dependencies.mjs'
import { ROOT } from './paths.mjs'
import { inTurn } from './turn.mjs'

/**
 * The server runs in this very process: a signal reaches it directly, its exit code is ours, and
 * whoever ends this process has ended the server.
 */
export async function run() {
  try {
    await inTurn(async () => {
      await ensureDependencies()
      await ensureBuild()
    })
  } catch (error) {
    // What failed has said why; where it was called from helps nobody.
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
    return
  }
  // What the environment says already stands.
  if (existsSync('.env')) process.loadEnvFile('.env')
  process.setSourceMapsEnabled(true)
  await import(pathToFileURL(join(ROOT, 'dist/server/main.js')).href)
}
