import { describe, expect, it } from 'vitest'
import { action, challengeKey, stepAfter } from './amiLogin.ts'
import { packetSplitter } from './amiPackets.ts'
import { AmiSettings } from './amiSettings.ts'

const md5 = AmiSettings.parse({ host: 'pbx', username: 'ringside', secret: 's3cr3t-ringside' })
const plain = { ...md5, login: 'plain' as const }

function after(text: string, settings = md5) {
  const [item] = packetSplitter().push(Buffer.from(text))
  if (!item?.ok) throw new Error('not a packet')
  return stepAfter(item.packet, settings)
}

describe('signing in at Asterisk', () => {
  it('answers a challenge as Asterisk reckons it', () => {
    expect(challengeKey('1360418127', 's3cr3t-ringside')).toBe('488184e3e33098aac84811f21a3cd2be')
  })

  it('never sends the secret itself, unless told to', () => {
    expect(after('Asterisk Call Manager/11.0.0\r\n')).toEqual({
      kind: 'send',
      text: 'Action: Challenge\r\nActionID: ringside-challenge\r\nAuthType: MD5\r\n\r\n',
    })
    const challenge =
      'Response: Success\r\nActionID: ringside-challenge\r\nChallenge: 1360418127\r\n\r\n'
    expect(after(challenge)).toEqual({
      kind: 'send',
      text:
        'Action: Login\r\nActionID: ringside-login\r\nAuthType: MD5\r\nUsername: ringside\r\n' +
        'Key: 488184e3e33098aac84811f21a3cd2be\r\nEvents: system,agent,call,dialplan\r\n\r\n',
    })
    const greeted = after('Asterisk Call Manager/11.0.0\r\n', plain)
    expect(greeted?.kind === 'send' && greeted.text).toContain('Secret: s3cr3t-ringside\r\n')
  })

  it('asks for the lists once it is in, and is live when they are complete', () => {
    const step = after('Response: Success\r\nActionID: ringside-login\r\nMessage: ok\r\n\r\n')
    expect(step?.kind === 'signedIn' && step.text).toContain('Action: QueueStatus')
    const complete = 'Event: QueueStatusComplete\r\nActionID: ringside-queues\r\n\r\n'
    expect(after(complete)).toEqual({ kind: 'live' })
    expect(after('Event: QueueStatusComplete\r\nActionID: another\r\n\r\n')).toBeNull()
  })

  it('says why it was refused, and is content without the list of channels', () => {
    const error = (id: string) =>
      `Response: Error\r\nActionID: ${id}\r\nMessage: Permission denied\r\n\r\n`
    expect(after(error('ringside-login'))).toEqual({
      kind: 'refused',
      message: 'the login of ringside: Permission denied',
    })
    expect(after(error('ringside-queues'))).toMatchObject({ kind: 'refused' })
    expect(after(error('ringside-channels'))).toBeNull()
  })

  it('lets no value begin another header', () => {
    expect(action('Login', { Username: 'x\r\nAction: Command' })).toBe(
      'Action: Login\r\nUsername: x  Action: Command\r\n\r\n',
    )
  })
})
