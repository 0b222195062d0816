/** Builds the product before tests that run it as users do. */
import { ensureBuild } from '../scripts/build.mjs'
import { inTurn } from '../scripts/turn.mjs'

/** Brings dist/ up to date before the first test. */
export async function setup(): Promise<void> {
  await inTurn(ensureBuild)
}
