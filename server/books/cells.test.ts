import { expect, it } from 'vitest'
import type { Dimensions } from '../../shared/entry.ts'
import { createCells } from './cells.ts'

const nobody: Dimensions = {
  queue: null,
  agent: null,
  team: null,
  site: null,
  channel: null,
  filters: null,
}

it('gives each combination of dimensions one id, whatever the order of its filters', () => {
  const cells = createCells('main', [])
  const filters = { product: 'x', campaign: 'y' }
  const turned = { campaign: 'y', product: 'x' }
  expect(cells.idOf({ ...nobody, filters })).toBe(cells.idOf({ ...nobody, filters: turned }))
  expect(cells.idOf({ ...nobody, queue: 'a' })).not.toBe(cells.idOf({ ...nobody, agent: 'a' }))
  expect(cells.idOf({ ...nobody, queue: 'a","b' })).not.toBe(
    cells.idOf({ ...nobody, queue: 'a', agent: 'b' }),
  )
  expect(cells.idOf(nobody)).toBe(cells.idOf({ ...nobody, filters: {} }))
})

it('goes on with the cells that are stored, and hands each new one over once', () => {
  const first = createCells('main', [])
  first.idOf({ ...nobody, queue: 'sales', channel: 'voice' })
  first.idOf({ ...nobody, filters: { product: 'x' } })
  const stored = first.takeNew()
  expect(stored.map(({ id }) => id)).toEqual(['1', '2'])
  expect(first.takeNew()).toEqual([])

  const second = createCells('main', stored)
  expect(second.idOf({ ...nobody, filters: { product: 'x' } })).toBe('2')
  expect(second.takeNew()).toEqual([])
  expect(second.idOf(nobody)).toBe('3')
})
