/** Makes the parts and joins them; nothing imports it. */
import { createHash } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { HOUR_MS, SECOND_MS } from '../shared/time.ts'
import { createApp } from './api/app.ts'
import { answerMalformed } from './api/malformed.ts'
import type { Readiness } from './api/health.ts'
import { apiRoutes } from './api/routes.ts'
import { signInGuard } from './api/signInGuard.ts'
import { isCrossSite } from './auth/crossSite.ts'
import { ensureAdministrator, hostToListen, isPasswordSet } from './auth/firstAdministrator.ts'
import { createIdentity } from './auth/identity.ts'
import { createCalendar } from './books/calendar.ts'
import type { Backups } from './books/trimming.ts'
import { forgetOld } from './auth/tidying.ts'
import { openCenter, whileAlone } from './center.ts'
import type { Center } from './center.ts'
import { readConfig, unknownSettings } from './config.ts'
import type { Config } from './config.ts'
import { lacksOf } from './connectors/registry.ts'
import { lockDataDir, refusal } from './dataLock.ts'
import { backUpBeside } from './database/backupProcess.ts'
import { openDatabase, type Database } from './database/database.ts'
import { openEmbedded, type Condition } from './database/embedded.ts'
import { isDamaged } from './database/failure.ts'
import { nightlyBackups, type Nightly, type Storage } from './database/nightly.ts'
import { serveGateway } from './gateway/gateway.ts'
import { admission } from './gateway/watcher.ts'
import { createFreshness } from './ingest/freshness.ts'
import { eventsHandler } from './ingest/http.ts'
import { listen } from './listener.ts'
import { createLog } from './log.ts'
import { processMetrics } from './metrics.ts'
import { ensureRedis } from './redis/ensure.ts'
import { simulatedDirectory } from './simulator/directory.ts'
import { runSimulator } from './simulator/run.ts'
import { ownConnection } from './stream/redisConnection.ts'

const ROOT = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url),
)
/** What still runs when asked to end gets so long; then the process ends all the same. */
const END_LIMIT_MS = 30 * SECOND_MS
/** How often what feeds have sent is looked at, for their freshness. */
const FRESHNESS_MS = SECOND_MS
/** How often what people did, and is too old, is deleted. */
const FORGET_MS = HOUR_MS
/** Under which name the simulator keeps its place; and which of all possible centers it plays. */
const SIMULATOR = 'simulator'
const SIMULATOR_SEED = 1
/** What the keys begin with that count sign-ins: all in one slot, so that one connection serves. */
const SIGN_IN_KEYS = 'ringside:{sign-in}:'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** Ends the process before it has begun, with what to do about it. */
function giveUp(why: string): never {
  process.stderr.write(`${why}\n`)
  process.exit(1)
}

function configOrEnd(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    return giveUp(error instanceof Error ? error.message : String(error))
  }
}

const now = (): number => Date.now()
const config = configOrEnd()
const log = createLog(config.LOG_LEVEL)
for (const name of unknownSettings(process.env)) log.warn(`${name} is no setting of ours; ignored`)

const roles = config.RINGSIDE_ROLES
const dataDir = resolve(config.DATA_DIR)
// Where Redis and the database are servers, nothing of ours is in the folder.
const usesFolder = config.REDIS_URL === null || config.DATABASE_URL === null
const lock = usesFolder ? lockDataDir(dataDir, now()) : null
if (lock && !lock.ok) giveUp(refusal(lock))

const ending = new AbortController()
// Every part of every center that runs listens for the end: more than Node takes for a mistake.
setMaxListeners(100, ending.signal)
const end = (): void => {
  ending.abort()
}
// Each Ctrl-C arrives twice, from the terminal and from npm: the second one must change nothing.
process.on('SIGINT', end)
process.on('SIGTERM', end)

const ensured = await ensureRedis({
  dataDir,
  fsync: config.RINGSIDE_REDIS_FSYNC,
  cacheDir: join(ROOT, '.cache'),
  redisUrl: config.REDIS_URL,
  redisBin: config.RINGSIDE_REDIS_BIN,
  searchPath: process.env['PATH'] ?? '',
  report: say,
})
const redisServer = ensured.kind === 'unobtainable' ? giveUp(ensured.explanation) : ensured
const redis = redisServer.address
const signInCounts = ownConnection(redis, SIGN_IN_KEYS, 'sign-in')
signInCounts.on('error', (error: Error) => {
  log.warn({ err: error }, 'Redis')
})

