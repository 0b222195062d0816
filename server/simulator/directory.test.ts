import { expect, it } from 'vitest'
import { Directory } from '../../shared/directory.ts'
import { simulatedDirectory } from './directory.ts'
import { DAY_MS } from '../../shared/time.ts'
import { tellBusiness } from './business/tell.ts'
import { businessDayAt } from './businessDay.ts'
import { tellDay } from './day.ts'

const directory = Directory.parse(simulatedDirectory())

it('has sixty people with names in both languages, nine queues and two sites', () => {
  const { agents, queues, sites, teams } = directory
  expect([agents.length, queues.length, sites.length]).toEqual([60, 9, 2])
  expect(agents.filter(({ names }) => !names.full || !names.ja || !names.reading)).toEqual([])
  expect([...queues, ...sites, ...teams].filter(({ name, nameJa }) => !name || !nameJa)).toEqual([])
})

/** A day of the floor, and the business of two. */
function* told() {
  const atMs = Date.UTC(2026, 10, 21)
  yield* tellDay(1, businessDayAt(atMs))
  const fromMs = atMs - DAY_MS
  const days = { bornFromMs: fromMs, mailFromMs: fromMs, fromMs: null, untilMs: atMs }
  yield* tellBusiness({ seed: 1, ...days })
}

it('knows everybody and every queue that its feed speaks of, and every activity of a plan', () => {
  const known = {
    agent: new Set<unknown>(directory.agents.map(({ key }) => key)),
    queue: new Set<unknown>(directory.queues.map(({ key }) => key)),
    activity: new Set<unknown>(directory.schedules.map(({ activity }) => activity)),
  }
  const strange = new Set<unknown>()
  for (const { event } of told()) {
    const { agent, queue, toQueue, spans } = event.data
    if (agent !== undefined && !known.agent.has(agent)) strange.add(agent)
    for (const name of [queue, toQueue]) {
      if (name !== undefined && !known.queue.has(name)) strange.add(name)
    }
    for (const span of (spans ?? []) as { activity: string }[]) {
      if (!known.activity.has(span.activity)) strange.add(span.activity)
    }
  }
  expect([...strange]).toEqual([])
})
