/** The directory of each center: read, put whole, and told to the engine. */
import type { Kysely } from 'kysely'
import { beginsOnQuarter, Directory, emptyDirectory } from '../../shared/directory.ts'
import { ownId } from '../../shared/metrics/own.ts'
import { audit } from '../auth/audit.ts'
import { newId } from '../auth/secret.ts'
import type { Tables } from '../database/schema.ts'
import { GIVEN_UP_IDS, type InternalEvent } from '../engine/stream.ts'
import { withDiscovered, withoutDiscovered } from './discovered.ts'
import { keepPeople, type DatedPeople } from './people.ts'
import { isDescribed, strangeness } from './known.ts'
import { maskSecrets, unmaskSecrets } from './masked.ts'
import { isSameDirectory, written, type WrittenDirectory } from './written.ts'

/** A directory that was put, and which it is: 0 is the empty one, before the first. */
export type PutDirectory = {
  version: number
  atMs: number
  directory: Directory
  /** As it was put, secrets and all. */
  content: Record<string, unknown>
}

/** What is wrong in a directory, and where in what was put. */
export type DirectoryFault = { path: string; message: string }

export type Put =
  | { ok: true; changed: boolean; version: number; outboxId: string | null }
  | { ok: false; refused: 'faults'; errors: DirectoryFault[] }
  /** Another was put since the one that the sender had read. */
  | { ok: false; refused: 'outdated'; version: number }

export type DirectoryStore = {
  /** The newest directory that was put. */
  current: () => Promise<PutDirectory>
  /** The directory as it is shown: with defaults, what was discovered, and secrets masked. */
  shown: () => Promise<{ version: number; directory: WrittenDirectory }>
  /**
   * Puts a directory whole. Nothing is written where it says what the present one says. What
   * changes is told to the engine through the outbox, in the same transaction. `ifVersion` refuses
   * where another has been put meanwhile; null: never.
   */
  put: (content: unknown, by: string, nowMs: number, ifVersion: number | null) => Promise<Put>
  /** Which of the scopes (as text) do not exist here, each in words with what to do about it. */
  unknownScopes: (scopes: readonly string[]) => Promise<string[]>
  /** Whether the engine's stream holds what an outbox row says. */
  isSent: (outboxId: string) => Promise<boolean>
}

const nothingPut: PutDirectory = { version: 0, atMs: 0, directory: emptyDirectory, content: {} }

const NO_QUARTER =
  'must be on a quarter of an hour, such as 04:00 or 05:45: where details are given up ' +
  '(center.retention.detailDays), days are added up from quarters'

type Past = { versions: readonly (DatedPeople & { version: number })[]; written: string }

function aboutPeople(content: string): DatedPeople['directory'] {
  const { agents, teams, quotas } = Directory.parse(JSON.parse(content))
  return { agents, teams, quotas }
}

