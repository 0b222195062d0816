import { describe, expect, it } from 'vitest'
import { Directory } from '../../shared/directory.ts'
import { retentionLimits } from '../../shared/retention.ts'
import {
  draftOf,
  isSame,
  read,
  retentionFields,
  shortened,
  type Draft,
  type Kept,
} from './draft.ts'

const usual: Kept = {
  ...{ rejectedDays: 30, auditDays: 730, streamDays: 7, streamMegabytes: 1_024 },
}
const of = (changes: Partial<Draft>) => read({ ...draftOf(usual), ...changes })

describe('the form of how long data is kept', () => {
  it('says what the directory says, and knows all that it can say', () => {
    const { retention } = Directory.parse({}).center
    expect(read(draftOf(retention))).toEqual({ ok: true, kept: usual })
    const kept = { ...usual, detailDays: 400 }
    expect(read(draftOf(kept))).toEqual({ ok: true, kept })
    expect([...retentionFields].sort()).toEqual(Object.keys(retentionLimits).sort())
  })

  it.each(retentionFields)('takes of %s what the directory takes, and no more', (field) => {
    const { least, most } = retentionLimits[field]
    const takes = (amount: number) => of({ isForGood: false, [field]: String(amount) }).ok
    const isTaken = (amount: number) =>
      Directory.safeParse({ center: { retention: { [field]: amount } } }).success
    for (const amount of [least - 1, least, most, most + 1]) {
      expect([amount, takes(amount)]).toEqual([amount, isTaken(amount)])
    }
  })

  it.each([
    ['１８０', 180],
    [' 1,000 ', 1_000],
  ])('reads %j', (detailDays, days) => {
    expect(of({ isForGood: false, detailDays })).toMatchObject({ kept: { detailDays: days } })
  })

  it.each(['', 'long', '1.5', '-100', '1e3'])('names the field that says %j', (streamDays) => {
    expect(of({ streamDays, detailDays: '' })).toEqual({ ok: false, faults: ['streamDays'] })
  })
})

describe('what is asked before it is saved', () => {
  const kept = (changes: Partial<Kept>): Kept => ({ ...usual, ...changes })
  it.each<[Kept, Kept, string[]]>([
    [usual, kept({ detailDays: 400 }), ['detailDays']],
    [kept({ detailDays: 400 }), kept({ detailDays: 399 }), ['detailDays']],
    [kept({ detailDays: 400 }), kept({ detailDays: 401 }), []],
    [kept({ detailDays: 400 }), usual, []],
    [usual, kept({ auditDays: 100, rejectedDays: 2 }), ['rejectedDays', 'auditDays']],
    // A backup or the database holds it.
    [usual, kept({ streamDays: 1, streamMegabytes: 16 }), []],
  ])('%j to %j', (before, after, asked) => {
    expect(shortened(before, after)).toEqual(asked)
    expect(isSame(before, after)).toBe(false)
    expect(isSame(after, after)).toBe(true)
  })
})
