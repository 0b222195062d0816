/** Thousands of websocket clients in a process of their own: they read, count, and say how late. */
import { openLiveClient, type LiveClient } from './live/socket.ts'

/** What the bench asks for: clients of a port, the first message of each, and the measuring. */
export type ClientsJob =
  | { do: 'open'; port: number; count: number; path: string; watches: string[] }
  | { do: 'start' }
  | { do: 'stop' }
  | { do: 'close' }

export type ClientsReport =
  | { said: 'open' }
  | {
      said: 'measured'
      frames: number
      bytes: number
      /** When each of some clients read its deltas, in microseconds of the monotonic clock. */
      read: { client: number; atMicros: number[] }[]
    }
  | { said: 'closed' }

/** What a delta begins with. */
const DELTA = Buffer.from('42["delta"')
/** One client in so many notes when it reads; the others only count. */
const SAMPLE = 20
/** Connections opened at a time: more, and the listener's queue overflows. */
const AT_ONCE = 200

const clients: LiveClient[] = []
let isMeasuring = false
let frames = 0
let bytes = 0
let read = new Map<number, number[]>()

/** Opens one client; resolves when it has its first event. */
async function open(port: number, path: string, watch: string, client: number): Promise<void> {
  const event = (payload: Buffer): void => {
    count(payload, client)
  }
  clients.push(await openLiveClient({ port, path, watch, event }))
}

function count(payload: Buffer, client: number): void {
  if (!isMeasuring) return
  // Ticks count as well: sending them costs as much.
  frames += 1
  bytes += payload.length
  if (client % SAMPLE !== 0) return
  if (payload.compare(DELTA, 0, DELTA.length, 0, DELTA.length) !== 0) return
  const atMicros = read.get(client) ?? []
  atMicros.push(Number(process.hrtime.bigint() / 1_000n))
  read.set(client, atMicros)
}

async function openAll(job: Extract<ClientsJob, { do: 'open' }>): Promise<void> {
  for (let from = 0; from < job.count; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, job.count - from) }, (_, n) => from + n)
    await Promise.all(
      some.map((n) => open(job.port, job.path, job.watches[n % job.watches.length] ?? '', n)),
    )
  }
}

const report = (told: ClientsReport): void => {
  process.send?.(told)
}

process.on('message', (job: ClientsJob) => {
  switch (job.do) {
    case 'open':
      void openAll(job).then(() => {
        report({ said: 'open' })
      })
      return
    case 'start':
      frames = 0
      bytes = 0
      read = new Map()
      isMeasuring = true
      return
    case 'stop':
      isMeasuring = false
      report({
        said: 'measured',
        frames,
        bytes,
        read: [...read].map(([client, atMicros]) => ({ client, atMicros })),
      })
      return
    case 'close':
      for (const client of clients.splice(0)) client.close()
      report({ said: 'closed' })
  }
})
