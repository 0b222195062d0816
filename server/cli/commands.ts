/** Every command that there is, in the order of the help. */
import type { Command } from './command.ts'
import { backupCommand, restoreCommand } from './commands/backup.ts'
import { importCommand } from './commands/import.ts'
import { reconcileCommand } from './commands/reconcile.ts'
import { replayCommand } from './commands/replay.ts'
import { statusCommand } from './commands/status.ts'
import { userAddCommand } from './commands/userAdd.ts'

export const commands: readonly Command[] = [
  importCommand,
  replayCommand,
  statusCommand,
  reconcileCommand,
  backupCommand,
  restoreCommand,
  userAddCommand,
]
