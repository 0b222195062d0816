/** A process for tests to kill: holds the lock of the data folder named, and says so. */
import { lockDataDir } from '../server/dataLock.ts'

const [, , folder = '', nowMs = '0'] = process.argv
const attempt = lockDataDir(folder, Number(nowMs))
if (!attempt.ok) throw new Error('The folder is in use.')
console.log('held')
// Alive until killed.
setInterval(() => attempt, 1_000)
