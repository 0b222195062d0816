/** Fetches the browsers before the first test that needs one: no test's time limit allows for it. */
import type { TestProject } from 'vitest/node'
import { ensureChromium } from './chromium.ts'
import { ensureTvProgram, TV_VERSIONS } from './tvPackages.ts'

/** Today's for all; the old ones where TVs are tested. */
export async function setup(project: TestProject): Promise<void> {
  await ensureChromium()
  if (project.name !== 'tv') return
  for (const version of TV_VERSIONS) await ensureTvProgram(version)
}
