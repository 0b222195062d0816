/** Every metric of the catalogue, in every scope that it names: asked for, opened, and added up. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { catalogue } from '../../shared/metrics/catalogue.ts'
import { Directory } from '../../shared/directory.ts'
import { parseEvent } from '../../shared/events/parse.ts'
import type { ScopeKind } from '../../shared/scope.ts'
import { startTestServer, type TestServer } from '../../test/apiServer.ts'
import { usualKind } from '../../test/database.ts'
import { append, committed } from '../../test/keeping.ts'
import { tellBusiness } from '../simulator/business/tell.ts'
import { businessDayAt } from '../simulator/businessDay.ts'
import { EARLY_MS, tellDay } from '../simulator/day.ts'
import { simulatedDirectory } from '../simulator/directory.ts'
import type { CenterStream } from '../stream/openStream.ts'
import type { StreamEvent } from '../stream/eventLog.ts'

const SEED = 1
/** Of the usual calls; of the business beside them all is told. */
const SHARE = 0.05
const day = businessDayAt(Date.UTC(2026, 10, 19, 12))
const NOW_MS = day.endMs - 1
const { sites, teams, queues, agents } = Directory.parse(simulatedDirectory())
const first = (keyed: readonly { key: string }[]): string => keyed[0]?.key ?? ''
const scopes: Record<ScopeKind, string> = {
  center: 'center',
  site: `site:${first(sites)}`,
  team: `team:${first(teams)}`,
  queue: `queue:${first(queues)}`,
  agent: `agent:${first(agents)}`,
}

type Parts = Record<string, { booked: number; live: number }>
type Value = { value: number | null; reason?: string; parts: Parts }
type Row = { parts: readonly string[]; amount: number }
type Explained = {
  value: number | null
  parts: Parts
  entries: Row[]
  accruing: Row[]
  people: Row[]
  next: string | null
}

let server: TestServer
beforeAll(async () => {
  const [postgresUrl, redisSocket] = [inject('postgresUrl'), inject('redisSocket')]
  server = await startTestServer({ kind: usualKind, postgresUrl, redisSocket })
  server.clock.nowMs = NOW_MS
  const center = server.centers.get('main')
  const put = await center?.directory.put(simulatedDirectory(), 'test', 1, null)
  if (!center || !put?.ok) throw new Error(JSON.stringify(put))
  const from = { bornFromMs: day.startMs, mailFromMs: day.startMs - EARLY_MS }
  const told = [
    ...tellDay(SEED, day, SHARE),
    ...tellBusiness({ seed: SEED, ...from, fromMs: null, untilMs: NOW_MS }),
  ].filter(({ atMs }) => atMs <= NOW_MS)
  const events = told
    .sort((one, other) => one.atMs - other.atMs)
    .map(({ event }) => {
      const parsed = parseEvent(event)
      if (!parsed.ok) throw new Error(`${event.id} is no event`)
      return parsed.event
    })
  const { log } = center.stream as CenterStream
  const rows = await server.database.selectFrom('outbox').select('event').execute()
  await append(
    log,
    rows.map(({ event }) => JSON.parse(event) as StreamEvent),
  )
  await committed(server.keep('main'), await append(log, events))
}, 600_000)
afterAll(() => server.close())

async function get<Shape>(path: string): Promise<Shape> {
  const answer = await server.call(path, { key: server.apiKey })
  expect(answer.status, `${path}: ${answer.text}`).toBe(200)
  return answer.json as Shape
}

describe.each(Object.entries(scopes))('%s', (kind, scope) => {
  const ids = catalogue()
    .filter(({ scopes: named }) => named.includes(kind as ScopeKind))
    .map(({ id }) => id)

  it('opens each of its numbers into what adds up to it', { timeout: 600_000 }, async () => {
    const asked = `scope=${scope}&window=today`
    const { values } = await get<{ values: Record<string, Value> }>(`/api/metrics?${asked}`)
    expect(Object.keys(values)).toEqual(ids)
    for (const id of ids) {
      const shown = values[id]
      // A number, or why there is none.
      expect(shown?.value === null, id).toBe(shown?.reason !== undefined)
      const opened = await get<Explained>(`/api/explain?${asked}&id=${id}&limit=1000`)
      expect(opened.value, id).toBe(shown?.value)
      expect(opened.parts, id).toEqual(shown?.parts)
      while (opened.next !== null) {
        const path = `/api/explain?${asked}&id=${id}&limit=1000&cursor=${opened.next}`
        const page = await get<Explained>(path)
        opened.entries.push(...page.entries)
        opened.next = page.next
      }
      const sum = (rows: readonly Row[], part: string): number =>
        rows.reduce((all, row) => (row.parts.includes(part) ? all + row.amount : all), 0)
      for (const [part, { booked, live }] of Object.entries(opened.parts)) {
        const rows = [...opened.entries, ...opened.people]
        expect(sum(rows, part), `${id} ${part}`).toBeCloseTo(booked, 6)
        expect(sum(opened.accruing, part), `${id} ${part} live`).toBe(live)
      }
    }
  })
})
