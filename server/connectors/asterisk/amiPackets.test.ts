import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headersOf, MAX_PACKET_BYTES, packetSplitter } from './amiPackets.ts'
import type { PacketItem } from './amiPackets.ts'

const stream =
  'Asterisk Call Manager/11.0.0\r\n' +
  'Response: Success\r\nActionID: 1\r\n\r\n' +
  'Event: Hold\r\nChannel: PJSIP/101-0000002a\r\nCallerIDName: Łukasz\r\nEmpty:\r\n\r\n'

function split(pieces: readonly Uint8Array[]): PacketItem[] {
  const splitter = packetSplitter()
  const items = pieces.flatMap((piece) => splitter.push(piece))
  const rest = splitter.end()
  return [...items, ...(rest ? [rest] : [])]
}

/** The machine may be busy. */
const SLOW_MS = 240_000

describe('packets', { timeout: SLOW_MS }, () => {
  it('are the same wherever the bytes are split', () => {
    const bytes = Buffer.from(stream)
    const whole = split([bytes])
    expect(whole.map((item) => (item.ok ? [item.packet.kind, item.packet.name] : item))).toEqual([
      ['greeting', '11.0.0'],
      ['response', 'Success'],
      ['event', 'Hold'],
    ])
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(split([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole)
    }
    expect(split([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole)
  })

  it('give their headers, whatever the case, and the first where one repeats', () => {
    const [item] = split([Buffer.from('event: X\r\nA:1\r\na: 2\r\nB: x: y\r\nC:  z\r\n\r\n')])
    const headers = item?.ok ? headersOf(item.packet) : null
    expect([...(headers ?? [])]).toEqual([
      ['event', 'X'],
      ['a', '1'],
      ['b', 'x: y'],
      ['c', ' z'],
    ])
  })

  it('with a line that is no header give none', () => {
    const [item] = split([Buffer.from('Event: X\r\nno colon\r\n\r\n')])
    expect(item?.ok && headersOf(item.packet)).toBeNull()
  })

  it('of anything else are refused, and do not disturb the next', () => {
    const items = split([Buffer.from(`SSH-2.0-OpenSSH\r\nhello\r\n\r\n${stream}`)])
    expect(items[0]).toEqual({
      ok: false,
      input: 'SSH-2.0-OpenSSH\r\nhello',
      reason: 'neither an event nor a response',
      bytes: 26,
    })
    expect(items.slice(1)).toEqual(split([Buffer.from(stream)]))
  })

  it('too long to be one are thrown away as they come, and counted whole', () => {
    const splitter = packetSplitter()
    const long = Buffer.alloc(MAX_PACKET_BYTES, 'a')
    expect(splitter.push(Buffer.from('Event: Huge\r\nX: '))).toEqual([])
    expect(splitter.push(long)).toEqual([])
    expect(splitter.push(long)).toEqual([])
    // Its end, too, may come in pieces.
    for (const piece of ['b', '\r', '\n\r']) expect(splitter.push(Buffer.from(piece))).toEqual([])
    const [huge, next] = splitter.push(Buffer.from('\nEvent: Hold\r\n\r\n'))
    expect(huge).toMatchObject({ ok: false, bytes: 2 * MAX_PACKET_BYTES + 21 })
    expect(huge?.ok === false && huge.input.startsWith('Event: Huge')).toBe(true)
    expect(next).toMatchObject({ ok: true, packet: { name: 'Hold' } })
    const [atOnce] = packetSplitter().push(Buffer.concat([long, Buffer.from('a\r\n\r\n')]))
    expect(atOnce).toMatchObject({ ok: false, bytes: MAX_PACKET_BYTES + 5 })
  })

  it('cut off at the end of a connection are said to be', () => {
    expect(split([Buffer.from('Event: Ho')])).toEqual([
      { ok: false, input: 'Event: Ho', reason: 'cut off in the middle of a packet', bytes: 9 },
    ])
  })

  it('never throw, and never lose a byte', () => {
    const text = fc.oneof(
      fc.constantFrom('\r\n', '\r\n\r\n', 'Event: Hold', 'Asterisk Call Manager/', '\r', ': '),
      fc.string({ maxLength: 9 }),
    )
    const bytes = fc.oneof(
      text.map((each) => Buffer.from(each)),
      fc.uint8Array({ maxLength: 9 }).map((each) => Buffer.from(each)),
    )
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 60 }), (pieces) => {
        const sent = pieces.reduce((sum, piece) => sum + piece.length, 0)
        const items = split(pieces)
        expect(items.reduce((sum, item) => sum + item.bytes, 0)).toBe(sent)
        const atOnce = split([Buffer.concat(pieces)])
        expect(items).toEqual(atOnce)
      }),
      { numRuns: 500 },
    )
  })
})
