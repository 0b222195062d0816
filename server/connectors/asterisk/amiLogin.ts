import { createHash } from 'node:crypto'
import { headersOf } from './amiPackets.ts'
import type { Packet } from './amiPackets.ts'
import type { AmiSettings } from './amiSettings.ts'

/** What to say to Asterisk, and when: greeting, challenge, login, lists. */

/** An action as AMI takes it; a line end in a value would begin another header. */
export function action(name: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ Action: name, ...headers }).map(
    ([key, value]) => `${key}: ${value.replace(/[\r\n]/g, ' ')}\r\n`,
  )
  return `${lines.join('')}\r\n`
}

/** The answer to a challenge: lower-case hexadecimal MD5 of the challenge and the secret. */
export const challengeKey = (challenge: string, secret: string): string =>
  createHash('md5').update(`${challenge}${secret}`).digest('hex')

/** Classes of events that are read. Asterisk sends those of them that the user may see. */
const EVENTS = 'system,agent,call,dialplan'

const CHALLENGE = 'ringside-challenge'
const LOGIN = 'ringside-login'
const QUEUES = 'ringside-queues'
/** Which channels there are; only users with the `reporting` right may ask. */
const CHANNELS = 'ringside-channels'

/** What a packet means for the conversation. */
export type Step =
  | { kind: 'send'; text: string }
  /** Signed in: from now on events come. The lists are asked for. */
  | { kind: 'signedIn'; text: string }
  | { kind: 'live' }
  | { kind: 'refused'; message: string }
  | null

const lists =
  action('CoreShowChannels', { ActionID: CHANNELS }) + action('QueueStatus', { ActionID: QUEUES })

export function stepAfter(packet: Packet, settings: AmiSettings): Step {
  const { username, secret } = settings
  if (packet.kind === 'greeting') {
    const text =
      settings.login === 'md5'
        ? action('Challenge', { ActionID: CHALLENGE, AuthType: 'MD5' })
        : action('Login', { ActionID: LOGIN, Username: username, Secret: secret, Events: EVENTS })
    return { kind: 'send', text }
  }
  const headers = headersOf(packet)
  const id = headers?.get('actionid') ?? ''
  if (packet.kind === 'event') {
    return packet.name === 'QueueStatusComplete' && id === QUEUES ? { kind: 'live' } : null
  }
  if (id !== CHALLENGE && id !== LOGIN && id !== QUEUES) return null
  if (packet.name !== 'Success') {
    const what = id === QUEUES ? 'the list of queues' : `the login of ${username}`
    return { kind: 'refused', message: `${what}: ${headers?.get('message') ?? packet.name}` }
  }
  if (id === LOGIN) return { kind: 'signedIn', text: lists }
  if (id !== CHALLENGE) return null
  const challenge = headers?.get('challenge') ?? ''
  const login = { ActionID: LOGIN, AuthType: 'MD5', Username: username }
  const key = challengeKey(challenge, secret)
  return { kind: 'send', text: action('Login', { ...login, Key: key, Events: EVENTS }) }
}
