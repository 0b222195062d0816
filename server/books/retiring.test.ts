import { expect, it } from 'vitest'
import { MINUTE_MS } from '../../shared/time.ts'
import type { Engine } from '../engine/subject.ts'
import { createRetiring } from './retiring.ts'

function start(unwritten: ReadonlySet<string> = new Set()) {
  const released: string[] = []
  const engine = { release: (key: string) => released.push(key) } as unknown as Engine
  const retiring = createRetiring(
    engine,
    (key) => unwritten.has(key),
    () => undefined,
  )
  return { ...retiring, released }
}

it('keeps what is open, and what was touched within the grace period', () => {
  const { touched, retire, released } = start()
  touched('open', true, 0)
  touched('closed', false, 0)
  touched('touched', false, 0)
  touched('reopened', false, 0)
  touched('touched', false, 3 * MINUTE_MS)
  touched('reopened', true, 3 * MINUTE_MS)
  retire(MINUTE_MS)
  expect(released).toEqual([])
  retire(4 * MINUTE_MS)
  expect(released).toEqual(['closed'])
  retire(60 * MINUTE_MS)
  expect(released).toEqual(['closed', 'touched'])
})

it('keeps what is not written yet', () => {
  const unwritten = new Set(['waiting'])
  const { touched, retire, released } = start(unwritten)
  touched('waiting', false, 0)
  retire(60 * MINUTE_MS)
  expect(released).toEqual([])
  unwritten.clear()
  retire(60 * MINUTE_MS)
  expect(released).toEqual(['waiting'])
})

it('does not wait for the grace period where very many have closed, but for what is unwritten', () => {
  const unwritten = new Set(['c40'])
  const { touched, retire, released } = start(unwritten)
  for (let n = 0; n < 5_100; n++) touched(`c${String(n)}`, false, 0)
  retire(1)
  expect(released).toHaveLength(40)
  unwritten.clear()
  retire(1)
  expect(released).toHaveLength(100)
  expect(released[40]).toBe('c40')
})
