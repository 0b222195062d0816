/** How quickly events become entries, beside parsing the JSON that they came as. */
import { Directory } from '../../shared/directory.ts'
import type { Event } from '../../shared/events/event.ts'
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { createEngine } from '../../server/engine/fold.ts'
import type { Engine, SubjectKey, SubjectRecord } from '../../server/engine/subject.ts'
import { simulatedDirectory } from '../../server/simulator/directory.ts'
import { hourOfCalls, simulated, type Load } from './engineLoad.ts'
import type { BenchRow } from './row.ts'

/** As many as the books fold together. */
const TOGETHER = 500
/** Closed subjects leave memory after so long, as in the books. */
const GRACE_MS = 2 * MINUTE_MS
const SIMULATED_EVENTS = 30_000
const usual: Load = { agents: 1_000, queues: 40, callsAnHour: 2_000 }
const TARGET = '≥ 0.4 of JSON.parse of the same events; ≥ 200,000 events/s'

export async function engineBench(isLong: boolean): Promise<BenchRow[]> {
  // Once for the compiler: it is not what is measured.
  measure([hourOfCalls(usual, 0), hourOfCalls(usual, 1)])
  const sizes = [100, 1_000, 5_000, ...(isLong ? [50_000] : [])]
  const queues = [1, 500]
  const hours = isLong ? 24 : 8
  const day = measure(Array.from({ length: hours }, (_, hour) => hourOfCalls(usual, hour)))
  return [
    ...sizes.map((agents) => rowOf(`${agents} agents`, hourOf({ ...usual, agents }))),
    ...queues.map((count) => rowOf(`${count} queues`, hourOf({ ...usual, queues: count }))),
    ...hoursBeside(day),
    ...measure([simulated(SIMULATED_EVENTS)], [{ atMs: 0, directory: simulatedCenter() }]).map(
      (measured) => rowOf('what the simulator tells, all types', measured),
    ),
  ]
}

/** The last hour, and the eighth, beside the first. */
const hoursBeside = (day: readonly Measured[]): BenchRow[] =>
  [...new Set([8, day.length])].map((hour) => {
    const figure = day[hour - 1]?.perSecond ?? 0
    const floor = day[0]?.perSecond ?? 0
    return {
      name: `engine, hour ${hour} beside hour 1, 1000 agents`,
      figure,
      unit: 'events/s',
      floor,
      ratio: figure / floor,
      target: 'flat: about 1 of hour 1',
      wants: { ratioAtLeast: 0.8 },
    }
  })

const simulatedCenter = (): Directory => Directory.parse(simulatedDirectory())

/** The second hour of a load, when all agents are there. */
function hourOf(load: Load): Measured {
  const [, second] = measure([hourOfCalls(load, 0), hourOfCalls(load, 1)])
  if (!second) throw new Error('There is no second hour')
  return second
}

function rowOf(name: string, { perSecond, parsedPerSecond }: Measured): BenchRow {
  const ratio = perSecond / parsedPerSecond
  const figures = { figure: perSecond, unit: 'events/s', floor: parsedPerSecond, ratio }
  const wants = { ratioAtLeast: 0.4, atLeast: 200_000 }
  return { name: `engine, ${name}`, ...figures, target: TARGET, wants }
}

type Measured = { perSecond: number; parsedPerSecond: number }

/**
 * Hours of events through an engine, each timed by itself. Parsing and folding take turns, so that
 * a machine which is busy with something else slows both alike.
 */
function measure(
  hours: readonly (readonly string[])[],
  directories: readonly { atMs: number; directory: Directory }[] = [],
): Measured[] {
  const engine = createEngine({ directories })
  /** What left memory, as the database would give it back. */
  const stored = new Map<SubjectKey, SubjectRecord>()
  return hours.map((texts) => {
    let parseMs = 0
    let foldMs = 0
    for (let at = 0; at < texts.length; at += TOGETHER) {
      const beganMs = performance.now()
      const group = texts.slice(at, at + TOGETHER).map((text) => JSON.parse(text) as Event)
      const parsedMs = performance.now()
      fold(engine, stored, group)
      foldMs += performance.now() - parsedMs
      parseMs += parsedMs - beganMs
      release(engine, stored, (group.at(-1)?.atMs ?? 0) - GRACE_MS)
    }
    return {
      perSecond: texts.length / (foldMs / SECOND_MS),
      parsedPerSecond: texts.length / (parseMs / SECOND_MS),
    }
  })
}

function fold(
  engine: Engine,
  stored: ReadonlyMap<SubjectKey, SubjectRecord>,
  group: readonly Event[],
): void {
  const admit = (key: string): void => {
    if (key.startsWith('part/')) engine.admitPart(key, null)
    else engine.admit(key, stored.get(key) ?? null)
  }
  const wanted = new Set(group.flatMap((event) => engine.wants(event)))
  for (const key of wanted) if (!engine.holds(key)) admit(key)
  for (;;) {
    const folded = engine.fold(group)
    if (!('lacks' in folded)) return
    folded.lacks.forEach(admit)
  }
}

/** Lets closed subjects go that have been left alone since an instant. */
function release(engine: Engine, stored: Map<SubjectKey, SubjectRecord>, sinceMs: number): void {
  for (const { key, open, lastAtMs } of [...engine.held()]) {
    if (open || lastAtMs > sinceMs) continue
    stored.set(key, engine.record(key))
    engine.release(key)
  }
}
