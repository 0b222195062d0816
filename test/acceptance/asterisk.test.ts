/**
 * A real PBX's recording through the whole product: the command line sends it to a real server, and
 * the API says what Asterisk itself counted.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oracle } from '../fixtures/asterisk/recording.ts'
import { API_KEY, startServer } from '../server.ts'
import type { RunningServer } from '../server.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/asterisk/${name}`, import.meta.url))
/** Starting a server and sending a recording, on a machine that is busy with other tests. */
const LIMIT_MS = 300_000

/** Asterisk's own formula, and each queue's own threshold: its `servicelevel`. */
const thresholds = { sales: 15, support: 20, billing: 30, orders: 10 }
const directory = {
  queues: Object.entries(thresholds).map(([key, thresholdSeconds]) => ({
    key,
    serviceLevel: { thresholdSeconds, answeredOnly: true },
  })),
}

/** By queue_log: offered, answered, abandoned (short ones too), timed out, empty, key, withdrawn. */
const counted = {
  sales: [144, 97, 40, 6, 0, 0, 1],
  support: [207, 146, 45, 0, 0, 16, 0],
  billing: [137, 86, 34, 0, 9, 8, 0],
  orders: [132, 88, 39, 5, 0, 0, 0],
} as const
type Queue = keyof typeof counted
const queues = Object.keys(counted) as Queue[]

/** Asterisk's ServicelevelPerf at the end, in percent of the calls it completed. */
const servicelevelPerf = { sales: 81.4, support: 93.8, billing: 96.5 }

type Value = {
  value: number | null
  parts: Record<string, { booked: number; live: number }>
  breakdown?: { key: string | null; amount: number }[]
}
type Metrics = { values: Record<string, Value> }

const span = 'from=2026-11-21T17:00:00Z&to=2026-11-21T19:00:00Z'

async function valuesOf(
  server: RunningServer,
  queue: string,
  ids: string,
): Promise<Record<string, Value>> {
  const { status, body } = await server.get(`/api/metrics?scope=queue:${queue}&${span}&ids=${ids}`)
  expect(status).toBe(200)
  return (body as Metrics).values
}

async function countsOf(server: RunningServer, queue: string): Promise<number[]> {
  const values = await valuesOf(
    server,
    queue,
    'callsOffered,callsAnswered,callsAbandoned,shortAbandons,callsOverflowed',
  )
  const count = (id: string): number => values[id]?.value ?? Number.NaN
  const flowedOut = new Map(
    values['callsOverflowed']?.breakdown?.map(({ key, amount }) => [key, amount]),
  )
  return [
    count('callsOffered'),
    count('callsAnswered'),
    count('callsAbandoned') + count('shortAbandons'),
    ...['timeout', 'empty', 'exitKey', 'withdrawn'].map((outcome) => flowedOut.get(outcome) ?? 0),
  ]
}

/** Runs the command line against a server; resolves with what it printed. */
async function ringside(server: RunningServer, ...words: string[]): Promise<string> {
  const cli = spawn(process.execPath, ['--import', 'tsx', 'server/cli/main.ts', ...words], {
    cwd: ROOT,
    env: { ...process.env, RINGSIDE_URL: server.url, RINGSIDE_API_KEY: API_KEY },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [cli.stdout, cli.stderr]) {
    stream.on('data', (part: Buffer) => {
      printed += part.toString()
    })
  }
  await once(cli, 'exit')
  expect(cli.exitCode, printed).toBe(0)
  return printed
}

const importQueueLog = (server: RunningServer) =>
  ringside(server, 'import', 'asterisk-queue-log', fixture('queue_log.gz'))
const replayAmi = (server: RunningServer) =>
  ringside(
    server,
    'replay',
    fixture('ami.txt.gz'),
    '--format',
    'asterisk-ami',
    '--chunks',
    fixture('ami.chunks.jsonl.gz'),
    '--speed',
    'max',
  )

async function serverWithDirectory(): Promise<RunningServer> {
  const server = await startServer()
  const put = await fetch(`${server.url}/api/directory`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(directory),
  })
  expect(put.status, await put.text()).toBeLessThan(300)
  return server
}

