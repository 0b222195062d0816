/**
 * Connects to the node of a Redis Cluster that holds a key: the master of its slot, asked for anew
 * each time. A center's keys lie in one slot, so one plain connection serves it as one server does.
 */
import { connect, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { AbstractConnector, Redis, type RedisOptions } from 'ioredis'
import { z } from 'zod'
import { SECOND_MS } from '../../shared/time.ts'

export type Host = { host: string; port: number }

/** As whom, and how, each of the servers is spoken to. */
export type Login = Pick<RedisOptions, 'username' | 'password' | 'db' | 'tls'>

/** A node that has not told where the slot is by then is taken for dead. */
const ASK_LIMIT_MS = 2 * SECOND_MS
/** How long a connection that is ended may take to say goodbye. */
const GOODBYE_MS = 2 * SECOND_MS
/** Nodes asked at once, the ones that served last first. The first good answer is taken. */
const MOST_ASKED = 8

/** Of `CLUSTER SLOTS`: the first and the last slot, and their nodes, the master first. */
const Slots = z.array(
  z.tuple([z.number(), z.number()], z.tuple([z.string().nullable(), z.number()], z.unknown())),
)

/** The connector for a key, as ioredis takes it: a class of its own for each. */
export function clusterConnector(
  seeds: readonly Host[],
  login: Login,
  key: string,
): NonNullable<RedisOptions['Connector']> {
  // Who served the slot when last asked: seeds may be gone by now, or be far from all nodes.
  let last: readonly Host[] = []

  return class extends AbstractConnector {
    constructor() {
      super(GOODBYE_MS)
    }

    override async connect(): Promise<Socket> {
      this.connecting = true
      const isWanted = (): boolean => this.connecting
      try {
        const asked = distinct([...last, ...seeds]).slice(0, MOST_ASKED)
        last = await Promise.any(asked.map((node) => nodesOf(node, login, key)))
      } catch (error) {
        return this.failed(reasonOf(error))
      }
      if (!isWanted()) return this.failed('Connection is closed.')
      const [master] = last
      if (!master) return this.failed('No node has the slot')
      const socket = login.tls ? connectTls({ ...master, ...login.tls }) : connect(master)
      socket.once('error', (error: Error) => {
        this.firstError = error
      })
      this.stream = socket
      return socket
    }

    /** A connection that has failed is tried again; a connector that rejects is given up. */
    private failed(reason: string): Socket {
      this.firstError = new Error(reason)
      return new Socket().destroy()
    }

    /** A master that is a replica by now would send us away with every command. */
    override check(info: { role?: string }): boolean {
      return info.role === undefined || info.role === 'master'
    }
  }
}

/** The master that holds a key's slot, and its replicas, as a node has it that sees the majority. */
async function nodesOf(node: Host, login: Login, key: string): Promise<Host[]> {
  const client = new Redis({
    ...login,
    ...node,
    lazyConnect: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: ASK_LIMIT_MS,
    commandTimeout: ASK_LIMIT_MS,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const [state, slot, slots] = await Promise.all([
      client.cluster('INFO'),
      client.cluster('KEYSLOT', key),
      client.cluster('SLOTS'),
    ])
    // One that is cut off from the majority names the master of before.
    if (!/cluster_state:ok/.test(state)) throw new Error('CLUSTERDOWN by its own account')
    const held = Slots.parse(slots).find(([from, to]) => from <= slot && slot <= to)
    if (!held) throw new Error(`nobody serves slot ${String(slot)}`)
    const [, , ...nodes] = held
    // A node that knows no name of its own is where it was asked.
    return nodes.map(([host, port]) => ({ host: host || node.host, port }))
  } catch (error) {
    throw new Error(`${node.host}:${String(node.port)}: ${String(error)}`, { cause: error })
  } finally {
    client.disconnect()
  }
}

function distinct(hosts: readonly Host[]): Host[] {
  return [...new Map(hosts.map((each) => [`${each.host}:${String(each.port)}`, each])).values()]
}

function reasonOf(error: unknown): string {
  const each = error instanceof AggregateError ? error.errors.map(String) : [String(error)]
  return `No node of the cluster tells where the keys are: ${each.join('; ')}`
}
