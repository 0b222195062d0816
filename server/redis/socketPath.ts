/** Where a private Redis listens: a unix socket that only its own user may open. */
import { createHash } from 'node:crypto'
import { lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The shortest of the systems' limits (macOS 104, Linux 108), less the zero at the end. */
const LONGEST_PATH_BYTES = 103

/**
 * The socket's path for a Redis that keeps its data in `folder` (absolute): in that folder, or,
 * where this is too long a path, in a private folder of the system's. The same folder always gives
 * the same path, so that a Redis left behind by an earlier start is found.
 */
export async function socketPathFor(folder: string): Promise<string> {
  const beside = join(folder, 'redis.sock')
  if (Buffer.byteLength(beside) <= LONGEST_PATH_BYTES) return beside

  const user = process.getuid?.() ?? 0
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const elsewhere = join(tmpdir(), `ringside-${String(user)}-${name}`)
  await mkdir(elsewhere, { recursive: true, mode: 0o700 })
  const { uid, mode } = await lstat(elsewhere)
  // Anybody may create folders there: one that others own, or may enter, is a trap.
  if (uid !== user || (mode & 0o077) !== 0) {
    throw new Error(`${elsewhere} is not ours alone; remove it, or use a shorter DATA_DIR`)
  }
  return join(elsewhere, 'redis.sock')
}
