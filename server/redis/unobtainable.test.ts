import { describe, expect, it } from 'vitest'
import { installCommands } from './unobtainable.ts'

describe('the command that installs a Redis', () => {
  it.each([
    [
      'Debian',
      'linux',
      'ID=debian\n',
      'sudo apt-get update && sudo apt-get install -y redis-server',
    ],
    ['Mint', 'linux', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', /apt-get install -y redis-server/],
    ['Fedora', 'linux', 'NAME="Fedora"\nID=fedora\n', 'sudo dnf install -y valkey'],
    ['Rocky', 'linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'sudo dnf install -y redis'],
    ['Alpine', 'linux', 'ID=alpine\n', 'apk add valkey'],
    ['a Mac', 'darwin', '', 'brew install valkey'],
    ['an unknown Linux', 'linux', 'ID=plan9\n', /^docker run/],
    ['a Linux that does not say', 'linux', '', /^docker run/],
  ] as const)('on %s', (_name, platform, osRelease, expected) => {
    expect(installCommands(platform, osRelease)[0]).toMatch(expected)
  })
})
