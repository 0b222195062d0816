/** Where the web server is reached; it may move to another address while it runs. */
import type { Server as HttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { SECOND_MS } from '../shared/time.ts'

/**
 * Connections that wait to be taken: thousands of screens come back at once after a restart, and one
 * that finds no room tries again after a second, then two, then four. The system may allow fewer
 * (Linux: `net.core.somaxconn`).
 */
const MOST_WAITING = 4_096

/**
 * How long a connection may idle between two requests: longer than the minute for which proxies and
 * senders keep one. Whoever closes first should not be us, as a request that is on its way then is
 * lost, which happens to senders that pause for as long as Node's usual 5 s.
 */
const IDLE_MS = 75 * SECOND_MS

export type Listener = {
  port: () => number
  /** Listens at another address instead; connections that there are stay. */
  moveTo: (host: string) => Promise<void>
  /** Takes no more connections. */
  close: () => void
}

/** Listens for an http server; rejects where the address cannot be had. */
export async function listen(http: HttpServer, host: string, port: number): Promise<Listener> {
  http.keepAliveTimeout = IDLE_MS
  let server = await open(http, host, port)
  const portNow = (): number => (server.address() as AddressInfo).port
  const moved = { host }
  return {
    port: portNow,
    moveTo: async (to) => {
      if (to === moved.host) return
      const kept = portNow()
      server.close()
      try {
        server = await open(http, to, kept)
        moved.host = to
      } catch (error) {
        server = await open(http, moved.host, kept)
        throw error
      }
    },
    close: () => {
      server.close()
    },
  }
}

function open(http: HttpServer, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    // The http server is only given connections: so its sockets outlive the address.
    const server = createServer((socket) => http.emit('connection', socket))
    server.once('error', reject)
    server.listen({ port, host, backlog: MOST_WAITING }, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}
