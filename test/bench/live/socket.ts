/** A websocket client of socket.io with next to no cost of its own: thousands fit in a process. */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'

export type LiveClientOptions = {
  port: number
  path: string
  headers?: Record<string, string>
  /** What it says once it is let in: a socket.io packet such as `420["watch",…]`. */
  watch: string
  /** Told of each event as it lies in the frame, `42["delta",…]`; a Buffer that is valid now only. */
  event: (payload: Buffer) => void
  /** Told when the server ends the connection. */
  ended?: () => void
}

export type LiveClient = {
  /** Says another packet. */
  say: (packet: string) => void
  close: () => void
}

/** The path at which the gateway listens. */
export const SOCKET_PATH = '/socket.io/?EIO=4&transport=websocket'

/** Opens a client; resolves when it has its first event. */
export function openLiveClient(options: LiveClientOptions): Promise<LiveClient> {
  const { port, path, headers = {}, watch, event } = options
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    socket.on('error', reject)
    socket.on('close', () => options.ended?.())
    const say = (packet: string): void => {
      socket.write(frameOf(packet))
    }
    const client: LiveClient = {
      say,
      close: () => {
        socket.destroy()
      },
    }
    socket.write(
      [
        `GET ${path} HTTP/1.1`,
        'Host: 127.0.0.1',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        'Sec-WebSocket-Version: 13',
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        '',
        '',
      ].join('\r\n'),
    )
    let pending: Buffer = Buffer.alloc(0)
    let isUpgraded = false
    const hear = (payload: Buffer): void => {
      const type = payload[0]
      // '0': hello; '2': are you there; '40': let in; '42': an event.
      if (type === 0x30) say('40')
      else if (type === 0x32) say('3')
      else if (type === 0x34 && payload[1] === 0x30) say(watch)
      else if (type === 0x34 && payload[1] === 0x34) reject(new Error(payload.toString()))
      else if (type === 0x34 && payload[1] === 0x32) {
        resolve(client)
        event(payload)
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
        hear(pending.subarray(from, from + length))
        pending = pending.subarray(from + length)
      }
    })
  })
}

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
