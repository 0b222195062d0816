/** Cuts bytes into lines, whatever pieces they come in. */

const NEWLINE = 0x0a

/** Asterisk writes at most 8 KiB a line; what is far longer is no line of its. */
export const MAX_LINE_BYTES = 64 * 1024

/** A line, or one that was too long to keep: then `text` is only its beginning. */
export type Line = {
  text: string
  /** The bytes that it took, its line end included. */
  bytes: number
  tooLong: boolean
}

export type LineSplitter = {
  /** The lines that these bytes complete. */
  push: (bytes: Uint8Array) => Line[]
  /** What is left when no more will come: a line without an end; null where there is none. */
  end: () => Line | null
  /** Bytes that wait for the rest of their line. */
  pendingBytes: () => number
}

/**
 * Keeps the bytes of an unfinished line until the rest of it comes. Bytes are kept, not characters,
 * so a name that was split in the middle of a letter is whole again.
 */
export function lineSplitter(): LineSplitter {
  let kept: Buffer[] = []
  let keptBytes = 0
  let heldBytes = 0

  /** Of a line that is too long only the beginning is kept, to show what was refused. */
  function hold(part: Buffer): void {
    const room = part.subarray(0, MAX_LINE_BYTES - keptBytes)
    if (room.length > 0) kept.push(Buffer.from(room))
    keptBytes += room.length
    heldBytes += part.length
  }

  function complete(lineEndBytes: number): Line {
    const line = {
      text: Buffer.concat(kept).toString('utf8').replace(/\r$/, ''),
      bytes: heldBytes + lineEndBytes,
      tooLong: heldBytes > MAX_LINE_BYTES,
    }
    kept = []
    keptBytes = 0
    heldBytes = 0
    return line
  }

  return {
    push(bytes) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const lines: Line[] = []
      let from = 0
      for (let at = buffer.indexOf(NEWLINE); at >= 0; at = buffer.indexOf(NEWLINE, from)) {
        hold(buffer.subarray(from, at))
        lines.push(complete(1))
        from = at + 1
      }
      if (from < buffer.length) hold(buffer.subarray(from))
      return lines
    },
    end: () => (heldBytes === 0 ? null : complete(0)),
    pendingBytes: () => heldBytes,
  }
}
