/** The data folder of this machine, for commands that work on it and not on a running server. */
import { join, resolve } from 'node:path'
import { readConfig } from '../config.ts'
import { lockDataDir, refusal } from '../dataLock.ts'
import { CommandFailed, type CliIo } from './command.ts'
import { messageOf } from './recording.ts'

export type DataFolder = {
  folder: string
  /** The database of the center `main`, users and boards included. */
  databaseFile: string
  backups: string
  /** A PostgreSQL that is used instead of the file; null: none. */
  databaseUrl: string | null
}

/** Where the settings of the server say that its data are. */
export function dataFolder(io: CliIo): DataFolder {
  try {
    const { DATA_DIR, DATABASE_URL } = readConfig(io.env)
    const folder = resolve(io.project, DATA_DIR)
    return {
      folder,
      databaseFile: join(folder, 'main.db'),
      backups: join(folder, 'backups'),
      databaseUrl: DATABASE_URL,
    }
  } catch (error) {
    throw new CommandFailed(messageOf(error))
  }
}

/** Works while no server does; fails where one runs on the folder. */
export async function alone<Result>(
  io: CliIo,
  folder: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = lockDataDir(folder, io.now())
  if (!lock.ok) throw new CommandFailed(refusal(lock))
  try {
    return await work()
  } finally {
    lock.release()
  }
}
