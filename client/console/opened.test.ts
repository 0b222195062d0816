import { describe, expect, it } from 'vitest'
import { openedIn, queryOf, type Opened } from './opened.ts'

const inAddress = (text: string) => {
  const words = new URLSearchParams(text)
  return openedIn((name) => words.get(name))
}

describe('what an address opens', () => {
  it.each([
    ['metric=serviceLevel&scope=queue:sales&window=today', 'serviceLevel', 'today'],
    ['metric=serviceLevel&scope=queue:sales&window=year', 'serviceLevel', 'year'],
    ['metric=serviceLevel&scope=queue:sales', 'serviceLevel', 'interval'],
    ['metric=serviceLevel&scope=queue:sales&window=eternity', 'serviceLevel', 'interval'],
  ])('%s', (text, metric, window) => {
    expect(inAddress(text)).toEqual({ metric, scope: 'queue:sales', window, subject: null })
  })

  it('is one of the center’s own, wherever that may be', () => {
    expect(inAddress('metric=own:share&scope=team:red')).toMatchObject({ metric: 'own:share' })
  })

  it.each([
    '',
    'metric=own:&scope=center',
    'metric=own:share&scope=nowhere',
    'metric=serviceLevel',
    'scope=center',
    'metric=constructor&scope=center',
    // Its counters are not sent to the console.
    'metric=shortCallRate&scope=center',
    'metric=serviceLevel&scope=nowhere',
    // A line is no person's.
    'metric=contactsWaiting&scope=agent:anna',
  ])('is nothing for %j', (text) => {
    expect(inAddress(text)).toBeNull()
  })

  it('comes back from its own query', () => {
    const opened: Opened = {
      metric: 'abandonRate',
      scope: 'queue:a&b',
      window: 'last30',
      subject: 'contact/pbx/1#2',
    }
    const query = queryOf(opened)
    expect(openedIn((name) => query[name] ?? null)).toEqual(opened)
    expect(Object.values(queryOf(null))).toEqual([null, null, null, null])
  })
})
