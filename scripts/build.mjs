// Builds server and screens into dist/, when their sources changed since the last time.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { quietly } from './command.mjs'
import { ROOT } from './paths.mjs'

/** Everything that a build is made from. */
const FOLDERS = ['shared', 'server', 'client']
const FILES = ['package-lock.json', 'vite.config.ts', 'vite.server.config.ts']
/** Says what dist/ was built from; not there while a build is under way, or after one that failed. */
const STAMP = join(ROOT, 'dist', 'build.json')

/** Brings dist/ up to date; takes no time when it is. */
export async function ensureBuild() {
  const sources = await hashSources()
  if (await isBuiltFrom(sources)) return
  await rm(STAMP, { force: true })
  const halves = await Promise.allSettled([
    quietly('Building the screens', process.execPath, vite('vite.config.ts')),
    quietly('Building the server', process.execPath, vite('vite.server.config.ts')),
  ])
  for (const half of halves) if (half.status === 'rejected') throw half.reason
  await mkdir(join(ROOT, 'dist'), { recursive: true })
  await writeFile(STAMP, stampOf(sources))
}

/** Whether dist/ is what these sources build to. */
export async function isBuildCurrent() {
  return isBuiltFrom(await hashSources())
}

async function isBuiltFrom(/** @type {string} */ sources) {
  const stamp = await readFile(STAMP, 'utf8').catch(() => '')
  return stamp === stampOf(sources)
}

function stampOf(/** @type {string} */ sources) {
  return `${JSON.stringify({ sources })}\n`
}

function vite(/** @type {string} */ config) {
  const program = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
  return [program, 'build', '--config', config, '--logLevel', 'warn']
}

async function hashSources() {
  const inFolders = await Promise.all(FOLDERS.map(filesIn))
  const hash = createHash('sha256')
  for (const file of [...inFolders.flat(), ...FILES].sort()) {
    hash.update(`${file}\0`).update(await readFile(join(ROOT, file)))
  }
  return hash.digest('hex')
}

/** Paths relative to the project, in the same form on every system. */
async function filesIn(/** @type {string} */ folder) {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !file.includes('/fixtures/'))
}
