// `npm test`: installs what the tests need where it is missing, then runs the whole check.
import { ensureDependencies } from './dependencies.mjs'
import { inTurn } from './turn.mjs'

await inTurn(ensureDependencies)
await import('./check.mjs')
