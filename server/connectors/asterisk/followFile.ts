import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'

/**
 * Follows a file that grows, across every way of rotating it: renamed with a new file in its place,
 * copied and truncated, or missing for a while. What it cannot have read it says.
 */

/** Where reading stopped. The bytes before that place tell the file from another of its inode. */
export const FilePlace = z.object({
  inode: z.string(),
  offset: z.int().nonnegative(),
  before: z.string(),
})
export type FilePlace = z.infer<typeof FilePlace>

export type FileStep =
  | { kind: 'bytes'; bytes: Buffer; place: FilePlace }
  /** A file has ended for good: what is left of its last line will never be completed. */
  | { kind: 'end' }
  /** Bytes were lost, or may have been. */
  | { kind: 'gap'; reason: string }
  /** Everything there is was read, or there is no file yet. */
  | { kind: 'idle'; missing: boolean }

/** A read at a time; bounds what is held in memory and emitted at once. */
const READ_BYTES = 64 * 1024
/** How many bytes before the place are compared: more than one line of any log. */
const BEFORE_BYTES = 256
const NEWLINE = 0x0a

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64')

async function readAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from)
  return buffer.subarray(0, bytesRead)
}

async function hashBefore(file: FileHandle, offset: number): Promise<string> {
  const from = Math.max(0, offset - BEFORE_BYTES)
  return hash(await readAt(file, from, offset - from))
}

const inodeOf = (status: { dev: bigint; ino: bigint }): string =>
  `${String(status.dev)}:${String(status.ino)}`

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : null

const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT'

/** Gone, or not for us: as good as not there. */
const isOutOfReach = (error: unknown): boolean =>
  isMissing(error) || codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM'

/** What was asked of the file system; null where it failed for that reason. */
async function unless<T>(
  reason: (error: unknown) => boolean,
  asked: Promise<T>,
): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (reason(error)) return null
    throw error
  }
}

/** Whether a file still has what was before a place, and so is the one that was read. */
async function continues(file: FileHandle, place: FilePlace): Promise<boolean> {
  const { size } = await file.stat()
  return size >= place.offset && (await hashBefore(file, place.offset)) === place.before
}

/** What rotating adds to a name: `.1`, `.1795283599`, `-20261121`. Packed files are not read. */
const rotation = /^[.-]\d+$/

type Rotated = { file: FileHandle; inode: string; changedAtMs: number; head: string }

/** Older files than so many were rotated away long before any restart. */
const MAX_ROTATED = 100

/** When each rotated file beside a path was last written, the newest first. */
async function rotatedPaths(path: string): Promise<{ at: string; changedAtMs: number }[]> {
  const name = basename(path)
  const found = []
  for (const other of await readdir(dirname(path))) {
    if (!other.startsWith(name) || !rotation.test(other.slice(name.length))) continue
    const at = join(dirname(path), other)
    const status = await unless(isOutOfReach, stat(at))
    if (status) found.push({ at, changedAtMs: status.mtimeMs })
  }
  return found.sort((a, b) => b.changedAtMs - a.changedAtMs).slice(0, MAX_ROTATED)
}

/**
 * The rotated files beside a path, the oldest first: by when they were last written, then by how
 * they begin, as lines of a log begin with their time.
 */
async function rotatedFiles(path: string): Promise<Rotated[]> {
  const files: Rotated[] = []
  for (const { at, changedAtMs } of await rotatedPaths(path)) {
    const file = await unless(isOutOfReach, open(at, 'r'))
    if (!file) continue
    const inode = inodeOf(await file.stat({ bigint: true }))
    const head = (await readAt(file, 0, BEFORE_BYTES)).toString('latin1')
    files.push({ file, inode, changedAtMs, head })
  }
  return files.sort(
    (a, b) => a.changedAtMs - b.changedAtMs || (a.head < b.head ? -1 : a.head > b.head ? 1 : 0),
  )
}

type Bytes = FileStep & { kind: 'bytes' }

async function bytesUntil(
  file: FileHandle,
  inode: string,
  from: number,
  bytes: Buffer,
): Promise<Bytes> {
  const offset = from + bytes.length
  return { kind: 'bytes', bytes, place: { inode, offset, before: await hashBefore(file, offset) } }
}

