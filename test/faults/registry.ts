/** Every fault that there is, in the order of worth. */
import type { Fault } from './fault.ts'
import { clockSteps, redisClockSteps } from './kinds/clock.ts'
import {
  balanceFalsified,
  databaseCut,
  databaseHarmedInUse,
  databaseLogLost,
  databaseLost,
  databaseOverwritten,
} from './kinds/damage.ts'
import { databaseFull, diskFullOfDatabase, diskFullOfRedis, redisFull } from './kinds/disk.ts'
import { engineKilled, fencedAtOnce, fencedLate } from './kinds/engines.ts'
import { postgresFrozen, postgresKilled } from './kinds/database.ts'
import { connectionCut, lateDoubledShuffled } from './kinds/feeds.ts'
import { directoryPut } from './kinds/forms.ts'
import {
  powerCutAlways,
  powerCutEverysec,
  redisEmptied,
  redisSetBack,
  streamTrimmed,
} from './kinds/lost.ts'
import {
  redisFrozen,
  redisKilled,
  serverEnded,
  serverKilled,
  undisturbed,
} from './kinds/processes.ts'
import { rolesKilled } from './kinds/roles.ts'
import { restoredAfterTrimming } from './kinds/trimming.ts'
import { allComeBack, neverReads, someComeBack } from './kinds/watchers.ts'

export const faults: readonly Fault[] = [
  undisturbed,
  serverKilled,
  redisKilled,
  serverEnded,
  redisFrozen,
  powerCutAlways,
  powerCutEverysec,
  postgresKilled,
  postgresFrozen,
  redisSetBack,
  redisEmptied,
  streamTrimmed,
  connectionCut,
  lateDoubledShuffled,
  neverReads,
  someComeBack,
  allComeBack,
  fencedAtOnce,
  fencedLate,
  engineKilled,
  rolesKilled,
  directoryPut,
  databaseFull,
  redisFull,
  diskFullOfDatabase,
  diskFullOfRedis,
  databaseOverwritten,
  databaseCut,
  databaseLogLost,
  databaseLost,
  databaseHarmedInUse,
  restoredAfterTrimming,
  balanceFalsified,
  clockSteps,
  redisClockSteps,
]
