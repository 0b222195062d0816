/** Debian's and Ubuntu's packages, unpacked into a folder of ours: no root, nothing outside touched. */
import { execFile } from 'node:child_process'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { MINUTE_MS } from '../../shared/time.ts'
import { findProgram } from './program.ts'

const run = promisify(execFile)

/** A slow mirror is waited for this long; a dead one is given up after that. */
const FETCH_LIMIT_MS = 10 * MINUTE_MS
/** What apt and dpkg may print in all; more would be an error that repeats itself. */
const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024

export type PackageFetch = {
  /** The packages wanted, and those that they are known to need where apt cannot work it out. */
  packages: readonly string[]
  /** The folder that gets the unpacked tree. It appears whole or not at all. */
  into: string
  /** A `PATH` to find apt-get and dpkg on. */
  searchPath: string
  report: (line: string) => void
}

/** Whether this system has what `unpackPackages` needs. */
export async function hasDebianTools(searchPath: string): Promise<boolean> {
  const tools = await Promise.all(['apt-get', 'dpkg'].map((tool) => findProgram(tool, searchPath)))
  return tools.every((tool) => tool !== null)
}

/**
 * Fetches packages, with all those that they need and this system lacks, and unpacks them.
 *
 * Package lists are read into a folder of ours and dropped afterwards, so it works for an ordinary
 * user and in an image whose lists are gone. Rejects with apt's own words when it cannot.
 */
export async function unpackPackages(fetch: PackageFetch): Promise<void> {
  const into = resolve(fetch.into)
  const work = `${into}.${String(process.pid)}.partial`
  await rm(work, { recursive: true, force: true })
  for (const folder of ['lists/partial', 'apt/archives/partial', 'debs', 'root']) {
    await mkdir(join(work, folder), { recursive: true })
  }
  try {
    await fetchAndUnpack(fetch, work)
    await rm(into, { recursive: true, force: true })
    await rename(join(work, 'root'), into)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function fetchAndUnpack(fetch: PackageFetch, work: string): Promise<void> {
  const debs = join(work, 'debs')
  const limits = {
    cwd: debs,
    env: { ...process.env, PATH: fetch.searchPath, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    timeout: FETCH_LIMIT_MS,
    maxBuffer: OUTPUT_LIMIT_BYTES,
  }
  const apt = async (...words: string[]): Promise<string> => {
    const { stdout } = await run('apt-get', [...privateApt(work), ...words], limits)
    return stdout
  }

  fetch.report('reading the package lists')
  await apt('-qq', 'update')
  const needed = await apt('-s', '--no-install-recommends', 'install', ...fetch.packages).then(
    newPackages,
    // A system with half-installed packages cannot be planned for; the caller's own list may do.
    () => [],
  )
  const wanted = [...new Set([...fetch.packages, ...needed])]
  fetch.report(`downloading ${String(wanted.length)} packages: ${summary(wanted)}`)
  await apt('-qq', 'download', ...wanted)

  for (const file of await readdir(debs)) {
    await run('dpkg', ['-x', join(debs, file), join(work, 'root')], limits)
  }
}

/** Options that keep apt inside one folder. */
function privateApt(work: string): string[] {
  return [
    `Dir::State::lists=${join(work, 'lists')}`,
    `Dir::Cache=${join(work, 'apt')}`,
    'Debug::NoLocking=1',
    // Root would hand the download to the user `_apt`, who may not enter our folder.
    'APT::Sandbox::User=root',
    'Acquire::Retries=2',
    'Acquire::http::Timeout=30',
  ].flatMap((option) => ['-o', option])
}

/**
 * The packages of apt's plan that this system lacks altogether.
 *
 *     Inst liblzf1 (3.6-3 Debian:12.9/stable [amd64])          lacking
 *     Inst libc6 [2.36-9] (2.36-10 Debian:12.9/stable [amd64]) only newer: mixing two of these crashes
 */
export function newPackages(plan: string): string[] {
  return plan.split('\n').flatMap((line) => /^Inst (\S+) \(/.exec(line)?.[1] ?? [])
}

function summary(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(', ')
  return names.length > 4 ? `${shown} …` : shown
}

/** The folders of an unpacked tree that hold shared libraries, as an `LD_LIBRARY_PATH`. */
export async function libraryPath(root: string): Promise<string> {
  const folders = new Set<string>()
  for (const top of ['lib', 'usr/lib']) {
    const files = await readdir(join(root, top), { recursive: true, withFileTypes: true }).catch(
      () => [],
    )
    for (const file of files) {
      if (/^lib.*\.so(\.\d+)*$/.test(basename(file.name))) folders.add(file.parentPath)
    }
  }
  return [...folders].sort().join(':')
}