/**
 * One file from an offset to its present end. A line that is not complete yet is left in the file,
 * so that a place is always one between two lines; unless it is too long to be one.
 */
async function* drain(file: FileHandle, inode: string, from: number): AsyncGenerator<Bytes> {
  let offset = from
  for (;;) {
    const bytes = await readAt(file, offset, READ_BYTES)
    const lines = bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1)
    const take = lines.length === 0 && bytes.length === READ_BYTES ? bytes : lines
    if (take.length === 0) return
    yield await bytesUntil(file, inode, offset, take)
    offset += take.length
  }
}

/** The rest of a file that nobody writes any more, with what may be half a line at its end. */
async function* drainToEnd(
  file: FileHandle,
  inode: string,
  from: number,
): AsyncGenerator<FileStep, void> {
  let offset = from
  for await (const step of drain(file, inode, from)) {
    offset = step.place.offset
    yield step
  }
  const rest = await readAt(file, offset, READ_BYTES)
  if (rest.length > 0) yield await bytesUntil(file, inode, offset, rest)
  yield { kind: 'end' }
}

/**
 * What was rotated away, from the place that was reached in it: the rest of that file, or of a copy
 * of it, and the whole of those after it. Says whether that was found.
 */
async function* catchUp(path: string, place: FilePlace): AsyncGenerator<FileStep, boolean> {
  let found = false
  const files = await rotatedFiles(path)
  try {
    for (const { file, inode } of files) {
      // Without any bytes before the place only the inode tells.
      const may = !found && (place.offset > 0 || inode === place.inode)
      const here = may && (await continues(file, place))
      if (!found && !here) continue
      found = true
      yield* drainToEnd(file, inode, here ? place.offset : 0)
    }
  } finally {
    for (const { file } of files) await file.close()
  }
  return found
}

/** What happens when a file does not go on from where it was left. */
async function* lost(path: string, place: FilePlace, truncated: boolean): AsyncGenerator<FileStep> {
  const found = yield* catchUp(path, place)
  // Between copying and truncating a file, what was written to it is lost.
  if (truncated) yield { kind: 'gap', reason: 'the file was truncated' }
  else if (!found) yield { kind: 'gap', reason: 'the file that was being read is gone' }
}

/**
 * Follows the file at `path` from a place, until the consumer stops. After `idle` it is the
 * consumer's turn to wait; it then asks for the next step.
 */
export async function* followFile(
  path: string,
  from: FilePlace | null,
): AsyncGenerator<FileStep, never> {
  let place = from
  for (;;) {
    const file = await unless(isMissing, open(path, 'r'))
    if (!file) {
      yield { kind: 'idle', missing: true }
      continue
    }
    try {
      const inode = inodeOf(await file.stat({ bigint: true }))
      if (place && !(place.inode === inode && (await continues(file, place)))) {
        yield* lost(path, place, place.inode === inode)
        place = null
      }
      place = yield* followOpen(path, file, inode, place)
    } finally {
      await file.close()
    }
  }
}

/** Follows an open file until another one has taken its path; gives its place, null after that. */
async function* followOpen(
  path: string,
  file: FileHandle,
  inode: string,
  from: FilePlace | null,
): AsyncGenerator<FileStep, FilePlace | null> {
  let place = from ?? { inode, offset: 0, before: hash(Buffer.alloc(0)) }
  for (;;) {
    for await (const step of drain(file, inode, place.offset)) {
      place = step.place
      yield step
    }
    yield { kind: 'idle', missing: false }
    if (!(await continues(file, place))) {
      yield* lost(path, place, true)
      place = { inode, offset: 0, before: hash(Buffer.alloc(0)) }
      continue
    }
    const successor = await unless(isMissing, stat(path, { bigint: true }))
    // A new file with nothing in it is not written yet: the old one may still be.
    if (!successor || inodeOf(successor) === inode || successor.size === 0n) continue
    yield* drainToEnd(file, inode, place.offset)
    return null
  }
}