/** What must hold however the recording came in. */
function laws(serverOf: () => RunningServer): void {
  it.each(queues)(
    '%s: offered, answered, abandoned and flowed out as Asterisk logged',
    async (queue) => {
      expect(await countsOf(serverOf(), queue)).toEqual(counted[queue])
    },
  )

  it.each(queues)("%s: Asterisk's own Completed and Abandoned", async (queue) => {
    const [, answered = 0, abandoned = 0, timeout = 0, empty = 0, , withdrawn = 0] = await countsOf(
      serverOf(),
      queue,
    )
    const { completed, abandoned: countedByAsterisk } = oracle()
    expect(answered).toBe(completed[queue])
    // Its Abandoned holds everybody who left unanswered, but for those who pressed a key.
    expect(abandoned + timeout + empty + withdrawn).toBe(countedByAsterisk[queue])
  })

  it.each(Object.entries(servicelevelPerf))(
    '%s: the service level by its own formula, within one call',
    async (queue, percent) => {
      const { serviceLevel } = await valuesOf(serverOf(), queue, 'serviceLevel')
      const met = serviceLevel?.parts['met']?.booked ?? Number.NaN
      const completed = oracle().completed[queue] ?? 0
      expect(serviceLevel?.parts['decided']?.booked).toBe(completed)
      expect(Math.abs(met - (percent / 100) * completed)).toBeLessThanOrEqual(1.05)
    },
  )

  it.each(queues)('%s: its calls are listed, and their entries add up', async (queue) => {
    type Explained = {
      parts: Record<string, { booked: number; live: number }>
      entries: { amount: number; subject: string; parts: string[] }[]
      next?: string | null
    }
    for (const id of ['callsAnswered', 'serviceLevel']) {
      const sums = new Map<string, number>()
      const subjects = new Set<string>()
      let page: string | null = ''
      let explained: Explained | null = null
      while (page !== null) {
        const cursor: string = page === '' ? '' : `&cursor=${encodeURIComponent(page)}`
        const { status, body } = await serverOf().get(
          `/api/explain?scope=queue:${queue}&${span}&id=${id}${cursor}`,
        )
        expect(status, JSON.stringify(body)).toBe(200)
        explained = body as Explained
        for (const { amount, parts, subject } of explained.entries) {
          for (const part of parts) sums.set(part, (sums.get(part) ?? 0) + amount)
          subjects.add(subject)
        }
        page = explained.next ?? null
      }
      for (const [part, { booked }] of Object.entries(explained?.parts ?? {})) {
        expect(sums.get(part) ?? 0, `${id} ${part}`).toBe(booked)
      }
      expect(subjects.size).toBeGreaterThan(0)
    }
  })

  it('nobody is left waiting or talking, and nothing was refused', async () => {
    const { body } = await serverOf().get('/api/live?scope=center')
    expect(body).toMatchObject({ waiting: [], talking: [] })
    const { body: status } = await serverOf().get('/api/status')
    expect(status).toMatchObject({ deadLetters: [], unopened: { facts: 0 } })
  })

  it('reconcile finds no difference', async () => {
    const { body } = await serverOf().get('/api/reconcile?day=2026-11-21')
    expect(body).toMatchObject({ day: '2026-11-21', differences: [] })
    expect((body as { checked: number }).checked).toBeGreaterThan(0)
  })
}

describe('a queue_log, imported', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await serverWithDirectory()
    await importQueueLog(server)
  }, LIMIT_MS)
  afterAll(async () => {
    await server.stop()
    await server.clean()
  }, LIMIT_MS)
  laws(() => server)

  it(
    'imported twice changes nothing',
    async () => {
      await importQueueLog(server)
      for (const queue of queues) expect(await countsOf(server, queue)).toEqual(counted[queue])
    },
    LIMIT_MS,
  )

  it('says n/a, and why, where a queue_log tells nothing', async () => {
    const values = await valuesOf(server, 'sales', 'averageHoldTime,averageWrapTime')
    for (const id of ['averageHoldTime', 'averageWrapTime']) {
      expect(values[id]).toMatchObject({
        value: null,
        reason: 'notReported',
        source: '/asterisk/pbx-1/queue-log',
      })
    }
  })

  it(
    'keeps all of it over a restart',
    async () => {
      await server.stop()
      server = await startServer({ dataDir: server.dataDir })
      for (const queue of queues) expect(await countsOf(server, queue)).toEqual(counted[queue])
    },
    LIMIT_MS,
  )
})

describe('an AMI capture, replayed', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await serverWithDirectory()
    await replayAmi(server)
  }, LIMIT_MS)
  afterAll(async () => {
    await server.stop()
    await server.clean()
  }, LIMIT_MS)
  laws(() => server)

  it(
    'shows who waited at each of the 176 instants at which Asterisk was asked',
    async () => {
      const { snapshots } = oracle()
      const differences: string[] = []
      const waitingAt = async (atMs: number): Promise<Map<string, number>> => {
        const at = new Date(atMs).toISOString()
        const { body } = await server.get(`/api/live?scope=center&at=${at}`)
        const counts = new Map<string, number>()
        for (const { queue } of (body as { waiting: { queue: string }[] }).waiting) {
          counts.set(queue, (counts.get(queue) ?? 0) + 1)
        }
        return counts
      }
      for (const { fromMs, toMs, waiting } of snapshots) {
        // While Asterisk answered, callers may have come or gone.
        const found = [await waitingAt(fromMs), await waitingAt(toMs)]
        for (const queue of queues) {
          const counts = found.map((at) => at.get(queue) ?? 0)
          if (counts.includes(waiting[queue] ?? Number.NaN)) continue
          differences.push(
            `${String(fromMs)} ${queue}: ${String(waiting[queue])}, found ${counts.join()}`,
          )
        }
      }
      expect(snapshots.length * queues.length).toBe(176)
      expect(differences).toEqual([])
    },
    LIMIT_MS,
  )
})

describe('both feeds of one PBX', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await serverWithDirectory()
    await importQueueLog(server)
    await replayAmi(server)
  }, LIMIT_MS)
  afterAll(async () => {
    await server.stop()
    await server.clean()
  }, LIMIT_MS)
  laws(() => server)
})
