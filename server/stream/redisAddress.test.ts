import { describe, expect, it } from 'vitest'
import { connectionTo, parseRedisUrl } from './redisAddress.ts'

describe('parseRedisUrl', () => {
  it.each([
    ['redis://r', { kind: 'server', at: { host: 'r', port: 6379 }, login: {} }],
    ['redis://10.0.0.5:7000/2', { at: { host: '10.0.0.5', port: 7000 }, login: { db: 2 } }],
    ['redis://[::1]:7000', { at: { host: '::1', port: 7000 } }],
    ['redis://ann:s%40%3Ae@r', { login: { username: 'ann', password: 's@:e' } }],
    ['redis://:secret:s@r', { login: { password: 'secret:s' } }],
    ['rediss://r', { kind: 'server', login: { tls: {} } }],
    [
      'redis+sentinel://ann:a@s1,s2:5000/wall/1?sentinelUser=bo&sentinelPassword=50%25%20b',
      {
        kind: 'sentinel',
        sentinels: [
          { host: 's1', port: 26379 },
          { host: 's2', port: 5000 },
        ],
        master: 'wall',
        login: { username: 'ann', password: 'a', db: 1 },
        sentinelLogin: { username: 'bo', password: '50% b' },
      },
    ],
    [
      'rediss+cluster://:a@h1:7000,h2:7001/',
      {
        kind: 'cluster',
        nodes: [
          { host: 'h1', port: 7000 },
          { host: 'h2', port: 7001 },
        ],
        login: { password: 'a', tls: {} },
      },
    ],
  ])('reads %s', (text, expected) => {
    expect(parseRedisUrl(text)).toMatchObject(expected)
  })

  it.each([
    ['localhost:6379', 'redis+sentinel://'],
    ['http://localhost', 'redis+cluster://'],
    ['redis+sentinels://h/m', 'must be an address like'],
    ['redis://h:70000', 'HOST:PORT'],
    ['redis://h:1,h:2', 'redis+sentinel:// or redis+cluster://'],
    ['redis://h/one', 'number'],
    ['redis://h?tls=1', '?tls'],
    ['redis://:100%@h', '%25'],
    ['redis+sentinel://h', '/mymaster'],
    ['redis+sentinel://h/m/x', 'number'],
    ['redis+sentinel://h/m?sentinel=x', '?sentinel'],
    ['redis+cluster://h/0', 'no databases'],
    ['redis+cluster://h,,h', 'HOST:PORT'],
  ])('refuses %s, and says what to write', (text, advice) => {
    expect(() => parseRedisUrl(text)).toThrow(advice)
  })
})

it('speaks TLS to the Sentinels as to the master, each under its own name', () => {
  const text = 'rediss+sentinel://ann:a@s/m?sentinelUser=bo&sentinelPassword=b'
  expect(connectionTo(parseRedisUrl(text), 'key')).toMatchObject({
    name: 'm',
    username: 'ann',
    password: 'a',
    tls: {},
    sentinelUsername: 'bo',
    sentinelPassword: 'b',
    sentinelTLS: {},
    enableTLSForSentinelMode: true,
  })
})
