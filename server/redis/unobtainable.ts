/** What to type, where no Redis can be had by ourselves. */
import { readFile } from 'node:fs/promises'

/** How the distributions install a Redis, by `ID` or `ID_LIKE` of /etc/os-release. */
const LINUX_COMMANDS: Readonly<Record<string, string>> = {
  debian: 'sudo apt-get update && sudo apt-get install -y redis-server',
  ubuntu: 'sudo apt-get update && sudo apt-get install -y redis-server',
  fedora: 'sudo dnf install -y valkey',
  rhel: 'sudo dnf install -y redis',
  alpine: 'apk add valkey',
  arch: 'sudo pacman -S --noconfirm valkey',
  suse: 'sudo zypper install -y redis',
}

/** The sentences that `npm start` ends with when there is no Redis to be had. */
export async function howToGetRedis(): Promise<string> {
  const osRelease = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return [
    'Ringside needs Redis 6.2 or later (or Valkey), found none here and could not fetch one.',
    'Any one of these will do; then run `npm start` again:',
    '',
    ...installCommands(process.platform, osRelease).map((command) => `    ${command}`),
    '    REDIS_URL=redis://HOST:6379 npm start        (a Redis that runs elsewhere)',
    '    RINGSIDE_REDIS_BIN=/path/to/redis-server npm start',
  ].join('\n')
}

/** The commands that install a Redis on a platform, the usual one first. */
export function installCommands(platform: NodeJS.Platform, osRelease: string): string[] {
  const inContainer =
    'docker run -d --name redis -p 127.0.0.1:6379:6379 -v ringside:/data valkey/valkey:8-alpine' +
    ' valkey-server --appendonly yes --appendfsync always --maxmemory-policy noeviction' +
    ' && REDIS_URL=redis://127.0.0.1:6379 npm start'
  if (platform === 'darwin') return ['brew install valkey', inContainer]
  if (platform === 'win32') return ['wsl --install, and Ringside inside it', inContainer]
  const names = distributionNames(osRelease)
  const known = names.flatMap((name) => LINUX_COMMANDS[name] ?? []).slice(0, 1)
  return [...known, inContainer]
}

/**
 * The distribution and those that it is like, nearest first.
 *
 *     ID=linuxmint
 *     ID_LIKE="ubuntu debian"
 */
function distributionNames(osRelease: string): string[] {
  const valueOf = (key: string): string =>
    new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? ''
  return `${valueOf('ID')} ${valueOf('ID_LIKE')}`.split(' ').filter((name) => name !== '')
}
