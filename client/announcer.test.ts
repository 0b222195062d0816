import { expect, it } from 'vitest'
import type { TargetState } from '../shared/metrics/state.ts'
import { createAnnouncer } from './announcer.svelte.ts'

const standings = (states: Record<string, TargetState>) =>
  new Map(Object.entries(states).map(([name, state]) => [name, { name, state }]))
const announcer = () => createAnnouncer(({ name, state }) => `${name} ${state}.`)

it('says nothing of how things are at the start', () => {
  const { follow, text } = announcer()
  follow(standings({ level: 'bad' }), 0)
  expect(text).toBe('')
})

it('says what has changed for the worse, and that it is over', () => {
  const said = announcer()
  said.follow(standings({ level: 'ok', wait: 'none' }), 0)
  said.follow(standings({ level: 'warn', wait: 'ok' }), 1_000)
  expect(said.text).toBe('level warn.')
  said.follow(standings({ level: 'ok', wait: 'ok' }), 11_000)
  expect(said.text).toBe('level ok.')
})

it('speaks at most every ten seconds, and then says all at once', () => {
  const said = announcer()
  said.follow(standings({ a: 'ok', b: 'ok', c: 'ok' }), 0)
  said.follow(standings({ a: 'bad', b: 'ok', c: 'ok' }), 1_000)
  said.follow(standings({ a: 'bad', b: 'bad', c: 'ok' }), 2_000)
  said.follow(standings({ a: 'bad', b: 'bad', c: 'warn' }), 10_999)
  expect(said.text).toBe('a bad.')
  said.follow(standings({ a: 'bad', b: 'bad', c: 'warn' }), 11_000)
  expect(said.text).toBe('b bad. c warn.')
})

it('keeps quiet about what is neither good nor bad', () => {
  const said = announcer()
  said.follow(standings({ wait: 'none' }), 0)
  said.follow(standings({ wait: 'ok' }), 20_000)
  said.follow(standings({ wait: 'none' }), 40_000)
  expect(said.text).toBe('')
})
