import type { DirectoryPipeline } from '../../../shared/directory.ts'
import type { Settings } from '../settings.ts'

/** The stages of leads and opportunities, as the directory's pipelines describe them. */

export type Stage = DirectoryPipeline['stages'][number]

/** A stage as its pipeline has it, and the standard stage that an opportunity in it has come to. */
export type PlacedStage = Stage & { reaches: 'one' | 'two' | null }

/**
 * The stage of a name in the pipeline of a name (else in the first that has it), as it is described
 * at an instant; null where the directory does not know it.
 */
export function stageAt(
  settings: Settings,
  pipeline: string | undefined,
  name: string,
  atMs: number,
): PlacedStage | null {
  for (const described of settings.pipelinesAt(atMs, pipeline)) {
    const stage = described.stages.find((one) => one.name === name)
    if (stage) return { ...stage, reaches: reaches(stage, described.stages) }
  }
  return null
}

/**
 * Who is in a stage behind a standard one has come past it. One that is less likely to be won is not
 * further on, however late its place: that is where the lost are put.
 */
function reaches(stage: Stage, stages: readonly Stage[]): 'one' | 'two' | null {
  const isAtOrBehind = (standard: 'one' | 'two') =>
    stages.some(
      (one) =>
        one.standard === standard &&
        stage.order >= one.order &&
        stage.probability >= one.probability,
    )
  if (isAtOrBehind('two')) return 'two'
  return isAtOrBehind('one') ? 'one' : null
}

/** Whether a lead's stage is qualified by marketing, or by sales; null: it is neither. */
export function qualificationAt(
  settings: Settings,
  name: string,
  atMs: number,
): 'mql' | 'sql' | null {
  const said = stageAt(settings, undefined, name, atMs)?.standard
  if (said === 'mql' || said === 'sql') return said
  const lower = name.toLowerCase()
  return lower === 'mql' || lower === 'sql' ? lower : null
}
