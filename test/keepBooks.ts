/** A process for tests to kill: keeps the books of a center and prints how far they are. */
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { openDatabase } from '../server/database/database.ts'
import { makeStream, startKeeper } from './keeping.ts'

const Options = z.object({
  url: z.string().nullable(),
  file: z.string(),
  redisSocket: z.string(),
  center: z.string(),
})
const options = Options.parse(JSON.parse(process.argv[2] ?? ''))
const database = await openDatabase(options)
const stream = makeStream(options.redisSocket, options.center)
const { keeper, ended } = startKeeper({ ...stream, database })
// A keeper that gives up is a failure of the test.
ended.catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
let last = ''
for (;;) {
  const { committed, state } = keeper.status()
  const line = `${state} ${committed}`
  if (line !== last) console.log(line)
  last = line
  await pause(2)
}