const databaseFile = join(dataDir, 'main.db')
const backups = join(dataDir, 'backups')
const { database, condition } =
  config.DATABASE_URL === null
    ? await embedded(databaseFile, backups)
    : { database: await openDatabase({ url: config.DATABASE_URL, file: '' }), condition: null }

/** The embedded database of a file, with the newest backup in its place where it is damaged. */
async function embedded(
  file: string,
  folder: string | null,
): Promise<{ database: Database; condition: Condition }> {
  const alarm = (line: string): void => {
    log.error(line)
  }
  const opening = await openEmbedded({ file, backups: folder, now, alarm })
  if (opening.kind === 'open') return opening
  // It would outlive us: nothing else runs yet that needs to be ended in order.
  await redisServer.stop()
  return giveUp(opening.explanation)
}
const first = roles.has('api')
  ? await ensureAdministrator(database.kysely, config.RINGSIDE_ADMIN_PASSWORD, now())
  : null

const report = (line: string): void => {
  log.info(line)
}
/** How the embedded database and its backups are; null before it is known, or where there is none. */
const storage = async (): Promise<Storage | null> => {
  if (!condition || !nightly) return null
  return { ...nightly.status(), damage: condition.damage(), kept: await condition.kept() }
}
/** Of one database server there may be other processes; they share Redis as well. */
const isShared = config.DATABASE_URL !== null
/** Whether the stream is kept for backups of ours: others may be later than they should. */
const isBackedUp = condition !== null && config.RINGSIDE_BACKUP_TIME !== 'off'
const backupsOf = (center: string): Backups => ({
  neededFrom: (generation) => nightly?.neededFrom(center, generation) ?? null,
  make: async () => (await nightly?.make()) ?? false,
})
const openOne = (key: string, simulated: boolean, own: Database): Center =>
  openCenter({
    key,
    simulated,
    redis,
    replicas: config.RINGSIDE_REDIS_REPLICAS,
    database: own,
    roles,
    isShared,
    backups: isBackedUp && !simulated ? backupsOf(key) : null,
    liveBook: () => gateway?.followed(key)?.book() ?? null,
    storage: simulated ? async () => null : storage,
    now,
    report,
  })
const [firstKey = 'main', ...otherKeys] = config.RINGSIDE_CENTERS
const firstCenter = openOne(firstKey, false, database)
const realCenters = [firstCenter, ...otherKeys.map((key) => openOne(key, false, database))]
const nightly = condition ? await backedUp(condition) : null
const demoCenter = (await wantsDemo()) ? await openDemo() : null
const centers = new Map<string, Center>(
  [...realCenters, ...(demoCenter ? [demoCenter] : [])].map((center) => [center.key, center]),
)

/** The simulated center is on until the first real source is set, unless told otherwise. */
async function wantsDemo(): Promise<boolean> {
  if (config.RINGSIDE_DEMO !== 'auto') return config.RINGSIDE_DEMO === 'on'
  const current = await Promise.all(realCenters.map(({ directory }) => directory.current()))
  return current.every(({ directory }) =>
    directory.sources.every(({ connector }) => connector === undefined),
  )
}

async function openDemo(): Promise<Center> {
  if (isShared) return openOne('demo', true, database)
  // What is simulated is simulated again: no backups.
  return openOne('demo', true, (await embedded(join(dataDir, 'demo.db'), null)).database)
}

/** The backups of the embedded database, a day each; it begins with the center's books. */
async function backedUp(found: Condition): Promise<Nightly> {
  return nightlyBackups({
    folder: backups,
    backUp: (nowMs) => backUpBeside(databaseFile, backups, nowMs, ending.signal),
    keep: config.RINGSIDE_BACKUP_KEEP,
    dueMs: async (nowMs) => {
      const time = config.RINGSIDE_BACKUP_TIME
      // Without a stream to go on from, a backup could not be followed by anything.
      if (time === 'off' || firstCenter.keeper?.status().generation === '') return null
      const { center } = (await firstCenter.directory.current()).directory
      return createCalendar({ ...center, businessDayStart: time }).dayStart(nowMs)
    },
    now,
    done: ({ file, bytes }) => {
      log.info({ file, bytes }, 'backed up')
    },
    failed: (error) => {
      if (ending.signal.aborted) return
      log.error({ err: error }, 'the backup failed; it is tried again')
      if (isDamaged(error)) found.met(error instanceof Error ? error.message : String(error))
    },
  })
}

