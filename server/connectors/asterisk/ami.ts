import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { SECOND_MS } from '../../../shared/time.ts'
import type { Connector, ConnectorIo } from '../connector.ts'
import { action, stepAfter } from './amiLogin.ts'
import type { PacketSplitter } from './amiPackets.ts'
import { packetSplitter } from './amiPackets.ts'
import { AmiSettings } from './amiSettings.ts'
import type { AmiTranslator } from './amiTranslator.ts'
import { amiTranslator } from './amiTranslator.ts'
import type { Reading } from './reading.ts'

/**
 * Listens to an Asterisk Manager Interface. One connection a run: when it breaks, the run rejects
 * and is run again; then what was missed is said to be a gap, and lists tell what is gone.
 */

/** Until the login is through; Asterisk itself gives up after 30 s. */
const SIGN_IN_WITHIN_MS = 10 * SECOND_MS
/** Between two looks at the clock while nothing comes. */
const TICK_MS = SECOND_MS
/** What is known is kept so often: often enough that a crash loses no more than that. */
const KEEP_EVERY_MS = SECOND_MS

/** What the connector needs of the world; passed in, so that a test can be the world. */
export type AmiWorld = {
  connect: (settings: AmiSettings) => Duplex
  /** Resolves after `ms`, or once `signal` aborts. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>
}

const world: AmiWorld = {
  connect: ({ host, port, tls, tlsCertificates }) =>
    tls
      ? connectTls({ host, port, ...(tlsCertificates === null ? {} : { ca: tlsCertificates }) })
      : connectTcp({ host, port }),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done)
      if (signal.aborted) done()
    }),
}

/** A connection in progress. */
type Session = {
  socket: Duplex
  splitter: PacketSplitter
  translator: AmiTranslator
  settings: AmiSettings
  io: ConnectorIo
  startedAtMs: number
  heardAtMs: number
  keptAtMs: number
  pinged: boolean
  signedIn: boolean
}

async function pass(session: Session, readings: readonly Reading[]): Promise<void> {
  const { io, translator } = session
  for (const { input, reason } of readings.flatMap(({ rejected }) => rejected)) {
    io.reject(input, reason)
  }
  const events = readings.flatMap((reading) => reading.events)
  if (events.length > 0) await io.emit(events)
  if (io.now() - session.keptAtMs < KEEP_EVERY_MS) return
  session.keptAtMs = io.now()
  await io.keepPlace(translator.save())
}

async function hear(session: Session, bytes: Uint8Array): Promise<void> {
  const { io, socket, translator } = session
  const nowMs = io.now()
  session.heardAtMs = nowMs
  session.pinged = false
  const readings: Reading[] = []
  for (const item of session.splitter.push(bytes)) {
    const step = item.ok ? stepAfter(item.packet, session.settings) : null
    if (step?.kind === 'refused') throw new Error(`Asterisk refused ${step.message}`)
    if (step?.kind === 'send' || step?.kind === 'signedIn') socket.write(step.text)
    if (step?.kind === 'signedIn') {
      session.signedIn = true
      io.report('signed in; asking for the queues')
      readings.push(translator.connected(nowMs))
    }
    if (step?.kind === 'live') io.report('live')
    // What is said before the login is no news, and must not hide since when nothing was heard.
    if (session.signedIn || !item.ok) readings.push(translator.read(item, nowMs))
  }
  await pass(session, readings)
}

/** A look at the clock: Asterisk may have fallen silent, or have nothing to say. */
async function tick(session: Session): Promise<void> {
  const { io, socket, splitter, translator, settings } = session
  const nowMs = io.now()
  if (!session.signedIn && nowMs - session.startedAtMs >= SIGN_IN_WITHIN_MS) {
    const heard = splitter.end()
    const but = heard?.ok === false ? `, only: ${heard.input.slice(0, 80)}` : ''
    throw new Error(`no login at Asterisk within ${SIGN_IN_WITHIN_MS / SECOND_MS} s${but}`)
  }
  const silentMs = nowMs - session.heardAtMs
  const pingMs = settings.pingSeconds * SECOND_MS
  if (silentMs >= 2 * pingMs) {
    throw new Error(`Asterisk has said nothing for ${Math.round(silentMs / SECOND_MS)} s`)
  }
  if (session.signedIn && silentMs >= pingMs && !session.pinged) {
    session.pinged = true
    socket.write(action('Ping'))
  }
  await pass(session, [translator.passTime(nowMs)])
}

async function listen(session: Session, wait: AmiWorld['wait']): Promise<void> {
  const { socket, io } = session
  const chunks: AsyncIterator<Uint8Array> = socket[Symbol.asyncIterator]()
  function read(): Promise<IteratorResult<Uint8Array>> {
    const result = chunks.next()
    // It may fail when nobody waits for it any more.
    result.catch(() => undefined)
    return result
  }
  let next = read()
  while (!io.signal.aborted) {
    const over = new AbortController()
    const stop = (): void => over.abort()
    io.signal.addEventListener('abort', stop)
    const time = wait(TICK_MS, over.signal).then(() => null)
    const heard = await Promise.race([next, time]).finally(() => {
      io.signal.removeEventListener('abort', stop)
      over.abort()
    })
    if (heard === null) {
      await tick(session)
      continue
    }
    if (heard.done) throw new Error('Asterisk closed the connection')
    await hear(session, heard.value)
    next = read()
  }
}

/** The connector, with the world passed in. */
export const amiConnector = ({ connect, wait }: AmiWorld): Connector<AmiSettings> => ({
  name: 'asterisk-ami',
  settings: AmiSettings,
  reports: {
    'contact.started': 'observed',
    'contact.queued': 'observed',
    'contact.dequeued': 'observed',
    'contact.offered': 'observed',
    'contact.offerEnded': 'observed',
    'contact.connected': 'observed',
    'contact.held': 'observed',
    'contact.resumed': 'observed',
    'contact.transferred': 'observed',
    'contact.disconnected': 'observed',
    'contact.ended': 'observed',
    'outbound.attempted': 'observed',
    'outbound.completed': 'observed',
    'agent.queueChanged': 'observed',
    'agent.stateChanged': 'derived',
    'source.restarted': 'derived',
    'source.gap': 'observed',
  },
  async run(source, settings, io) {
    io.report(`connecting to ${settings.host}:${settings.port}`)
    const { besideQueueLog } = settings
    const nowMs = io.now()
    const session: Session = {
      socket: connect(settings),
      splitter: packetSplitter(),
      translator: amiTranslator(source, { besideQueueLog }, io.place),
      settings,
      io,
      startedAtMs: nowMs,
      heardAtMs: nowMs,
      keptAtMs: nowMs,
      pinged: false,
      signedIn: false,
    }
    const { socket, splitter, translator } = session
    // A failure reaches whoever reads; this is for one that comes when nobody does.
    socket.on('error', () => undefined)
    try {
      await listen(session, wait)
      if (session.signedIn) socket.write(action('Logoff'))
    } finally {
      socket.end()
      socket.destroy()
      const rest = splitter.end()
      if (rest?.ok === false) io.reject(rest.input, rest.reason)
      session.keptAtMs = 0
      if (session.signedIn) await pass(session, [translator.end()])
    }
  },
})

export const asteriskAmi = amiConnector(world)
