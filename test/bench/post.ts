/** A process that posts bodies as fast as they are answered, at little cost of its own. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { bodiesOf, type Bodies } from './bodies.ts'

/** Each body is sent once, by whichever connection is free. */
export type PostJob = { port: number; path: string; connections: number; bodies: Bodies }
export type PostDone = { elapsedMs: number; answered202: number }

const [job] = (await once(process, 'message')) as [PostJob]
const requests = bodiesOf(job.bodies).map((body) =>
  Buffer.from(
    `POST ${job.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  ),
)

let sent = 0
let answered = 0
let answered202 = 0
let startedAtMs = 0

const finish = (): void => {
  const done: PostDone = { elapsedMs: performance.now() - startedAtMs, answered202 }
  process.send?.(done)
  process.disconnect()
  for (const socket of sockets) socket.destroy()
}

const next = (socket: Socket): void => {
  const request = requests[sent]
  if (!request) return
  sent += 1
  socket.write(request)
}

const sockets = Array.from({ length: job.connections }, () => {
  const socket = connect(job.port, '127.0.0.1')
  socket.setNoDelay(true)
  let text = ''
  socket.on('data', (chunk) => {
    // An answer is small: its head says how long it is.
    text += chunk.toString('latin1')
    const found = /^HTTP\/1\.1 (\d+)[^]*?content-length: (\d+)[^]*?\r\n\r\n/i.exec(text)
    if (!found || text.length < found[0].length + Number(found[2])) return
    text = ''
    answered += 1
    if (found[1] === '202') answered202 += 1
    if (answered === requests.length) finish()
    else next(socket)
  })
  return socket
})

await Promise.all(
  sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))),
)
startedAtMs = performance.now()
for (const socket of sockets) next(socket)
