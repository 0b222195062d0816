/** `backup` and `restore`: a checked copy of the embedded database, and its way back. */
import { basename, dirname, resolve } from 'node:path'
import { backUp, checkBackup, listBackups, restore } from '../../database/backup.ts'
import { CommandFailed, EXIT, textOf, UsageError, type CliIo, type Command } from '../command.ts'
import { alone, dataFolder, type DataFolder } from '../dataFolder.ts'
import { countText } from '../progress.ts'
import { messageOf } from '../recording.ts'

export const backupCommand: Command = {
  name: 'backup',
  summary: 'Copy the embedded database, and check the copy',
  usage: '[options]',
  details: [
    'One file a day, ringside-DATE.db, of one instant; Ringside may run meanwhile. It holds the books',
    'of the center main with users, boards and the directory.',
  ],
  options: {
    to: { type: 'string', value: 'FOLDER', help: 'else the folder backups in DATA_DIR' },
    list: { type: 'boolean', help: 'only list the backups that there are' },
  },
  run: async (io, values, words) => {
    if (words.length > 0) throw new UsageError('backup takes options only')
    const data = embedded(io)
    const to = textOf(values, 'to')
    const folder = to === null ? data.backups : resolve(io.folder, to)
    if (values['list'] === true) {
      for (const file of await listBackups(folder)) io.out(file)
      return EXIT.done
    }
    const { file, bytes, centers } = await backUp(data.databaseFile, folder, io.now()).catch(
      (error: unknown) => {
        throw new CommandFailed(`${data.databaseFile} cannot be backed up: ${messageOf(error)}`)
      },
    )
    io.out(`${file}, ${countText(bytes)} bytes, checked`)
    for (const { center, place } of centers) io.out(`  center ${center}, up to ${place}`)
    return EXIT.done
  },
}

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'Put a backup in the place of the embedded database',
  usage: '<file>',
  details: [
    'Ringside must not run. The backup is checked first; the database that was there is kept beside',
    'it under another name. What the stream still holds from after the backup is counted again at the',
    'next start.',
  ],
  options: {},
  run: async (io, _values, words) => {
    const [path, ...rest] = words
    if (path === undefined || rest.length > 0) throw new UsageError('restore takes one file')
    const data = embedded(io)
    const backup = resolve(io.folder, path)
    const unusable = (error: unknown): never => {
      throw new CommandFailed(`${backup} cannot be restored: ${messageOf(error)}`)
    }
    // Before anything is touched, and before the folder is made where there is none.
    await checkBackup(backup).catch(unusable)
    const kept = await alone(io, data.folder, () =>
      restore(backup, data.databaseFile, io.now()).catch(unusable),
    )
    io.out(`${basename(backup)} is in place in ${dirname(data.databaseFile)}`)
    if (kept !== null) io.out(`what was there is kept as ${kept}`)
    return EXIT.done
  },
}

/** The data folder, where its database is a file of ours. */
function embedded(io: CliIo): DataFolder {
  const data = dataFolder(io)
  if (data.databaseUrl === null) return data
  throw new CommandFailed('DATABASE_URL is set: back up PostgreSQL with its own tools, pg_dump')
}
