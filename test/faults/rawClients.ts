/** Watchers by the hundred, each a bare socket: many at once, or one that never reads. */
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { PROTOCOL_VERSION } from '../../shared/protocol.ts'
import { API_KEY } from '../server.ts'

/** As long as thousands at once may need on a machine that is busy with everything else. */
const SNAPSHOT_LIMIT_MS = 240_000

export type RawClient = {
  socket: Socket
  /** Resolves with whether a snapshot has come; false: it was closed before. */
  hasSnapshot: Promise<boolean>
}

const watch = {
  protocolVersion: PROTOCOL_VERSION,
  scopes: ['center', 'queue:*', 'agent:*'],
  windows: ['today'],
}

/** Connects to the server's socket and watches the whole center. */
export function openRawClient(port: number): RawClient {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  const hasSnapshot = new Promise<boolean>((resolve) => {
    // One that is let in and told nothing is given up, and closed.
    const limit = setTimeout(() => socket.destroy(), SNAPSHOT_LIMIT_MS)
    const settle = (hasCome: boolean): void => {
      clearTimeout(limit)
      resolve(hasCome)
    }
    socket.on('error', () => {
      settle(false)
    })
    socket.on('close', () => {
      settle(false)
    })
    let heard = ''
    let isLetIn = false
    let isWatching = false
    socket.on('data', (chunk) => {
      // Frames of text: what is said in them is all that matters here.
      heard += chunk.toString('latin1')
      if (!isLetIn && heard.includes('0{"sid"')) {
        isLetIn = true
        socket.write(textFrame('40'))
      }
      if (!isWatching && heard.includes('40{"sid"')) {
        isWatching = true
        socket.write(textFrame(`420${JSON.stringify(['watch', watch])}`))
      }
      if (heard.includes('42["snapshot"')) settle(true)
      // As much as a frame's beginning may lie in two chunks.
      if (isWatching) heard = heard.slice(-64)
    })
  })
  socket.write(
    [
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
      'Host: 127.0.0.1',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Authorization: Bearer ${API_KEY}`,
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      'Sec-WebSocket-Version: 13',
      '',
      '',
    ].join('\r\n'),
  )
  return { socket, hasSnapshot }
}

/** A text frame of a client: masked, as the protocol wants it; by zeros, which change nothing. */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text)
  const header =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0])
      : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0])
  return Buffer.concat([header, payload])
}
