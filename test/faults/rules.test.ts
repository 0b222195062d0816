/** `npm run test:faults -- --prove` breaks these lines; here, that they are still there to break. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { faults } from './registry.ts'
import { brokenRules } from './rules.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

it.each(brokenRules)('rule $rule can be broken: $broken', ({ file, from, fault }) => {
  expect(readFileSync(join(ROOT, file), 'utf8').split(from)).toHaveLength(2)
  expect(faults.map(({ name }) => name)).toContain(fault)
})
