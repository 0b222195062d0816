import type { Standing } from '../../facts.ts'
import type { PlacedStage, Stage } from '../stages.ts'

/** An opportunity's way through its pipeline: where it was when, and how it was decided. */

export type OpportunityChange = Standing<'opportunity.changed'>

/** How an opportunity stands from an instant on, until the next such moment. */
export type Moment = { atMs: number; stage: Stage | null; isOpen: boolean }

export type Journey = {
  /** Each change of its stage; `from` is empty where it had none before. */
  transitions: readonly { atMs: number; from: string; to: string }[]
  /** When it first reached the standard stages; null: it did not. Two implies one. */
  oneAtMs: number | null
  twoAtMs: number | null
  /** The decision that stands, since when; null: it is open. */
  decision: { outcome: 'won' | 'lost'; atMs: number } | null
  moments: readonly Moment[]
}

/**
 * The journey that changes tell, in their order. The last decision stands, dated at the first word
 * of it: told twice, it was made once. It is open again once it moves on to a stage that is neither
 * won nor lost for certain, as the probability of the stage tells.
 */
export function journeyOf(
  changes: readonly OpportunityChange[],
  stageAt: (name: string, atMs: number) => PlacedStage | null,
): Journey {
  const transitions: Journey['transitions'][number][] = []
  const moments: Moment[] = []
  let oneAtMs: number | null = null
  let twoAtMs: number | null = null
  let decision = null as Journey['decision']
  let name: string | null = null
  let stage: PlacedStage | null = null

  for (const { atMs, data } of changes) {
    const { change, stage: to, stageFrom } = data
    const before: string | null = name
    if (to !== undefined && to !== name) {
      const from: string | undefined = name ?? stageFrom
      // A stage that it was created in is no change of stage.
      if (change !== 'created' || name !== null) transitions.push({ atMs, from: from ?? '', to })
      name = to
      stage = stageAt(to, atMs)
      // Where the lost are put is no progress, whatever the directory says of it.
      const reaches = change === 'lost' ? null : (stage?.reaches ?? null)
      if (reaches !== null) oneAtMs ??= atMs
      if (reaches === 'two') twoAtMs ??= atMs
    }
    // Put back where it was before it was decided, it is open again as well.
    const isMoved = to !== undefined && (change === 'stage' || to !== before)
    if (decision && isMoved && atMs > decision.atMs && isUndecided(stage)) decision = null
    if ((change === 'won' || change === 'lost') && decision?.outcome !== change) {
      decision = { outcome: change, atMs }
    }
    const moment = { atMs, stage, isOpen: decision === null }
    if (moments.at(-1)?.atMs === atMs) moments.pop()
    moments.push(moment)
  }
  return { transitions, oneAtMs, twoAtMs, decision, moments }
}

const isUndecided = (stage: Stage | null): boolean =>
  stage !== null && stage.probability > 0 && stage.probability < 1
