import { describe, expect, it } from 'vitest'
import { containerCommand, firstAddress } from './container.ts'

describe('a Redis in a container', () => {
  it('keeps its log in our folder, fsynced, and is reachable from this machine only', () => {
    const command = containerCommand('ringside-1', '/srv/data/redis', 'always').join(' ')
    expect(command).toContain('--publish 127.0.0.1:0:6379 --volume /srv/data/redis:/data')
    expect(command).toContain('--appendonly yes --appendfsync always')
    expect(command).toContain('--maxmemory-policy noeviction')
  })

  it('is found by the first of its addresses', () => {
    expect(firstAddress('127.0.0.1:49153\n')).toBe('127.0.0.1:49153')
    expect(firstAddress('127.0.0.1:49153\n127.0.0.1:49154\n')).toBe('127.0.0.1:49153')
  })

  it.each(['', 'Error: No public port', '[::]:49153'])('is not found by %j', (output) => {
    expect(() => firstAddress(output)).toThrow('docker port said')
  })
})
