/** Cuts the bytes of an AMI connection into packets, whatever pieces they come in. */

/**
 * A packet is lines of `Key: Value`, ended by an empty line. Real ones have at most a few kilobytes
 * (long caller names, many `ChanVariable`); what is far longer is not AMI.
 */
export const MAX_PACKET_BYTES = 256 * 1024

/** Enough of a packet that is too long to recognise it. */
const MAX_EXCERPT_BYTES = 1_024

const END = Buffer.from('\r\n\r\n')
const LINE_END = Buffer.from('\r\n')
/** How the server greets, in one line that no empty line follows. */
const GREETING = 'Asterisk Call Manager/'
const greeting = Buffer.from(GREETING)

export type Packet = {
  kind: 'greeting' | 'event' | 'response'
  /** The event's name, the response's status, or the version that the server greets with. */
  name: string
  text: string
}

/** A packet, or bytes that are none, with how many bytes it took. */
export type PacketItem = { bytes: number } & (
  { ok: true; packet: Packet } | { ok: false; input: string; reason: string }
)

export type PacketSplitter = {
  /** The packets that these bytes complete. */
  push: (bytes: Uint8Array) => PacketItem[]
  /** What is left when the connection has closed: a packet cut in its middle, or null. */
  end: () => PacketItem | null
  /** Bytes that wait for the rest of their packet. */
  pendingBytes: () => number
}

const header = /^(Event|Response):[ ]?(.*)$/im

function packetOf(text: string): { ok: true; packet: Packet } | { ok: false; reason: string } {
  const found = header.exec(text)
  if (!found) return { ok: false, reason: 'neither an event nor a response' }
  const [, key = '', name = ''] = found
  const kind = key.toLowerCase() === 'event' ? 'event' : 'response'
  return { ok: true, packet: { kind, name: name.trim(), text } }
}

export function packetSplitter(): PacketSplitter {
  let pending = Buffer.alloc(0)
  /** Bytes thrown away of a packet that was too long; its end is still to come. */
  let overflowed = 0
  let beginning = ''

  function item(body: Buffer, bytes: number): PacketItem {
    const text = body.toString('utf8').replace(/^(\r\n)+/, '')
    const parsed = packetOf(text)
    return parsed.ok
      ? { ok: true, packet: parsed.packet, bytes }
      : { ok: false, input: text, reason: parsed.reason, bytes }
  }

  function overflow(bytes: number): PacketItem {
    const reason = `a packet longer than ${MAX_PACKET_BYTES} bytes`
    const rejected = { ok: false as const, input: beginning, reason, bytes: overflowed + bytes }
    overflowed = 0
    return rejected
  }

  /** The greeting at the beginning of what is pending, once its line is complete. */
  function greetingAt(from: number): PacketItem | null {
    if (!pending.subarray(from, from + greeting.length).equals(greeting)) return null
    const lineEnd = pending.indexOf(LINE_END, from)
    if (lineEnd < 0) return null
    const text = pending.toString('utf8', from, lineEnd)
    const packet = { kind: 'greeting' as const, name: text.slice(GREETING.length), text }
    return { ok: true, packet, bytes: lineEnd + LINE_END.length - from }
  }

  return {
    push(bytes) {
      const known = pending.length
      pending = Buffer.concat([pending, bytes])
      const items: PacketItem[] = []
      let from = 0
      let searchFrom = Math.max(0, known - END.length + 1)
      for (;;) {
        const greeted = overflowed === 0 ? greetingAt(from) : null
        if (greeted) {
          items.push(greeted)
          from += greeted.bytes
          searchFrom = Math.max(searchFrom, from)
          continue
        }
        const end = pending.indexOf(END, searchFrom)
        if (end < 0) break
        const size = end + END.length - from
        if (overflowed > 0) items.push(overflow(size))
        else if (size > MAX_PACKET_BYTES) {
          beginning = pending.toString('utf8', from, from + MAX_EXCERPT_BYTES)
          items.push(overflow(size))
        } else items.push(item(pending.subarray(from, end), size))
        from = end + END.length
        searchFrom = from
      }
      pending = Buffer.from(pending.subarray(from))
      if (overflowed > 0 || pending.length > MAX_PACKET_BYTES) {
        if (overflowed === 0) beginning = pending.toString('utf8', 0, MAX_EXCERPT_BYTES)
        // The last bytes may be the first of the end that it waits for.
        const kept = Math.min(pending.length, END.length - 1)
        overflowed += pending.length - kept
        pending = Buffer.from(pending.subarray(pending.length - kept))
      }
      return items
    },
    end() {
      if (pending.length + overflowed === 0) return null
      const bytes = pending.length + overflowed
      const input = overflowed > 0 ? beginning : pending.toString('utf8')
      pending = Buffer.alloc(0)
      overflowed = 0
      return { ok: false, input, reason: 'cut off in the middle of a packet', bytes }
    },
    pendingBytes: () => pending.length + overflowed,
  }
}

/**
 * The packet's headers by their names in lower case, the first of each; null where a line is none.
 * Names of people are escaped by Asterisk, so no value can pretend to be a header.
 */
export function headersOf(packet: Packet): Map<string, string> | null {
  const headers = new Map<string, string>()
  for (const line of packet.text.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon <= 0) return null
    const name = line.slice(0, colon).toLowerCase()
    const from = line[colon + 1] === ' ' ? colon + 2 : colon + 1
    if (!headers.has(name)) headers.set(name, line.slice(from))
  }
  return headers
}
