// One at a time: two starts in one folder must not install or build into each other.
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ROOT } from './paths.mjs'

/** The one turn of this folder. */
const OF_THIS_FOLDER = join(ROOT, '.cache', 'turn')
const LOOK_AGAIN_MS = 250
/** How often whoever has the turn says so. */
const SIGN_OF_LIFE_MS = 2_000
/** A turn without a sign of life for so long is over: the machine went down in the middle of it. */
const SILENT_LIMIT_MS = 20_000

/**
 * Does the work when no other process of this folder is at it; waits for as long as the other one
 * works, since a first build may take minutes.
 *
 * @template Result
 * @param {() => Promise<Result>} work
 * @param {string} [file] Stands for the turn.
 * @returns {Promise<Result>}
 */
export async function inTurn(work, file = OF_THIS_FOLDER) {
  await mkdir(dirname(file), { recursive: true })
  let told = false
  while (!(await takeTurn(file))) {
    if (await isOver(file)) {
      await rm(file, { force: true })
      continue
    }
    if (!told) console.log('Another start is preparing this folder; waiting for it …')
    told = true
    await pause(LOOK_AGAIN_MS)
  }
  const timer = setInterval(() => {
    const now = new Date()
    utimes(file, now, now).catch(() => undefined)
  }, SIGN_OF_LIFE_MS)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    await rm(file, { force: true })
  }
}

async function takeTurn(/** @type {string} */ file) {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return false
  }
}

/** Whether the process that has the turn is gone. */
async function isOver(/** @type {string} */ file) {
  try {
    const { mtimeMs } = await stat(file)
    if (Date.now() - mtimeMs > SILENT_LIMIT_MS) return true
    const holder = Number(await readFile(file, 'utf8'))
    // 0 is a file just created and not yet written.
    return holder !== 0 && !isAlive(holder)
  } catch (error) {
    // It ended its turn while we looked.
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

function isAlive(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

function codeOf(/** @type {unknown} */ error) {
  return error instanceof Error && 'code' in error ? error.code : null
}
