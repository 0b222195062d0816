/** Asks a Redis on a unix socket whether it is there, without a client that would try again. */
import { createConnection } from 'node:net'
import { SECOND_MS } from '../../shared/time.ts'

/** A Redis that takes longer than this is busy or stopped. */
const ANSWER_LIMIT_MS = SECOND_MS

export type Answer =
  /** Takes commands. */
  | 'ready'
  /** Still reading its log. */
  | 'loading'
  /** Somebody listens and says nothing, or not what a Redis says. */
  | 'silent'
  /** Nobody listens. */
  | 'gone'

/** What the Redis behind the socket says to a `PING`. */
export async function ping(path: string): Promise<Answer> {
  const said = await ask(path, 'PING')
  if (said === null) return 'gone'
  if (said.startsWith('+PONG')) return 'ready'
  return said.startsWith('-LOADING') ? 'loading' : 'silent'
}

/** The process behind the socket, where it is a Redis that keeps its data in `folder`; else null. */
export async function redisProcess(path: string, folder: string): Promise<number | null> {
  const keeps = (await ask(path, 'CONFIG GET dir'))?.split('\r\n').includes(folder)
  if (keeps !== true) return null
  const pid = /^process_id:(\d+)/m.exec((await ask(path, 'INFO server')) ?? '')?.[1]
  return pid === undefined ? null : Number(pid)
}

/** The first packet of the answer, which holds all of a short one; null when nobody listens. */
function ask(path: string, command: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createConnection(path)
    const answer = (said: string | null): void => {
      socket.destroy()
      resolve(said)
    }
    socket.setTimeout(ANSWER_LIMIT_MS, () => {
      answer('')
    })
    socket.on('connect', () => {
      socket.write(`${command}\r\n`)
    })
    socket.on('data', (chunk) => {
      answer(chunk.toString('utf8'))
    })
    socket.on('end', () => {
      answer('')
    })
    socket.on('error', () => {
      answer(null)
    })
  })
}
