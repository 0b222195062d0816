/** The calls of the API that screens make, answered from the script. */
import type { Board } from '../../../shared/board.ts'
import { ownId, type OwnDefinition } from '../../../shared/metrics/own.ts'
import { isMetricId, metricOf } from '../../../shared/metrics/registry.ts'
import type { Action } from '../../../shared/rights.ts'
import { MINUTE_MS } from '../../../shared/time.ts'
import type { WireCenter } from '../../../shared/wire.ts'
import type { Center } from './center.ts'
import { people, queues, teams } from './people.ts'
import type { Script } from './script.ts'

export type Reply = { status: number; body?: unknown }

type Parts = {
  script: Script
  center: Center
  now: () => number
  wireCenter: () => WireCenter
  boards: readonly Board[]
  actions: readonly Action[]
}

/** Null: no call of the API. */
export function answersOf(parts: Parts): (method: string, url: URL, body: string) => Reply | null {
  const { script, wireCenter, boards } = parts
  return (method, url, sent) => {
    const path = url.pathname
    if (path === '/healthz') return { status: 200, body: { ok: true } }
    if (!path.startsWith('/api/')) return null
    if (path === '/api/session' && method === 'POST') {
      const right = script.password === null || sent.includes(`"password":"${script.password}"`)
      script.signedIn = right
      return right ? { status: 204 } : { status: 401, body: { detail: 'Wrong.' } }
    }
    if (path === '/api/session' && method === 'DELETE') {
      script.signedIn = false
      return { status: 204 }
    }
    if (!script.signedIn) return { status: 401, body: { detail: 'Sign in first.' } }
    if (path === '/api/session') {
      const body = {
        kind: 'user',
        name: 'admin',
        role: 'administrator',
        scopes: [],
        agent: null,
        teams: [],
        may: parts.actions,
        center: wireCenter(),
        expiresAt: null,
      }
      return { status: 200, body }
    }
    if (path === '/api/boards') {
      return { status: 200, body: { boards: boards.map((board) => ({ board, version: 0 })) } }
    }
    if (path.startsWith('/api/boards/')) {
      const board = boards.find(({ key }) => key === decodeURIComponent(path.slice(12)))
      return board
        ? { status: 200, body: { board, version: 0 } }
        : { status: 404, body: { detail: 'There is no such board.' } }
    }
    if (path === '/api/metrics/own') return { status: 200, body: { metrics: ownAnswer } }
    if (path === '/api/directory') return { status: 200, body: directory }
    if (path === '/api/explain') return { status: 200, body: explanation(parts, url) }
    if (path.startsWith('/api/subjects/')) {
      const key = decodeURIComponent(path.slice('/api/subjects/'.length))
      return { status: 200, body: timeline(parts, key) }
    }
    if (path === '/api/metrics/history') return { status: 200, body: history(url) }
    return { status: 404, body: { detail: `The script has no ${path}.` } }
  }
}

/** A metric of the center's own, of what the script counts. */
export const ownDefinitions: readonly OwnDefinition[] = [
  {
    key: 'unanswered',
    name: 'Offered and not answered',
    nameJa: '未応答',
    better: 'lower',
    add: ['visitsOffered'],
    subtract: ['visitsAnswered'],
    by: [],
    filters: {},
    retired: false,
  },
]
const ownAnswer = ownDefinitions.map((definition) => ({
  id: ownId(definition.key),
  definition,
  unit: 'count',
  formula: 'visitsOffered − visitsAnswered',
  scopes: ['center', 'site', 'queue'],
}))

const directory = {
  center: { name: 'Northwind Contact Center', timeZone: 'Asia/Tokyo' },
  sites: [
    { key: 'tokyo', name: 'Tokyo' },
    { key: 'osaka', name: 'Osaka' },
  ],
  teams: teams.map(({ key, name, site }) => ({ key, name, site })),
  queues: queues.map(({ key, name }) => ({ key, name })),
  agents: people.map(({ key, name, team }) => ({
    key,
    names: { full: name },
    teams: [{ team: team.key }],
  })),
}