/** The first center, or the simulated one while no real one has had an event. */
async function shownCenter(): Promise<string> {
  if (!demoCenter) return firstKey
  for (const { stream } of realCenters) {
    const feeds = await stream.feeds.read()
    if (feeds.some(({ accepted }) => accepted > 0)) return firstKey
  }
  return demoCenter.key
}

const identity = createIdentity({
  database: database.kysely,
  apiKey: config.RINGSIDE_API_KEY,
  firstCenter: firstKey,
  trustProxy: config.RINGSIDE_TRUST_PROXY !== false,
  now,
})
const clientDir = join(ROOT, 'dist/client')
const hasClient = existsSync(join(clientDir, 'index.html'))
const build = hasClient
  ? createHash('sha256')
      .update(readFileSync(join(clientDir, 'index.html')))
      .digest('hex')
      .slice(0, 12)
  : 'no-screens'
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string
}

const metrics = processMetrics({
  centers: () => [...centers.values()],
  storage: () =>
    condition && nightly ? { ...nightly.status(), damage: condition.damage() } : null,
  sockets: () => gateway?.counts().sockets ?? 0,
  now,
})

async function readiness(): Promise<Readiness> {
  const fault = (error: unknown): string => (error instanceof Error ? error.message : String(error))
  const states = [...centers.values()].flatMap(({ key, keeper }) =>
    keeper ? [`${key}: ${keeper.status().state}`] : [],
  )
  const isFollowing = states.every((state) => state.endsWith(': following'))
  const damage = condition?.damage() ?? null
  return {
    stream: await Promise.all(realCenters.map(({ stream }) => stream.log.end())).then(
      () => null,
      fault,
    ),
    database: await database.kysely
      .selectFrom('center')
      .select('center')
      .limit(1)
      .execute()
      .then(() => damage && `damaged: ${damage}`, fault),
    engine: isFollowing ? null : states.join(', '),
  }
}

const served = {
  of: (key: string) => centers.get(key)?.parts ?? null,
  keys: () => [...centers.keys()],
}
const http = createServer()
answerMalformed(http)
const app = createApp({
  identity,
  centers: {
    ...served,
    shown: shownCenter,
  },
  trustProxy: config.RINGSIDE_TRUST_PROXY,
  now,
  routes: roles.has('api')
    ? apiRoutes({
        database: database.kysely,
        identity,
        centers: served,
        limits: signInGuard({
          sendCommand: ([command = '', ...rest]) => signInCounts.call(command, ...rest),
          prefix: SIGN_IN_KEYS,
          log,
        }),
        now,
        onPasswordSet: () => {
          listener.moveTo(config.HOST).catch((error: unknown) => {
            log.error({ err: error }, `cannot listen on ${config.HOST}`)
          })
        },
        onSessionsEnded: () => {
          // Gateways elsewhere look by themselves.
          void gateway?.recheck()
        },
      })
    : [],
  events: roles.has('ingest')
    ? eventsHandler({
        authorise: (request) => identity.authoriseEvents(request),
        doorOf: (center) => centers.get(center)?.door ?? null,
        failed: (error) => {
          log.error({ err: error }, 'POST /api/events')
        },
      })
    : null,
  readiness,
  metrics,
  clientDir: hasClient && roles.has('api') ? clientDir : null,
  version,
  log,
})
http.on('request', app)

const freshness = new Map(
  [...centers.values()].map((center) => [center.key, followFreshness(center)] as const),
)
const gateway = roles.has('gateway')
  ? serveGateway({
      httpServer: http,
      centers: [...centers.values()].flatMap(
        ({ key, simulated, database: own, feed, directory }) =>
          feed
            ? [
                {
                  key,
                  simulated,
                  database: own,
                  feed,
                  readDirectory: async () => (await directory.current()).directory,
                  sources: () => freshness.get(key)?.sources(now()) ?? [],
                },
              ]
            : [],
      ),
      shownCenter,
      admit: admission((headers) => identity.callerOf(headers)),
      isOwnPage: ({ headers }) => !isCrossSite('POST', headers, headers.host ?? null),
      addressOf: (request) => request.socket.remoteAddress ?? '',
      build,
      now,
      report,
    })
  : null

/** Looks at what the feeds of a center have sent, once a second, until the end. */
function followFreshness(center: Center) {
  let lacks = new Map<string, readonly string[]>()
  const fresh = createFreshness((source) => lacks.get(source) ?? [])
  const look = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        const counts = await center.stream.feeds.read()
        const { directory } = await center.directory.current()
        lacks = new Map(
          counts.flatMap(({ source }) =>
            source === null ? [] : [[source, lacksOf(source, directory)]],
          ),
        )
        fresh.look(counts)
      } catch (error) {
        // Redis or the database is away: what was last known ages by itself, and is shown so.
        log.debug({ err: error }, 'freshness')
      }
      await pause(FRESHNESS_MS, undefined, { signal: ending.signal }).catch(() => undefined)
    }
  }
  void look()
  return fresh
}