export function directoryStore(database: Kysely<Tables>, center: string): DirectoryStore {
  let parsed = nothingPut
  /** Those before it, as far as they are about people; `written`: how the last of them says it. */
  let past: Past = { versions: [], written: '' }

  /** Reads what older directories say of people, one at a time, each of them once. */
  const readPast = async (reading: Kysely<Tables>, before: number): Promise<Past> => {
    const versions = [...past.versions]
    let { written: last } = past
    const rows = await reading
      .selectFrom('directory')
      .select(['version', 'atMs'])
      .where('center', '=', center)
      .where('version', '>', versions.at(-1)?.version ?? 0)
      .where('version', '<', before)
      .orderBy('version')
      .execute()
    for (const { version, atMs } of rows) {
      const { content } = await reading
        .selectFrom('directory')
        .select('content')
        .where('center', '=', center)
        .where('version', '=', version)
        .executeTakeFirstOrThrow()
      const { agents, teams, quotas } = JSON.parse(content) as Record<string, unknown>
      const said = JSON.stringify({ agents, teams, quotas })
      // Most changes are of other things.
      const same = said === last ? versions.at(-1) : undefined
      versions.push({ version, atMs, directory: same?.directory ?? aboutPeople(content) })
      last = said
    }
    return { versions, written: last }
  }

  /** Parsing fifty thousand agents takes longer than asking whether there is a newer directory. */
  const current = async (reading: Kysely<Tables> = database): Promise<PutDirectory> => {
    const newest = await reading
      .selectFrom('directory')
      .select((row) => row.fn.max('version').as('version'))
      .where('center', '=', center)
      .executeTakeFirst()
    // No row, or the maximum of none.
    const version = newest?.version ?? 0
    if (version === 0) return nothingPut
    if (version === parsed.version) return parsed
    const row = await reading
      .selectFrom('directory')
      .select(['atMs', 'content'])
      .where('center', '=', center)
      .where('version', '=', version)
      .executeTakeFirstOrThrow()
    const content = JSON.parse(row.content) as Record<string, unknown>
    const directory = Directory.parse(content)
    past = await readPast(reading, version)
    keepPeople(directory, [...past.versions, { atMs: row.atMs, directory }])
    parsed = { version, atMs: row.atMs, directory, content }
    return parsed
  }

  /** Days of which only quarters of an hour are left have to begin with one. */
  const mayBegin = async (
    reading: Kysely<Tables>,
    { center: now }: Directory,
    { center: before }: Directory,
  ): Promise<boolean> => {
    if (beginsOnQuarter(now)) return true
    if (now.retention.detailDays !== undefined || before.retention.detailDays !== undefined) {
      return false
    }
    const givenUp = await reading
      .selectFrom('outbox')
      .select('id')
      .where('center', '=', center)
      .where('id', '>=', GIVEN_UP_IDS)
      .where('id', '<', `${GIVEN_UP_IDS}~`)
      .executeTakeFirst()
    return givenUp === undefined
  }

  return {
    current,
    unknownScopes: async (scopes) => {
      const { directory } = await current()
      const strange = scopes.filter((scope) => !isDescribed(directory, scope))
      if (strange.length === 0) return []
      const keys = strange.map((scope) => scope.slice(scope.indexOf(':') + 1))
      const found = await database
        .selectFrom('discovered')
        .select(['kind', 'key'])
        .where('center', '=', center)
        .where('key', 'in', keys)
        .execute()
      const discovered = new Set(found.map(({ kind, key }) => `${kind}:${key}`))
      return strange
        .filter((scope) => !discovered.has(scope))
        .map((scope) => strangeness(directory, scope))
    },
    isSent: async (outboxId) => {
      const row = await database
        .selectFrom('outbox')
        .select('sentAtMs')
        .where('center', '=', center)
        .where('id', '=', outboxId)
        .executeTakeFirst()
      // A relay may delete what it has sent.
      return !row || row.sentAtMs > 0
    },
    shown: async () => {
      const { version, directory, content } = await current()
      const discovered = await database
        .selectFrom('discovered')
        .select(['kind', 'key'])
        .where('center', '=', center)
        .orderBy('kind')
        .orderBy('key')
        .execute()
      const named = discovered.flatMap(({ kind, key }) =>
        kind === 'agent' || kind === 'queue' ? [{ kind, key } as const] : [],
      )
      const shown = withDiscovered(written(content, directory), directory, named)
      return { version, directory: maskSecrets(shown) }
    },
    put: async (sent, by, nowMs, ifVersion) => {
      const outcome = await database.transaction().execute(async (writing): Promise<Put> => {
        const before = await current(writing)
        if (ifVersion !== null && ifVersion !== before.version) {
          return { ok: false, refused: 'outdated', version: before.version }
        }
        const judged = judge(sent, before)
        if (!judged.ok) return { ok: false, refused: 'faults', errors: judged.errors }
        if (!(await mayBegin(writing, judged.directory, before.directory))) {
          const path = 'center.businessDayStart'
          return { ok: false, refused: 'faults', errors: [{ path, message: NO_QUARTER }] }
        }
        if (isSameDirectory(judged.directory, before.directory)) {
          return { ok: true, changed: false, version: before.version, outboxId: null }
        }
        const version = before.version + 1
        const content = JSON.stringify(judged.content)
        const inserted = await writing
          .insertInto('directory')
          .values({ center, version, atMs: nowMs, by, content })
          .onConflict((conflict) => conflict.columns(['center', 'version']).doNothing())
          .executeTakeFirst()
        if (inserted.numInsertedOrUpdatedRows === 0n) {
          return { ok: false, refused: 'outdated', version }
        }
        const event: InternalEvent = {
          id: newId(),
          type: 'directory.changed',
          atMs: nowMs,
          data: { directory: judged.content },
        }
        await writing
          .insertInto('outbox')
          .values({ center, id: event.id, atMs: nowMs, event: JSON.stringify(event), sentAtMs: 0 })
          .execute()
        const about = `${center}, version ${String(version)}`
        const detail = changesBetween(before.directory, judged.directory)
        await audit(writing, { by, action: 'directory.changed', about, detail }, nowMs)
        return { ok: true, changed: true, version, outboxId: event.id }
      })
      return outcome
    },
  }
}

type Judged =
  | { ok: true; directory: Directory; content: Record<string, unknown> }
  | { ok: false; errors: DirectoryFault[] }

/** Checks what was put as a whole; faults are named by their place in what was sent. */
function judge(sent: unknown, before: PutDirectory): Judged {
  const { directory: described, placeOf } = withoutDiscovered(sent)
  const { directory: content, lacking } = unmaskSecrets(described, before.content)
  const checked = Directory.safeParse(content)
  const errors = (checked.error?.issues ?? []).map(({ path, message }) => {
    const [list, at, ...rest] = path
    const place =
      typeof list === 'string' && typeof at === 'number' ? [list, placeOf(list, at), ...rest] : path
    return { path: place.map(String).join('.'), message }
  })
  for (const path of lacking) {
    const message = 'is a masked secret, and none is kept for it: write the secret itself'
    errors.push({ path: path.join('.'), message })
  }
  if (!checked.success || errors.length > 0) return { ok: false, errors }
  return { ok: true, directory: checked.data, content: content as Record<string, unknown> }
}

/** Which of the center's own metrics were added, changed or removed. */
function changedMetrics(before: Directory, after: Directory): string[] {
  const text = (of: Directory, key: string): string =>
    JSON.stringify(of.metrics.find((each) => each.key === key))
  const keys = new Set([...before.metrics, ...after.metrics].map(({ key }) => key))
  return [...keys].filter((key) => text(before, key) !== text(after, key)).map(ownId)
}

/** What changed, in a line for the audit log: how many of each part, and never a secret. */
function changesBetween(before: Directory, after: Directory): string {
  const parts = Object.keys(after) as (keyof Directory)[]
  return parts
    .filter((part) => JSON.stringify(before[part]) !== JSON.stringify(after[part]))
    .map((part) => {
      const [was, is] = [before[part], after[part]]
      if (part === 'metrics') return `metrics (${changedMetrics(before, after).join(', ')})`
      return Array.isArray(was) && Array.isArray(is)
        ? `${part} (${String(was.length)} → ${String(is.length)})`
        : part
    })
    .join(', ')
}
