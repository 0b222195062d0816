/** Every fault that there is, in the order of worth. */
import type { Fault } from './fault.ts'
import { clockSteps } from './kinds/clock.ts'
import {
  balanceFalsified,
  databaseCut,
  databaseHarmedInUse,
  databaseLogLost,
  databaseLost,
  databaseOverwritten,
} from './kinds/damage.ts'
import { databaseFull, redisFull } from './kinds/disk.ts'
import { engineKilled, fencedAtOnce, fencedLate } from './kinds/engines.ts'
import { postgresFrozen, postgresKilled } from './kinds/database.ts'
import { connectionCut, lateDoubledShuffled } from './kinds/feeds.ts'
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
import { allComeBack, neverReads } from './kinds/watchers.ts'

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
  allComeBack,
  fencedAtOnce,
  fencedLate,
  engineKilled,
  databaseFull,
  redisFull,
  databaseOverwritten,
  databaseCut,
  databaseLogLost,
  databaseLost,
  databaseHarmedInUse,
  balanceFalsified,
  clockSteps,
]