const host = hostToListen(config.HOST, await isPasswordSet(database.kysely))
const listener = await listen(http, host, config.PORT).catch(async (error: unknown) => {
  // A process that exits while a thread of it is inside SQLite aborts, and tells no exit code.
  await closeDatabases()
  return giveUp(
    `Cannot listen on ${host}:${String(config.PORT)}: ${String(error)}. Set another PORT.`,
  )
})

const running = [...centers.values()].map((center) => center.run(ending.signal))
if (nightly) running.push(nightly.run(ending.signal))
if (roles.has('api')) running.push(forgetOldDoings())
if (demoCenter && roles.has('connectors')) {
  const center = demoCenter
  running.push(whileAlone(center.database, 'simulator', ending.signal, () => simulate(center)))
}

/** The audit log and sessions are of the whole house; how long is said with the center main. */
async function forgetOldDoings(): Promise<void> {
  while (!ending.signal.aborted) {
    try {
      const { retention } = (await firstCenter.directory.current()).directory.center
      await forgetOld(database.kysely, retention, now())
    } catch (error) {
      log.warn({ err: error }, 'what is too old is deleted later')
    }
    await pause(FORGET_MS, undefined, { signal: ending.signal }).catch(() => undefined)
  }
}

async function simulate(center: Center): Promise<void> {
  const put = await center.directory.put(simulatedDirectory(), 'simulator', now(), null)
  if (!put.ok) throw new Error(`The simulator's directory is refused: ${JSON.stringify(put)}`)
  center.parts.outboxChanged()
  await runSimulator({
    emit: (events) => center.emit(events, ending.signal),
    place: await center.places.read(SIMULATOR),
    keepPlace: (place) => center.places.keep(SIMULATOR, place),
    now,
    wait: (ms, signal) => pause(ms, undefined, { signal }).catch(() => undefined),
    signal: ending.signal,
    report: (line) => {
      report(`simulator: ${line}`)
    },
    seed: SIMULATOR_SEED,
    speed: 'max',
  })
}

greet()

function greet(): void {
  const address = `http://localhost:${String(listener.port())}`
  say('')
  say(`Ringside ${version} is at ${address}`)
  say(`  wall     ${address}/wall/center`)
  say(`  console  ${address}/live`)
  if (demoCenter)
    say('  The numbers are simulated until a real source is set (RINGSIDE_DEMO=off ends it).')
  if (!first) {
    say(`  this process runs ${[...roles].join(', ')}; others run the rest`)
  } else if (first.made && first.password !== null) {
    say(`  sign in  name ${first.name}, password ${first.password} (shown this once; change it)`)
  } else if (first.made) {
    say(`  sign in  name ${first.name}, password as in RINGSIDE_ADMIN_PASSWORD`)
  } else say('  sign in  with the name and password that you know')
  if (host !== config.HOST) {
    say(`  Until an administrator has set a password, it is reached from this machine only.`)
  }
  say('  Ctrl-C ends it.')
}

/** Ends in the order in which nothing is lost: no more input, then the books, then what holds them. */
async function shutDown(): Promise<void> {
  listener.close()
  await gateway?.close()
  http.closeAllConnections()
  await Promise.allSettled(running)
  for (const center of centers.values()) await center.close()
  await closeDatabases()
  signInCounts.disconnect()
  await redisServer.stop()
}

async function closeDatabases(): Promise<void> {
  if (demoCenter && demoCenter.database !== database) await demoCenter.database.close()
  await database.close()
}

// A part that throws has met a bug, or others have taken over: end the process, so that whatever
// runs it starts it afresh.
const fault = await Promise.race([
  Promise.all(running).then(
    () => null,
    (error: unknown) => ({ error }),
  ),
  new Promise<null>((done) => {
    ending.signal.addEventListener('abort', () => {
      done(null)
    })
  }),
])
if (fault) log.fatal({ err: fault.error }, 'ending')
end()
const hurry = setTimeout(() => {
  log.error('did not end in time')
  process.exit(1)
}, END_LIMIT_MS)
hurry.unref()
await shutDown()
lock?.release()
process.exit(fault ? 1 : 0)
