/** Backups made by a process of its own, which can be ended at any instant. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Backup } from './backup.ts'
import type { Order, Outcome } from './backupWorker.ts'

/** A backup failed; `code` is SQLite's or the system's, null where there is none. */
class BackupError extends Error {
  override name = 'BackupError'
  readonly code: string | null
  constructor(message: string, code: string | null) {
    super(message)
    this.code = code
  }
}

/**
 * As `backUp`, beside this process: a copy of gigabytes takes minutes inside SQLite, and a process
 * cannot end while a thread of its own is in there. Aborted, it rejects as soon as the other
 * process is gone; what that one left is overwritten by the next backup.
 */
export async function backUpBeside(
  file: string,
  folder: string,
  nowMs: number,
  signal: AbortSignal,
): Promise<Backup> {
  signal.throwIfAborted()
  const child = start()
  const exited = once(child, 'exit')
  const kill = (): void => {
    child.kill('SIGKILL')
  }
  signal.addEventListener('abort', kill)
  try {
    child.send({ file, folder, nowMs } satisfies Order)
    const outcome = await Promise.race([
      once(child, 'message').then(([told]) => told as Outcome),
      exited.then(() => null),
    ])
    signal.throwIfAborted()
    if (outcome === null) throw new BackupError('the process that made the backup ended', null)
    if (!outcome.ok) throw new BackupError(outcome.message, outcome.code)
    return outcome.backup
  } finally {
    signal.removeEventListener('abort', kill)
    kill()
    await exited
  }
}

function start(): ChildProcess {
  // Built, this module is dist/server/main.js and the other lies beside it.
  const isBuilt = !import.meta.url.endsWith('.ts')
  const path = new URL(isBuilt ? './backupWorker.js' : './backupWorker.ts', import.meta.url)
  return fork(fileURLToPath(path), [], {
    execArgv: isBuilt ? [] : ['--import', import.meta.resolve('tsx')],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}
