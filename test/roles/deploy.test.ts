/** What docs/deploy tells a container engine, done with processes: that it is complete, and works. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readConfig, ROLES, unknownSettings } from '../../server/config.ts'
import { makeDatabase, type TestDatabase } from '../database.ts'
import { until } from '../keeping.ts'
import { freePorts, startRedisServer, type RedisServer } from '../redisServer.ts'
import { API_KEY, startServer, type RunningServer } from '../server.ts'

/** Five processes start, side by side with other tests. */
const LIMIT_MS = 300_000
/** As the Dockerfile and the proxy have it. */
const PORT = 4000

const textOf = (name: string): Promise<string> =>
  readFile(new URL(`../../docs/deploy/${name}`, import.meta.url), 'utf8')

type Service = {
  build?: { context: string; dockerfile: string }
  deploy?: { replicas: number }
  environment?: Record<string, string>
}

/** What a person types before `docker compose up`. */
const GIVEN: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: 'secret',
  RINGSIDE_ADMIN_PASSWORD: 'password-of-the-tests',
}

/** The text with its variables: `${NAME:-default}`, and `${NAME:?why}`, which must be given. */
const filledIn = (text: string): string =>
  text.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, sign: string, rest: string) => {
    const value = GIVEN[name] ?? (sign === '-' ? rest : null)
    if (value === null) throw new Error(`${name} is not given`)
    return value
  })

/** The services that are Ringside. */
async function composed(): Promise<[name: string, service: Service][]> {
  const file = parse(filledIn(await textOf('docker-compose.yml')), { merge: true }) as {
    services: Record<string, Service>
  }
  return Object.entries(file.services).filter(([, { build }]) => build !== undefined)
}

const rolesOf = (all: readonly Readonly<Record<string, string>>[]): string[] =>
  all.flatMap(({ RINGSIDE_ROLES = '' }) => RINGSIDE_ROLES.split(','))

describe('docker-compose.yml', () => {
  let folder: string
  let redis: RedisServer
  let database: TestDatabase
  const running = new Map<string, RunningServer[]>()
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ringside-deploy-'))
    const [port = 0] = await freePorts(1)
    redis = await startRedisServer(folder, port, ['--appendonly', 'yes', '--save', ''])
    database = await makeDatabase('postgres', inject('postgresUrl'))
    // All at once, as compose does: each finds an empty database.
    await Promise.all(
      (await composed()).flatMap(([name, { environment = {}, deploy }]) =>
        Array.from({ length: deploy?.replicas ?? 1 }, async () => {
          const server = await startServer({
            env: {
              ...environment,
              HOST: '0.0.0.0',
              REDIS_URL: `redis://127.0.0.1:${String(redis.port)}/0`,
              DATABASE_URL: database.url ?? '',
            },
          })
          running.set(name, [...(running.get(name) ?? []), server])
        }),
      ),
    )
  }, LIMIT_MS)
  afterAll(async () => {
    const servers = [...running.values()].flat()
    for (const server of servers) await server.kill()
    for (const server of servers) await server.clean()
    redis.client.disconnect()
    await redis.kill()
    await rm(folder, { recursive: true, force: true })
    await database.remove()
  }, LIMIT_MS)

  it('names settings that there are, and every part once', async () => {
    const all = (await composed()).map(([, { environment = {} }]) => environment)
    for (const environment of all) {
      expect(unknownSettings(environment)).toEqual([])
      expect(readConfig(environment).DATABASE_URL).toBe(
        'postgres://ringside:secret@postgres:5432/ringside',
      )
    }
    expect(rolesOf(all).sort()).toEqual([...ROLES].sort())
  })

  /** Where the proxy sends a path. */
  async function serverFor(path: string): Promise<RunningServer> {
    const text = await textOf('nginx.conf')
    const upstreams = new Map(
      [...text.matchAll(/set \$(\w+) (\w+):(\d+);/g)].map(([, name, service, port]) => {
        expect(port).toBe(String(PORT))
        return [name, service]
      }),
    )
    const locations = [
      ...text.matchAll(/location (= )?(\S+) \{\s*proxy_pass http:\/\/\$(\w+);\s*\}/g),
    ]
    const [, , , upstream] =
      locations.find(([, exact, at = '']) => (exact ? path === at : path.startsWith(at))) ?? []
    const server = running.get(upstreams.get(upstream) ?? '')?.[0]
    if (!server) throw new Error(`nobody is at ${path}`)
    return server
  }

  it('counts what the proxy passes on', { timeout: LIMIT_MS }, async () => {
    const contactId = 'call-1'
    const visit = { contactId, visitId: `${contactId}#1`, queue: 'sales' }
    const door = await serverFor('/api/events')
    const sent = await fetch(`${door.url}/api/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${API_KEY}`,
        'content-type': 'application/cloudevents-batch+json',
      },
      body: JSON.stringify([
        {
          specversion: '1.0',
          id: 'first',
          source: '/pbx/1/feed',
          type: 'contact.queued',
          time: new Date().toISOString(),
          data: visit,
        },
      ]),
    })
    expect(sent.status, await sent.text()).toBe(202)
    const path = '/api/metrics?center=main&scope=queue:sales&window=today&ids=callsOffered'
    const screens = await serverFor(path)
    await until('the call is counted', async () => {
      const { body } = await screens.get(path)
      const { values } = body as { values?: { callsOffered: { value: number | null } } }
      return values?.callsOffered.value === 1
    })
  })

  it('shows the simulated center meanwhile', { timeout: LIMIT_MS }, async () => {
    const path = '/api/status?center=demo'
    const screens = await serverFor(path)
    await until('something is simulated', async () => {
      const { body } = await screens.get(path)
      return ((body as { events?: { folded: number } }).events?.folded ?? 0) > 0
    })
  })
})

