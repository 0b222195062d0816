import type { DirectoryPipeline } from '../../../shared/directory.ts'
import type { Settings } from '../settings.ts'

/** The stages of leads and opportunities, as the directory's pipelines describe them. */

export type Stage = DirectoryPipeline['stages'][number]

/**
 * The stage of a name in the pipeline of a name (else in the first that has it), as it is described
 * at an instant; null where the directory does not know it.
 */
export function stageAt(
  settings: Settings,
  pipeline: string | undefined,
  name: string,
  atMs: number,
): Stage | null {
  for (const described of settings.pipelinesAt(atMs)) {
    const isMeant =
      pipeline === undefined || [described.key, described.name, described.nameJa].includes(pipeline)
    const stage = isMeant ? described.stages.find((one) => one.name === name) : undefined
    if (stage) return stage
  }
  return null
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
