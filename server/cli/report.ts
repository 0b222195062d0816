/** A file of what an import did not understand: every line of it, with its reason. */
import { open } from 'node:fs/promises'
import { csvText } from '../api/csv.ts'
import { CommandFailed } from './command.ts'
import { messageOf, type Unread } from './recording.ts'

export type Report = {
  add: (unread: readonly Unread[]) => Promise<void>
  close: () => Promise<void>
}

/** Begins such a file, in the place of one that is there. */
export async function openReport(path: string): Promise<Report> {
  const file = await open(path, 'w').catch((error: unknown) => {
    throw new CommandFailed(`${path} cannot be written: ${messageOf(error)}`)
  })
  await file.write(csvText([['line', 'reason', 'input']]))
  return {
    add: async (unread) => {
      if (unread.length === 0) return
      const rows = unread.map(({ at, reason, input }) => [String(at), reason, input])
      // The mark of a file's beginning stands there once.
      await file.write(csvText(rows).slice(1))
    },
    close: () => file.close(),
  }
}
