/** Sends one message to many sockets: made into bytes once, and one write to each of them. */
import type { Socket } from 'socket.io'

/** The engine.io connection below a socket. */
export type Connection = Socket['conn']

/** A message of ours as socket.io sends it: as a packet, and as the websocket frame around it. */
export type Message = { packet: string; frame: Buffer }

/**
 * An event of the default namespace. `2` is a socket.io event, and `4` an engine.io message.
 *
 * https://github.com/socketio/socket.io-protocol#exchange-protocol
 */
export function messageOf(event: string, content: unknown): Message {
  const packet = `2${JSON.stringify([event, content])}`
  return { packet, frame: frameOf(`4${packet}`) }
}

/** A text frame of a server; https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
function frameOf(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(head + length)
  frame[0] = 0x81
  if (head === 2) {
    frame[1] = length
  } else if (head === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(text, head)
  return frame
}

/** What engine.io and ws do not tell of a connection in their types. */
type Below = {
  readyState: string
  writeBuffer: readonly unknown[]
  transport: { name: string; writable: boolean; socket?: { _sender?: Partial<Sender> } }
}
type Sender = { sendFrame: (parts: readonly Buffer[]) => void }

/**
 * Sends a message over a connection, after all that was sent before.
 *
 * Where nothing waits, the frame goes to the websocket as one piece: what engine.io does for each
 * packet costs half as much as the write itself. `unsentBytes` knows of both ways.
 */
export function send(connection: Connection, { packet, frame }: Message): void {
  const { readyState, writeBuffer, transport } = connection as unknown as Below
  const isFree = readyState === 'open' && writeBuffer.length === 0 && transport.writable
  const sender = isFree && transport.name === 'websocket' ? transport.socket?._sender : undefined
  if (sender?.sendFrame) sender.sendFrame([frame])
  else connection.write(packet, { wsPreEncodedFrame: [frame] } as SendOptions)
}

/** engine.io takes a frame that is made already, as socket.io gives it one; its types say nothing of it. */
type SendOptions = Parameters<Connection['write']>[1]