/** Believable figures by step: a wave with a ripple, a little different for each metric. */
function history(url: URL): unknown {
  const ids = (url.searchParams.get('ids') ?? '').split(',')
  const fromMs = Date.parse(url.searchParams.get('from') ?? '')
  const toMs = Date.parse(url.searchParams.get('to') ?? '')
  const stepMs = (url.searchParams.get('step') === '1m' ? 1 : 15) * MINUTE_MS
  const steps: unknown[] = []
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) {
    const values = Object.fromEntries(
      ids.filter(isMetricId).map((id, i) => {
        const minute = atMs / MINUTE_MS
        const wave = 0.81 + 0.09 * Math.sin(minute / 47 + i) + 0.05 * Math.sin(minute / 3.1 + i * 2)
        const decided = Math.round((9 + 5 * Math.sin(minute / 60)) * (stepMs / MINUTE_MS))
        const metric = metricOf(id)
        const parts =
          metric.kind === 'balance'
            ? Object.fromEntries(
                Object.keys(metric.parts('center')).map((part) => [
                  part,
                  { booked: part === 'met' ? Math.round(decided * wave) : decided, live: 0 },
                ]),
              )
            : {}
        return [id, { value: Math.min(1, wave), parts }]
      }),
    )
    steps.push({
      from: new Date(atMs).toISOString(),
      to: new Date(atMs + stepMs).toISOString(),
      values,
    })
  }
  return { scope: url.searchParams.get('scope'), steps }
}

const instant = (atMs: number): string => new Date(atMs).toISOString()

/** Two pages of entries, each of a contact. */
function explanation({ now }: Parts, url: URL): unknown {
  const scope = url.searchParams.get('scope') ?? 'center'
  const queue = scope.startsWith('queue:') ? scope.slice(6) : 'support'
  const page = Number(url.searchParams.get('cursor') ?? 0)
  const entries = Array.from({ length: 12 }, (_, i) => {
    const call = page * 12 + i
    const at = instant(now() - (call + 1) * 47_000)
    const isMet = call % 3 !== 2
    return {
      id: `e${call}`,
      from: at,
      to: at,
      parts: isMet ? ['met'] : ['decided'],
      counter: isMet ? 'serviceLevelMet' : 'serviceLevelDecided',
      detail: null,
      amount: 1,
      wholeAmount: 1,
      queue,
      agent: people[(call * 7) % people.length]?.key ?? null,
      subject: `contact/asterisk/pbx-1#1795283607.${900 - call}`,
    }
  })
  const isLevel = url.searchParams.get('id') === 'serviceLevel'
  const settings = queues
    .filter(({ key }) => scope === 'center' || key === queue)
    .map(({ key, thresholdMs }) => ({
      queue: key,
      serviceLevel: {
        thresholdSeconds: thresholdMs / 1000,
        shortAbandonSeconds: 5,
        abandonedInTime: 'missed',
        abandonedShort: 'ignored',
        flowedOut: 'ignored',
        answeredOnly: false,
      },
      serviceLevelTarget: 0.8,
    }))
  const accruing = {
    parts: ['decided'],
    counter: 'serviceLevelDecided',
    detail: null,
    amount: 1,
    queue,
    agent: null,
    subject: 'contact/asterisk/pbx-1#1795283607.950',
  }
  return {
    asOf: instant(now()),
    definition: { queues: isLevel ? settings : [] },
    entries,
    next: page === 0 ? '1' : null,
    givenUp: null,
    accruing: page === 0 ? [accruing] : [],
  }
}

function timeline({ now }: Parts, key: string): unknown {
  const fact = (secondsAgo: number, type: string, data: Record<string, unknown>) => ({
    type,
    key: String(secondsAgo),
    at: instant(now() - secondsAgo * 1000),
    stands: true,
    data: { contactId: '1795283607.900', ...data },
    reports: [{ source: '/asterisk/pbx-1/ami', id: String(secondsAgo) }],
  })
  const entry = (secondsAgo: number, counter: string, amount: number, agent: string | null) => {
    const at = instant(now() - secondsAgo * 1000)
    return { counter, detail: null, from: at, to: at, amount, queue: 'support', agent }
  }
  return {
    subject: key,
    open: false,
    flags: [],
    facts: [
      fact(340, 'contact.started', { channel: 'voice', direction: 'inbound' }),
      fact(338, 'contact.queued', { queue: 'support', visitId: '1', reason: 'new' }),
      fact(331, 'contact.offered', { agent: 'a0', queue: 'support' }),
      fact(324, 'contact.connected', { agent: 'a0', role: 'primary' }),
      fact(61, 'contact.disconnected', { agent: 'a0', by: 'customer' }),
      fact(60, 'contact.wrapUpStarted', { agent: 'a0' }),
      fact(31, 'contact.wrapUpEnded', { agent: 'a0', by: 'agent' }),
    ],
    entries: [
      entry(338, 'visitsOffered', 1, null),
      entry(324, 'answeredInTime', 1, null),
      entry(61, 'handled', 1, 'a0'),
      entry(61, 'talkMs', 263_000, 'a0'),
    ],
  }
}
