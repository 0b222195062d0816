import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseRedisUrl } from './stream/redisAddress.ts'
import { envExample, readConfig, ROLES, unknownSettings } from './config.ts'

describe('readConfig', () => {
  it('needs nothing to be set', () => {
    expect(readConfig({})).toEqual({
      PORT: 4000,
      HOST: '127.0.0.1',
      DATA_DIR: './data',
      REDIS_URL: null,
      DATABASE_URL: null,
      RINGSIDE_REDIS_FSYNC: 'always',
      RINGSIDE_REDIS_BIN: null,
      RINGSIDE_REDIS_REPLICAS: null,
      RINGSIDE_ROLES: new Set(ROLES),
      RINGSIDE_CENTERS: ['main'],
      RINGSIDE_API_KEY: null,
      RINGSIDE_BACKUP_TIME: '03:30',
      RINGSIDE_BACKUP_KEEP: 7,
      RINGSIDE_ADMIN_PASSWORD: null,
      RINGSIDE_DEMO: 'auto',
      RINGSIDE_TRUST_PROXY: false,
      LOG_LEVEL: 'info',
    })
  })

  it.each([
    ['PORT', '8080', 8080],
    ['PORT', '0', 0],
    ['PORT', '', 4000],
    ['REDIS_URL', 'redis://10.0.0.5/1', parseRedisUrl('redis://10.0.0.5:6379/1')],
    ['REDIS_URL', '', null],
    ['DATABASE_URL', 'postgres://ringside@db/ringside', 'postgres://ringside@db/ringside'],
    ['DATABASE_URL', 'postgresql:///ringside?host=/run', 'postgresql:///ringside?host=/run'],
    ['RINGSIDE_ROLES', 'api, ingest,engine,gateway,connectors', new Set(ROLES)],
    ['RINGSIDE_TRUST_PROXY', 'off', false],
    ['RINGSIDE_TRUST_PROXY', '1', 1],
    ['RINGSIDE_TRUST_PROXY', 'loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
  ])('reads %s=%s', (name, text, expected) => {
    expect(readConfig({ [name]: text })).toHaveProperty(name, expected)
  })

  it.each([
    ['PORT', 'http'],
    ['PORT', '4000.5'],
    ['PORT', '-1'],
    ['PORT', '70000'],
    ['REDIS_URL', 'localhost:6379'],
    ['REDIS_URL', 'http://localhost:6379'],
    ['REDIS_URL', 'redis+sentinel://host:26379'],
    ['RINGSIDE_REDIS_REPLICAS', '0'],
    ['DATABASE_URL', 'mysql://localhost/ringside'],
    ['RINGSIDE_REDIS_FSYNC', 'never'],
    ['RINGSIDE_ROLES', 'engine,kitchen'],
    ['RINGSIDE_CENTERS', 'osaka,demo'],
    ['RINGSIDE_CENTERS', 'osaka,osaka'],
    ['RINGSIDE_CENTERS', 'os{aka'],
    ['RINGSIDE_CENTERS', ','],
    ['RINGSIDE_ROLES', ','],
    ['RINGSIDE_API_KEY', 'short'],
    ['RINGSIDE_ADMIN_PASSWORD', 'short'],
    ['RINGSIDE_DEMO', 'maybe'],
    ['RINGSIDE_TRUST_PROXY', 'every one'],
    ['LOG_LEVEL', 'loud'],
  ])('refuses %s=%s, and says which it was', (name, text) => {
    expect(() => readConfig({ [name]: text })).toThrow(new RegExp(`Bad settings:[^]*at ${name}`))
  })

  it('names every fault at once', () => {
    const read = (): unknown => readConfig({ PORT: 'x', LOG_LEVEL: 'loud', RINGSIDE_DEMO: 'maybe' })
    expect(read).toThrow(/PORT[^]*RINGSIDE_DEMO[^]*LOG_LEVEL/)
  })

  it('does not print a password that it refuses', () => {
    const read = (): unknown => readConfig({ DATABASE_URL: 'mysql://user:sesame@db/ringside' })
    expect(read).toThrow(/^(?![^]*sesame)/)
    const cluster = (): unknown => readConfig({ REDIS_URL: 'redis+cluster://:sesame@h:7000/1' })
    expect(cluster).toThrow(/^(?![^]*sesame)/)
  })

  it('waits for replicas of a Redis that has some', () => {
    const read = (): unknown => readConfig({ RINGSIDE_REDIS_REPLICAS: '1' })
    expect(read).toThrow(/at RINGSIDE_REDIS_REPLICAS/)
    const set = readConfig({ RINGSIDE_REDIS_REPLICAS: '1', REDIS_URL: 'redis://r' })
    expect(set.RINGSIDE_REDIS_REPLICAS).toBe(1)
  })

  it('asks for what processes share, where one runs some of the parts', () => {
    const read = (): unknown => readConfig({ RINGSIDE_ROLES: 'engine' })
    expect(read).toThrow(/REDIS_URL[^]*DATABASE_URL/)
    expect(() => readConfig({ RINGSIDE_CENTERS: 'a,b' })).toThrow(/REDIS_URL[^]*DATABASE_URL/)
    expect(readConfig({ RINGSIDE_CENTERS: 'osaka' }).RINGSIDE_CENTERS).toEqual(['osaka'])
    const shared = { REDIS_URL: 'redis://r', DATABASE_URL: 'postgres://d/x' }
    expect(readConfig({ RINGSIDE_ROLES: 'engine', ...shared }).RINGSIDE_ROLES).toEqual(
      new Set(['engine']),
    )
  })
})

it('tells what looks like a setting and is none', () => {
  const env = { RINGSIDE_DMEO: 'off', RINGSIDE_DEMO: 'off', RINGSIDE_URL: 'x', PATH: '/bin' }
  expect(unknownSettings(env)).toEqual(['RINGSIDE_DMEO'])
})

it('.env.example is the settings as they are (npm run env-example)', () => {
  expect(readFileSync(new URL('../.env.example', import.meta.url), 'utf8')).toBe(envExample())
})

it('.env.example, taken as it is, changes nothing', () => {
  const lines = envExample().split('\n')
  const set = lines.flatMap((line) => /^# ([A-Z_]+)=(.*)$/.exec(line)?.slice(1, 3) ?? [])
  const env = Object.fromEntries(
    set.flatMap((word, index) => (index % 2 === 0 ? [[word, set[index + 1] ?? '']] : [])),
  )
  expect(Object.keys(env)).toHaveLength(Object.keys(readConfig({})).length)
  expect(readConfig(env)).toEqual(readConfig({}))
})
