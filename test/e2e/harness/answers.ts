/** The calls of the API that screens make, answered from the script. */
import type { Board } from '../../../shared/board.ts'
import { isMetricId, metricOf } from '../../../shared/metrics/registry.ts'
import type { Action } from '../../../shared/rights.ts'
import { MINUTE_MS } from '../../../shared/time.ts'
import type { WireCenter } from '../../../shared/wire.ts'
import type { Center } from './center.ts'
import { people, queues, teams } from './people.ts'
import type { Script } from './server.ts'

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
export function answersOf(parts: Parts): (method: string, url: URL) => Reply | null {
  const { script, wireCenter, boards } = parts
  return (method, url) => {
    const path = url.pathname
    if (path === '/healthz') return { status: 200, body: { ok: true } }
    if (!path.startsWith('/api/')) return null
    if (path === '/api/session' && method === 'POST') {
      script.signedIn = true
      return { status: 204 }
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
    if (path === '/api/directory') return { status: 200, body: directory }
    if (path === '/api/metrics/history') return { status: 200, body: history(url) }
    return { status: 404, body: { detail: `The script has no ${path}.` } }
  }
}

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
