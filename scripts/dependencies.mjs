// Installs the packages of package-lock.json, when they are not there yet.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quietly } from './command.mjs'
import { ROOT } from './paths.mjs'

/**
 * @typedef {object} Locked One package of a lock file.
 * @property {string} [version]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 */

/** Runs `npm ci` unless what is installed is what the lock file says. */
export async function ensureDependencies() {
  const wanted = await packagesIn('package-lock.json')
  const installed = await packagesIn('node_modules/.package-lock.json')
  if (isInstalled(wanted, installed)) return
  // Tools of the build are "dev" packages: they are needed whatever NODE_ENV says.
  const words = ['ci', '--include=dev', '--no-audit', '--no-fund']
  await quietly('Installing packages', 'npm', words)
}

/** @returns {Promise<Record<string, Locked>>} */
async function packagesIn(/** @type {string} */ file) {
  try {
    const text = await readFile(join(ROOT, file), 'utf8')
    /** @type {unknown} */
    const lock = JSON.parse(text)
    const { packages } = /** @type {{ packages: Record<string, Locked> }} */ (lock)
    delete packages['']
    return packages
  } catch {
    // No such file, or half of one: nothing that could be relied on is installed.
    return {}
  }
}

/**
 * Whether every package that this machine needs is there in its version. npm leaves out, without a
 * word, an optional package that it could not load; one made for this machine is no option.
 *
 * @param {Record<string, Locked>} wanted
 * @param {Record<string, Locked>} installed
 */
export function isInstalled(wanted, installed) {
  return Object.entries(wanted).every(([path, { version, ...locked }]) => {
    if (installed[path]) return installed[path].version === version
    return locked.optional === true && !isForThisMachine(locked)
  })
}

function isForThisMachine(/** @type {Locked} */ { os, cpu, libc }) {
  if (!os || !cpu) return false
  return libc === undefined && os.includes(process.platform) && cpu.includes(process.arch)
}
