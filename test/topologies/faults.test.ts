/** A failover under load on each topology: nothing lost that was accepted, nothing counted twice. */
import { randomInt } from 'node:crypto'
import { expect, it } from 'vitest'
import { runFault } from '../faults/fault.ts'
import { topologyFaults } from './faults.ts'

/** What a machine does that is busy with everything else at once. */
const LIMIT_MS = 600_000

it.each(topologyFaults.map((fault) => [fault.title, fault]))(
  '%s',
  { timeout: LIMIT_MS },
  async (_title, fault) => {
    const { seed, seconds, wrong, notes } = await runFault(fault, randomInt(1_000_000_000))
    const told = `${fault.name}, seed ${String(seed)}, ${seconds.toFixed(1)} s`
    console.log(`${told}: ${notes.join('; ')}`)
    expect(wrong, told).toEqual([])
  },
)
