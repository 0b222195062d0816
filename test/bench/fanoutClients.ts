/** Thousands of websocket clients in a process of their own: they read, count, and say how late. */
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

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

const clients: Socket[] = []
let isMeasuring = false
let frames = 0
let bytes = 0
let read = new Map<number, number[]>()

/** A text frame of a client: masked, as the protocol wants it; by zeros, which change nothing. */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text)
  const { length } = payload
  const header =
    length < 126
      ? Buffer.from([0x81, 0x80 | length, 0, 0, 0, 0])
      : Buffer.from([0x81, 0xfe, length >> 8, length & 0xff, 0, 0, 0, 0])
  return Buffer.concat([header, payload])
}

/** Opens one client; resolves when it has its first event. */
function open(port: number, path: string, watch: string, client: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    clients.push(socket)
    socket.setNoDelay(true)
    socket.on('error', reject)
    socket.write(
      [
        `GET ${path} HTTP/1.1`,
        'Host: 127.0.0.1',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        'Sec-WebSocket-Version: 13',
        '',
        '',
      ].join('\r\n'),
    )
    let pending: Buffer = Buffer.alloc(0)
    let isUpgraded = false
    const text = (payload: Buffer): void => {
      const type = payload[0]
      // '0': hello; '2': are you there; '40': let in; '42': an event.
      if (type === 0x30) socket.write(frameOf('40'))
      else if (type === 0x32) socket.write(frameOf('3'))
      else if (type === 0x34 && payload[1] === 0x30) socket.write(frameOf(watch))
      else if (type === 0x34 && payload[1] === 0x32) {
        resolve()
        count(payload, client)
      }
    }
    socket.on('data', (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      if (!isUpgraded) {
        const end = pending.indexOf('\r\n\r\n')
        if (end === -1) return
        pending = pending.subarray(end + 4)
        isUpgraded = true
      }
      for (;;) {
        if (pending.length < 2) return
        let length = (pending[1] ?? 0) & 0x7f
        let from = 2
        if (length === 126) {
          if (pending.length < 4) return
          length = pending.readUInt16BE(2)
          from = 4
        } else if (length === 127) {
          if (pending.length < 10) return
          length = Number(pending.readBigUInt64BE(2))
          from = 10
        }
        if (pending.length < from + length) return
        text(pending.subarray(from, from + length))
        pending = pending.subarray(from + length)
      }
    })
  })
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
      for (const socket of clients.splice(0)) socket.destroy()
      report({ said: 'closed' })
  }
})
