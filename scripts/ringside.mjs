// `npm run ringside -- …`: the command line, from the build where it is current, else from source.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isBuildCurrent } from './build.mjs'
import { ensureDependencies } from './dependencies.mjs'
import { ROOT } from './paths.mjs'
import { inTurn } from './turn.mjs'

await inTurn(ensureDependencies)
if (await isBuildCurrent()) {
  process.setSourceMapsEnabled(true)
  await import(pathToFileURL(join(ROOT, 'dist/server/cli.js')).href)
} else {
  const { register } = await import('tsx/esm/api')
  register()
  await import(pathToFileURL(join(ROOT, 'server/cli/main.ts')).href)
}
