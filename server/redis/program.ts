/** Finds programs on a `PATH`. */
import { access, constants, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** The full path of the first program of that name on `searchPath` that may be run; null if none. */
export async function findProgram(name: string, searchPath: string): Promise<string | null> {
  for (const folder of searchPath.split(delimiter)) {
    if (folder === '') continue
    const path = join(folder, name)
    if (await isProgram(path)) return path
  }
  return null
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
