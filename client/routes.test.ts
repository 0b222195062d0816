import { describe, expect, it } from 'vitest'
import { parseRoute, pathAfterSignIn, signInPath, wallPath } from './routes.ts'

describe('the screen that an address names', () => {
  it.each([
    ['/', { name: 'home' }],
    ['', { name: 'home' }],
    ['/sign-in', { name: 'signIn' }],
    ['/live', { name: 'live' }],
    ['/live/', { name: 'live' }],
    ['/setup/metrics', { name: 'ownMetrics' }],
    ['/setup/retention', { name: 'retention' }],
    ['/setup', { name: 'notFound' }],
    ['/setup/else', { name: 'notFound' }],
    ['/wall/center', { name: 'wall', board: 'center' }],
    ['/wall/%E5%BA%83', { name: 'wall', board: '広' }],
    ['/wall', { name: 'notFound' }],
    ['/wall/', { name: 'notFound' }],
    ['/wall/a/b', { name: 'notFound' }],
    ['/wall/%E5', { name: 'notFound' }],
    ['/live/x', { name: 'notFound' }],
    ['/elsewhere', { name: 'notFound' }],
    ['/constructor', { name: 'notFound' }],
  ])('%s', (path, route) => {
    expect(parseRoute(path)).toEqual(route)
  })

  it('is the one that its path was made for', () => {
    expect(parseRoute(wallPath('a b/c'))).toEqual({ name: 'wall', board: 'a b/c' })
    expect(wallPath('queue', 'sales & more')).toBe('/wall/queue?queue=sales%20%26%20more')
  })
})

describe('where to go after the sign-in', () => {
  it.each([
    ['/live?team=a#b', '/live?team=a#b'],
    ['/wall/center', '/wall/center'],
    [null, '/'],
    ['', '/'],
    ['live', '/'],
    ['https://evil.example', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/sign-in?next=/sign-in', '/'],
  ])('%j leads to %j', (next, path) => {
    expect(pathAfterSignIn(next)).toBe(path)
  })

  it('comes back from the address of the sign-in page', () => {
    const path = signInPath('/live?team=a&state=wrapUp')
    const next = new URL(path, 'http://wall.example').searchParams.get('next')
    expect(pathAfterSignIn(next)).toBe('/live?team=a&state=wrapUp')
    expect(signInPath('/')).toBe('/sign-in')
  })
})
