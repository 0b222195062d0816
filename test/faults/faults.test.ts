/**
 * Each fault once, at an instant that a seed says: nothing lost, nothing counted twice, healed.
 * `npm run test:faults -- --only NAME --seed SEED` has the same again.
 */
import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { runFault } from './fault.ts'
import { faults as all } from './registry.ts'

/** What a machine does that is busy with everything else at once. */
const LIMIT_MS = 600_000

const faults = all.filter(({ isLong }) => isLong !== true)
const lacking = new Map(
  await Promise.all(
    faults.map(async ({ name, lacks }) => [name, (await lacks?.()) ?? null] as const),
  ),
)

describe('every event is counted once, whatever happens', () => {
  for (const fault of faults) {
    const why = lacking.get(fault.name) ?? null
    const title = why === null ? `${fault.name}: ${fault.title}` : `${fault.name}: ${why}`
    // What only another system can do is not done here, and said so.
    it.runIf(why === null)(title, { timeout: LIMIT_MS }, async () => {
      const { seed, seconds, wrong, notes } = await runFault(fault, randomInt(1_000_000_000))
      console.log(
        `${fault.name}, seed ${String(seed)}, ${seconds.toFixed(1)} s: ${notes.join('; ')}`,
      )
      expect(wrong, `--only ${fault.name} --seed ${String(seed)}`).toEqual([])
    })
  }
})
