import { expect, it } from 'vitest'
import { subjectName } from './subjectName.ts'

it.each([
  ['contact/asterisk/pbx-1#1795283607.0', '1795283607.0'],
  ['contact/crm#a#b', 'a#b'],
  ['agentDay/anna/2026-11-21', 'anna/2026-11-21'],
  ['contact/asterisk/pbx-1#', 'asterisk/pbx-1#'],
  ['matter', 'matter'],
])('%s is called %s', (key, name) => {
  expect(subjectName(key)).toBe(name)
})