describe('kubernetes.yml', () => {
  type Port = { port: number; targetPort: number }
  type Probe = { httpGet: { path: string; port: number } }
  type Manifest =
    | { kind: 'Service'; metadata: { name: string }; spec: { selector: object; ports: Port[] } }
    | {
        kind: 'Deployment'
        metadata: { name: string }
        spec: {
          selector: { matchLabels: object }
          template: { metadata: { labels: object }; spec: { containers: Container[] } }
        }
      }
    | { kind: 'Ingress'; metadata: { name: string }; spec: { rules: Rule[] } }
  type Container = {
    ports: { containerPort: number }[]
    env: { name: string; value: string }[]
    livenessProbe: Probe
    readinessProbe: Probe
  }
  type Rule = {
    http: {
      paths: {
        path: string
        backend: { service: { name: string; port: { number: number } } }
      }[]
    }
  }
  const manifests = async (): Promise<Manifest[]> =>
    parseAllDocuments(await textOf('kubernetes.yml'))
      .map((document) => document.toJS() as Manifest | null)
      .filter((manifest) => manifest !== null)

  it('names settings that there are, and every part once', async () => {
    const text = await textOf('kubernetes.yml')
    const literals = [...text.matchAll(/--from-literal=(\w+)=/g)].map(([, name = '']) => name)
    expect(unknownSettings(Object.fromEntries(literals.map((name) => [name, ''])))).toEqual([])
    const all = (await manifests()).flatMap((manifest) =>
      manifest.kind === 'Deployment'
        ? manifest.spec.template.spec.containers.map(({ env }) =>
            Object.fromEntries(env.map(({ name, value }) => [name, value])),
          )
        : [],
    )
    for (const environment of all) expect(unknownSettings(environment)).toEqual([])
    expect(rolesOf(all).sort()).toEqual([...ROLES].sort())
  })

  it('asks each process where it answers', async () => {
    const labels: object[] = []
    const services = new Map<string, object>()
    const asked: string[] = []
    for (const manifest of await manifests()) {
      if (manifest.kind === 'Service') {
        services.set(manifest.metadata.name, manifest.spec.selector)
        expect(manifest.spec.ports).toEqual([{ port: PORT, targetPort: PORT }])
      } else if (manifest.kind === 'Deployment') {
        const { selector, template } = manifest.spec
        expect(template.metadata.labels).toEqual(selector.matchLabels)
        labels.push(template.metadata.labels)
        for (const { ports, livenessProbe, readinessProbe } of template.spec.containers) {
          expect(ports).toEqual([{ containerPort: PORT }])
          for (const { httpGet } of [livenessProbe, readinessProbe]) {
            expect(httpGet.port).toBe(PORT)
            asked.push(httpGet.path)
          }
        }
      } else {
        const paths = manifest.spec.rules.flatMap(({ http }) => http.paths)
        expect(paths.map(({ path }) => path)).toEqual(['/api/events', '/'])
        for (const { backend } of paths) {
          expect(labels).toContainEqual(services.get(backend.service.name))
          expect(backend.service.port.number).toBe(PORT)
        }
      }
    }
    expect(new Set(asked)).toEqual(new Set(['/healthz', '/readyz']))
  })
})

it('an image holds nothing of whoever builds it', async () => {
  const [dockerfile, ignored] = await Promise.all([
    textOf('Dockerfile'),
    readFile(new URL('../../.dockerignore', import.meta.url), 'utf8'),
  ])
  expect(dockerfile).toContain(`PORT=${String(PORT)}`)
  const lines = ignored.split('\n')
  for (const own of ['.env', 'data', 'node_modules', 'dist', '.git', '.cache']) {
    expect(lines).toContain(own)
  }
})
