import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineSplitter, MAX_LINE_BYTES } from './lines.ts'

const textsOf = (pieces: readonly Uint8Array[]): string[] => {
  const splitter = lineSplitter()
  const lines = pieces.flatMap((piece) => splitter.push(piece))
  const rest = splitter.end()
  return [...lines, ...(rest ? [rest] : [])].map(({ text }) => text)
}

describe('lines', () => {
  it('are the same however the bytes come, also split within a letter', () => {
    const bytes = Buffer.from('Łukasz Wójcik\r\nChloé\n\nlast')
    const whole = ['Łukasz Wójcik', 'Chloé', '', 'last']
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(textsOf([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole)
    }
    expect(textsOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole)
  })

  it('too long to be one are cut, and counted whole', () => {
    const splitter = lineSplitter()
    const long = Buffer.alloc(MAX_LINE_BYTES + 10, 'a')
    expect(splitter.push(long)).toEqual([])
    expect(splitter.pendingBytes()).toBe(MAX_LINE_BYTES + 10)
    const [first, second] = splitter.push(Buffer.from('bc\nnext\n'))
    expect(first?.tooLong).toBe(true)
    expect(first?.text.length).toBe(MAX_LINE_BYTES)
    expect(first?.bytes).toBe(MAX_LINE_BYTES + 13)
    expect(second).toEqual({ text: 'next', bytes: 5, tooLong: false })
  })

  it('never lose a byte', () => {
    const piece = fc.uint8Array({ maxLength: 60 }).map((bytes) => bytes.map((byte) => byte % 16))
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const splitter = lineSplitter()
        const taken = pieces.flatMap((bytes) => splitter.push(bytes))
        const bytes = taken.reduce((sum, line) => sum + line.bytes, 0)
        const sent = pieces.reduce((sum, sentPiece) => sum + sentPiece.length, 0)
        expect(bytes + splitter.pendingBytes()).toBe(sent)
        expect(splitter.end()?.bytes ?? 0).toBe(sent - bytes)
      }),
    )
  })
})
