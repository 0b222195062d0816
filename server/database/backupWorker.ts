/** Makes one backup, as a process of its own; see backupProcess.ts. */
import { constants, setPriority } from 'node:os'
import { backUp, type Backup } from './backup.ts'

/** Which backup to make. */
export type Order = { file: string; folder: string; nowMs: number }
/** What came of it. */
export type Outcome =
  { ok: true; backup: Backup } | { ok: false; message: string; code: string | null }

// Whoever asked for it hears of Ctrl-C and of systemd's SIGTERM as well, and decides.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
// It has been heard, or nobody waits for it any more. An exit would wait for SQLite first.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
// Nobody waits for a backup, and walls are looked at.
setPriority(constants.priority.PRIORITY_LOW)

process.once('message', ({ file, folder, nowMs }: Order) => {
  backUp(file, folder, nowMs).then(
    (backup) => {
      tell({ ok: true, backup })
    },
    (error: unknown) => {
      const { message, code } = error as { message: string; code?: string }
      tell({ ok: false, message, code: code ?? null })
    },
  )
})

function tell(outcome: Outcome): void {
  process.send?.(outcome)
}
