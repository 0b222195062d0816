import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { play } from './scenario.ts'

const folder = new URL('scenarios/', import.meta.url)

it.each(readdirSync(folder).filter((name) => name.endsWith('.txt')))('%s', (name) => {
  expect(play(readFileSync(new URL(name, folder), 'utf8'))).toEqual([])
})
