/** A disk of a few megabytes that only some processes see: a tmpfs in a mount namespace of their own. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findProgram } from '../../server/redis/program.ts'

const run = promisify(execFile)

/** Mounts it, says so, and keeps the namespace alive until its end is written to it. */
const HOLD = 'mount -t tmpfs -o size="$2" ringside "$1" && echo mounted && exec cat'

export type SmallDisk = {
  /** What goes before a program that is to see it. */
  prefix: readonly string[]
  /** Where we see what is at a path on it. */
  seen: (path: string) => string
  /** Takes all the room that is left. */
  fill: () => Promise<void>
  /** Gives it back. */
  clear: () => Promise<void>
  remove: () => Promise<void>
}

const programOf = (name: string): Promise<string | null> =>
  findProgram(name, process.env['PATH'] ?? '')

/** Why there can be none on this system, or for this user; null: there can. */
export async function lacksSmallDisk(): Promise<string | null> {
  const unshare = await programOf('unshare')
  if (unshare === null || (await programOf('nsenter')) === null) {
    return 'this system has no unshare, or no nsenter'
  }
  return run(unshare, ['-m', 'mount', '-t', 'tmpfs', 'ringside', '/mnt']).then(
    () => null,
    () => 'a disk of its own may not be mounted here',
  )
}

/** Mounts one on a folder, which is made; others see the folder empty. */
export async function mountSmallDisk(folder: string, bytes: number): Promise<SmallDisk> {
  await mkdir(folder, { recursive: true })
  const words = ['-m', 'sh', '-c', HOLD, 'sh', folder, String(bytes)]
  const holder = spawn((await programOf('unshare')) ?? '', words, {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = once(holder, 'exit')
  let complaint = ''
  holder.stderr.on('data', (part) => (complaint += String(part)))
  await Promise.race([
    once(holder.stdout, 'data'),
    ended.then(() => {
      throw new Error(`No disk was mounted: ${complaint}`)
    }),
  ])
  const holderAt = `/proc/${String(holder.pid)}`
  const seen = (path: string): string => join(holderAt, 'root', path)
  const filler = seen(join(folder, 'filler'))
  return {
    prefix: ['nsenter', `--mount=${holderAt}/ns/mnt`],
    seen,
    fill: async () => {
      // What is freed while it fills up is taken as well.
      for (let part = 0; ; part++) {
        const { bavail, bsize } = await statfs(seen(folder))
        if (bavail === 0) return
        const room = Buffer.alloc(bavail * bsize)
        await writeFile(`${filler}${String(part)}`, room).catch(ignoreFull)
      }
    },
    clear: async () => {
      for (let part = 0; ; part++) {
        const removed = await rm(`${filler}${String(part)}`).then(
          () => true,
          () => false,
        )
        if (!removed) return
      }
    },
    remove: async () => {
      holder.stdin.end()
      await ended
    },
  }
}

/** Somebody else took some of it meanwhile: it is as full as it was to be. */
function ignoreFull(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
}
