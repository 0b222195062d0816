/** Faults around the keeper: it is killed, and its database goes away and comes back. */
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Sqlite from 'libsql'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { calls } from '../../test/calls.ts'
import { databaseKinds } from '../../test/database.ts'
import {
  append,
  booksOf,
  committed,
  differences,
  makeOpened,
  makeStream,
  NOW_MS,
  startKeeper,
  until,
  type OpenedDatabase,
  type TestStream,
} from '../../test/keeping.ts'
import { MINUTE_MS } from '../../shared/time.ts'
import { openDatabase } from '../database/database.ts'
import { createEngine } from '../engine/fold.ts'
import type { Engine } from '../engine/subject.ts'
import { comparePlaces, START, type Place } from '../stream/eventLog.ts'
import { keysOf } from '../stream/redisKeys.ts'

describe.each(databaseKinds)('with %s', { timeout: 240_000 }, (kind) => {
  let opened: OpenedDatabase
  let stream: TestStream
  beforeEach(async () => {
    opened = await makeOpened(kind, inject('postgresUrl'))
    stream = makeStream(inject('redisSocket'))
  })
  afterEach(async () => {
    stream.end()
    await opened.close()
  })

  /** The books that a keeper makes of the same stream when nothing happens to it. */
  const undisturbed = async () => {
    const other = await makeOpened(kind, inject('postgresUrl'))
    const kept = startKeeper({ ...other, ...stream })
    await committed(kept, await stream.log.end())
    await kept.stop()
    const books = await booksOf(other.database, stream.center)
    await other.close()
    return books
  }

  it('has the same books after any number of kill -9', async () => {
    const seed = randomInt(1_000_000)
    const random = randomOf(seed)
    const stopFeeding = new AbortController()
    const feeding = feed(stopFeeding.signal)
    const places: Place[] = []
    for (let kills = 0; kills < 4; kills++) {
      places.push(await keepUntilKilled(places.at(-1) ?? START, random))
    }
    stopFeeding.abort()
    await feeding
    const last = startKeeper({ ...opened, ...stream })
    const end = await stream.log.end()
    await committed(last, end)
    await last.stop()

    const books = await booksOf(opened.database, stream.center)
    const message = `seed ${String(seed)}, killed about ${places.join(', ')} of ${end}`
    expect(differences(books, await undisturbed()), message).toEqual([])
    expect(new Set(places).size).toBe(places.length)
    console.log(`${message}: ${String(books.entries.length)} entries`)
  })

  /** Sends calls, a few events at a time, as a busy center does. */
  const feed = async (signal: AbortSignal): Promise<void> => {
    const events = calls(20_000)
    for (let at = 0; at < events.length && !signal.aborted; at += 8) {
      await stream.log.append(events.slice(at, at + 8))
      await pause(25)
    }
  }

  /** Runs a keeper in a process of its own, and kills it soon after it has gone on from a place. */
  const keepUntilKilled = async (after: Place, random: () => number): Promise<Place> => {
    const { url, file } = opened.at
    const options = { url, file, redisSocket: inject('redisSocket'), center: stream.center }
    const tsx = fileURLToPath(import.meta.resolve('tsx'))
    const program = fileURLToPath(new URL('../../test/keepBooks.ts', import.meta.url))
    const child = spawn(process.execPath, ['--import', tsx, program, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    let place = after
    const goneOn = (async () => {
      for await (const chunk of child.stdout) {
        const [, committedPlace = START] = String(chunk).trim().split('\n').at(-1)?.split(' ') ?? []
        if (comparePlaces(committedPlace, after) > 0) place = committedPlace
      }
    })()
    await until('it goes on', () => place !== after || child.exitCode !== null)
    // Somewhere in what comes next: a fold, a commit, or between the two.
    await pause(Math.floor(random() * 500))
    child.kill('SIGKILL')
    await exited
    await goneOn
    expect(child.signalCode).toBe('SIGKILL')
    return place
  }

  describe('a database that goes away and comes back', () => {
    const events = calls(200)

    it('holds up neither live numbers nor, in the end, the books', async () => {
      const gate = await gateTo(opened)
      const kept = startKeeper({ ...stream, ...gate })
      await committed(kept, await append(stream.log, events.slice(0, 500)))
      await gate.cut()
      const place = await append(stream.log, events.slice(500))
      await until('it is folded and told', () => kept.updates.at(-1)?.place === place)
      await until('it is known to be away', () => {
        return kept.keeper.status().databaseAwaySinceMs !== null
      })
      expect(comparePlaces(kept.keeper.status().committed, place)).toBeLessThan(0)
      expect(kept.keeper.status().unwritten).toBeGreaterThan(0)
      gate.mend()
      await committed(kept, place)
      expect(kept.keeper.status()).toMatchObject({ databaseAwaySinceMs: null, epoch: 1 })
      await kept.stop()
      await gate.close()
      const books = await booksOf(opened.database, stream.center)
      expect(differences(books, await undisturbed())).toEqual([])
    })

    it('stops the reading when too much waits for it, and loses nothing', async () => {
      const gate = await gateTo(opened)
      const waiting: number[] = []
      const kept = startKeeper({
        ...stream,
        ...gate,
        maxUnwrittenRows: 600,
        publish: () => {
          waiting.push(kept.keeper.status().unwritten)
        },
      })
      await committed(kept, await append(stream.log, events.slice(0, 100)))
      await gate.cut()
      const place = await append(stream.log, calls(700).slice(100))
      await until('much waits', () => kept.keeper.status().unwritten > 600)
      gate.mend()
      await committed(kept, place)
      await kept.stop()
      await gate.close()
      // A slice was folded when there was room, and then no more: all of it has some 17,000 rows.
      expect(Math.max(...waiting)).toBeLessThan(5_000)
      const books = await booksOf(opened.database, stream.center)
      expect(differences(books, await undisturbed())).toEqual([])
    })

    it('has what it was not asked about checked when it is back', async () => {
      let nowMs = NOW_MS
      const gate = await gateTo(opened)
      let engine: Engine | null = null
      const kept = startKeeper({
        ...stream,
        ...gate,
        now: () => nowMs,
        makeEngine: (directories) => (engine = createEngine({ directories })),
      })
      const heldContacts = () =>
        [...(engine?.held() ?? [])].filter(({ key }) => key.startsWith('contact/'))
      const late = events.filter(({ type }) => type === 'contact.wrapUpEnded').slice(0, 10)
      const early = events.filter((event) => !late.includes(event)).slice(0, 600)
      await committed(kept, await append(stream.log, early))
      // Closed calls leave memory; the door forgets what was delivered.
      nowMs += 10 * MINUTE_MS
      await until('closed calls have left memory', () => heldContacts().length < 20)
      const { door, doorPosition } = keysOf(stream.center)
      await stream.redis.del(door, doorPosition)
      await gate.cut()
      // Said of calls that only the database has; and once more what was said long ago.
      const place = await append(stream.log, [...late, ...early.slice(100, 130)])
      await until('it is told', () => kept.updates.at(-1)?.place === place)
      gate.mend()
      await committed(kept, place)
      const { counts, epoch } = kept.keeper.status()
      expect(counts).toMatchObject({ folded: 610, duplicates: 30 })
      // What had been told is withdrawn by a new epoch, where it may have been wrong.
      if (kind === 'postgres') expect(epoch).toBe(2)
      await kept.stop()
      await gate.close()
      const books = await booksOf(opened.database, stream.center)
      expect(differences(books, await undisturbed())).toEqual([])
    })
  })

  it('waits for a database that is away when it starts, or when it ends', async () => {
    const gate = await gateTo(opened)
    await gate.cut()
    const kept = startKeeper({ ...stream, ...gate })
    await until('it has tried', () => kept.keeper.status().lastFailure !== null)
    expect(kept.keeper.status().state).toBe('waiting')
    gate.mend()
    await committed(kept, await append(stream.log, calls(10)))
    await gate.cut()
    await append(stream.log, calls(20).slice(100))
    await until('it is folded', async () => kept.keeper.status().place === (await stream.log.end()))
    // What is not committed then is read again by the next one.
    await kept.stop()
    gate.mend()
    await gate.close()
    const next = startKeeper({ ...opened, ...stream })
    await committed(next, await stream.log.end())
    await next.stop()
    const books = await booksOf(opened.database, stream.center)
    expect(differences(books, await undisturbed())).toEqual([])
  })
})

/** A way to a database that can be cut: a proxy to a server, or a lock on a file. */
async function gateTo(opened: OpenedDatabase) {
  return opened.at.url === null ? lockOn(opened) : proxyTo(opened.at.url)
}

/** SQLite is away while another process holds its lock; reads go on. */
async function lockOn({ at, database }: OpenedDatabase) {
  let holder: Sqlite.Database | null = null
  const mend = (): void => {
    holder?.exec('rollback')
    holder?.close()
    holder = null
  }
  return {
    database,
    cut: async () => {
      await until('it is locked', () => {
        const attempt = new Sqlite(at.file)
        try {
          attempt.exec('begin exclusive')
          holder = attempt
          return true
        } catch {
          attempt.close()
          return false
        }
      })
    },
    mend,
    close: async () => {
      mend()
    },
  }
}

/** A socket in front of the server's, so that connections break as they do in the world. */
async function proxyTo(url: string) {
  const target = new URL(url)
  const folder = target.searchParams.get('host') ?? ''
  const path = join(tmpdir(), `ringside-gate-${String(randomInt(1e9))}`)
  // PostgreSQL's clients look for a socket of this name in the folder that is the host.
  const { mkdir } = await import('node:fs/promises')
  await mkdir(path)
  const socketFile = join(path, '.s.PGSQL.5432')
  const sockets = new Set<Socket>()
  let server: Server | null = null
  const mend = (): void => {
    server = createServer((near) => {
      const far = connect(join(folder, '.s.PGSQL.5432'))
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one)
        one.on('error', () => other.destroy())
        one.on('close', () => {
          sockets.delete(one)
          other.destroy()
        })
        one.pipe(other)
      }
    })
    server.listen(socketFile)
  }
  const cut = async (): Promise<void> => {
    server?.close()
    server = null
    for (const socket of sockets) socket.destroy()
    await rm(socketFile, { force: true })
  }
  mend()
  target.searchParams.set('host', path)
  const database = await openDatabase({ url: target.href, file: '' })
  return {
    database,
    cut,
    mend,
    close: async () => {
      await database.close()
      await cut()
      await rm(path, { recursive: true, force: true })
    },
  }
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
