/** A process for tests to kill: gives up a center's details, and says each time that it goes on. */
import { writeSync } from 'node:fs'
import { purgeDetails } from '../server/books/purging.ts'
import { openDatabase } from '../server/database/database.ts'

const [, , url = '', file = '', center = ''] = process.argv
const database = await openDatabase({ url: url === '' ? null : url, file })
const signal = new AbortController().signal
/** Looked at before each step; it never ends by itself. */
const looks = {
  get aborted() {
    writeSync(1, 'step\n')
    return signal.aborted
  },
}
await purgeDetails(database, center, 0, looks as AbortSignal)
await database.close()
