import { expect, it } from 'vitest'
import { en } from '../i18n/en.ts'
import { factLine } from './happened.ts'

const names = {
  queueName: (key: string) => `Queue ${key}`,
  agentName: (key: string) => `Agent ${key}`,
}

it.each([
  [
    { contactId: '42', visitId: '1', queue: 'sales', outcome: 'answered' },
    'Queue sales · answered',
  ],
  [{ agent: 'anna', legId: 'x', by: 'customer', precision: 's' }, 'Agent anna · customer'],
  [{ position: 3, disposition: 'sold' }, 'position: 3 · disposition: sold'],
  [{ nested: { a: 1 }, nothing: null, list: [1] }, ''],
])('%j', (data, line) => {
  expect(factLine(data, names, en)).toBe(line)
})
