/** What is read from a recording, whatever its format. */
import { open, stat } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { constants, createGunzip, gunzipSync } from 'node:zlib'
import { CommandFailed } from './command.ts'

/** Input that could not be read, with its number in the file, from 1 on. */
export type Unread = { at: number; input: string; reason: string }

/** A part of a recording: what was recorded at one instant. */
export type RecordedPart = {
  /** When it was received, in UTC milliseconds. */
  recordedAtMs: number
  /** As they are sent; the server judges them. */
  events: readonly unknown[]
  /** The number of each event in the file; null where one line gives several, or none. */
  at: readonly number[] | null
  /** Lines, packets or events that were understood, and that are known and of no use. */
  understood: number
  skipped: number
  unread: readonly Unread[]
}

/** A file to read, plain or packed with gzip. */
export type RecordedFile = {
  path: string
  sizeBytes: number
  /** Its beginning, unpacked: enough to recognise a format by. */
  head: string
  /** Its bytes as they are; `onRead` is told how many of them were read. */
  bytes: (onRead: (bytes: number) => void) => AsyncIterable<Buffer>
  /** The same, unpacked. */
  unpacked: (onRead: (bytes: number) => void) => AsyncIterable<Buffer>
}

const HEAD_BYTES = 16 * 1024
const GZIP = Buffer.from([0x1f, 0x8b])

/** Opens a file, or says why that is not possible. */
export async function openRecording(path: string): Promise<RecordedFile> {
  const first = await firstBytes(path).catch((error: unknown) => {
    throw new CommandFailed(`${path} cannot be read: ${messageOf(error)}`)
  })
  const isPacked = first.bytes.subarray(0, GZIP.length).equals(GZIP)
  const bytes: RecordedFile['bytes'] = async function* (onRead) {
    let read = 0
    for await (const part of createReadStream(path)) {
      // A stream without an encoding gives buffers.
      const buffer = part as Buffer
      read += buffer.length
      onRead(read)
      yield buffer
    }
  }
  return {
    path,
    sizeBytes: first.size,
    head: (isPacked ? beginningOf(first.bytes) : first.bytes).toString('utf8'),
    bytes,
    unpacked: (onRead) => (isPacked ? unpack(path, onRead) : bytes(onRead)),
  }
}

async function firstBytes(path: string): Promise<{ bytes: Buffer; size: number }> {
  const { size } = await stat(path)
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return { bytes: buffer.subarray(0, bytesRead), size }
  } finally {
    await file.close()
  }
}

/** What the beginning of a packed file unpacks to; nothing where it is damaged. */
function beginningOf(packed: Buffer): Buffer {
  try {
    return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return Buffer.alloc(0)
  }
}

async function* unpack(path: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = createReadStream(path)
  const gunzip = createGunzip()
  let read = 0
  file.on('data', (part) => {
    read += part.length
    onRead(read)
  })
  file.on('error', (error) => gunzip.destroy(error))
  try {
    for await (const part of file.pipe(gunzip)) yield part as Buffer
  } finally {
    file.destroy()
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
