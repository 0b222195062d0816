/** Mappings of tables, as somebody names them at the command line. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkMapping, type Mapping } from '../connectors/csv/mapping.ts'
import { readyMappings } from '../connectors/csv/ready.ts'
import { CommandFailed, UsageError, type CliIo } from './command.ts'
import { formatOf, type FormatName } from './formats.ts'
import { messageOf } from './recording.ts'

/** Those that come with Ringside. */
export const readyNames = Object.keys(readyMappings)

/** The mapping of a format that needs one, from a file or ready; null: it needs none. */
export async function mappingOf(
  io: CliIo,
  format: FormatName,
  named: string | null,
): Promise<Mapping | null> {
  const isNeeded = formatOf(format).takesMapping
  if (named === null) {
    if (!isNeeded) return null
    throw new UsageError(`${format} needs --mapping FILE, or one of ${readyNames.join(', ')}`)
  }
  if (!isNeeded) throw new UsageError(`--mapping belongs to csv, not to ${format}`)
  const checked = checkMapping(readyMappings[named] ?? (await jsonOf(resolve(io.folder, named))))
  if (checked.ok) return checked.mapping
  throw new CommandFailed([`The mapping ${named} is refused:`, ...checked.errors].join('\n  '))
}

async function jsonOf(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CommandFailed(`${path} cannot be read: ${messageOf(error)}`)
  })
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown
  } catch (error) {
    throw new CommandFailed(`${path} is no JSON: ${messageOf(error)}`)
  }
}
