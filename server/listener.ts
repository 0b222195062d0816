/** Where the web server is reached; it may move to another address while it runs. */
import type { Server as HttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'

/**
 * Connections that wait to be taken: thousands of screens come back at once after a restart, and one
 * that finds no room tries again after a second, then two, then four. The system may allow fewer
 * (Linux: `net.core.somaxconn`).
 */
const MOST_WAITING = 4_096

export type Listener = {
  port: () => number
  /** Listens at another address instead; connections that there are stay. */
  moveTo: (host: string) => Promise<void>
  /** Takes no more connections. */
  close: () => void
}

/** Listens for an http server; rejects where the address cannot be had. */
export async function listen(http: HttpServer, host: string, port: number): Promise<Listener> {
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
