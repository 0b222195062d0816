import { describe, expect, it } from 'vitest'
import { MASK, maskSecrets, unmaskSecrets } from './masked.ts'

const kept = {
  sources: [
    {
      source: '/asterisk/pbx-1/ami',
      settings: {
        host: 'pbx',
        username: 'ringside',
        password: 'hunter2',
        tls: { privateKey: 'pem' },
      },
    },
    {
      source: '/mail/in',
      settings: {
        accounts: [
          { user: 'a', secret: 's1' },
          { user: 'b', secret: 's2' },
        ],
      },
    },
  ],
}

describe('maskSecrets', () => {
  it('hides secrets wherever they lie, and nothing else', () => {
    expect(maskSecrets(kept)).toEqual({
      sources: [
        {
          source: '/asterisk/pbx-1/ami',
          settings: {
            host: 'pbx',
            username: 'ringside',
            password: MASK,
            tls: { privateKey: MASK },
          },
        },
        {
          source: '/mail/in',
          settings: {
            accounts: [
              { user: 'a', secret: MASK },
              { user: 'b', secret: MASK },
            ],
          },
        },
      ],
    })
  })

  it.each([
    ...['password', 'passwd', 'pwd', 'Secret', 'clientSecret', 'token', 'accessToken', 'apiKey'],
    ...['api_key', 'private-key', 'credentials', 'authorization', 'passphrase', 'sipPassword'],
  ])('takes %s for a secret', (name) => {
    const masked = maskSecrets({ sources: [{ settings: { [name]: 'x' } }] })
    expect(masked).toEqual({ sources: [{ settings: { [name]: MASK } }] })
  })

  it.each([
    ['host', 'pbx'],
    ['keyColumn', 'id'],
    ['passive', 'yes'],
    ['password', ''],
    ['tokenless', true],
  ])('shows %s: %j', (name, value) => {
    const directory = { sources: [{ settings: { [name]: value } }] }
    expect(maskSecrets(directory)).toEqual(directory)
  })
})

describe('unmaskSecrets', () => {
  it('gives back what was masked', () => {
    expect(unmaskSecrets(maskSecrets(kept), kept)).toEqual({ directory: kept, lacking: [] })
  })

  it('finds a source by its name, wherever it has moved', () => {
    const shown = maskSecrets(kept) as { sources: unknown[] }
    const turned = { sources: [...shown.sources].reverse() }
    expect(unmaskSecrets(turned, kept).directory).toEqual({ sources: [...kept.sources].reverse() })
  })

  it('takes a new secret as it is', () => {
    const put = { sources: [{ source: '/asterisk/pbx-1/ami', settings: { password: 'new' } }] }
    expect(unmaskSecrets(put, kept)).toEqual({ directory: put, lacking: [] })
  })

  it.each([
    [
      'a source that is new',
      '/asterisk/pbx-2/ami',
      { password: MASK },
      ['sources', 0, 'settings', 'password'],
    ],
    [
      'a setting that is new',
      '/asterisk/pbx-1/ami',
      { token: MASK },
      ['sources', 0, 'settings', 'token'],
    ],
  ])('says where nothing is kept for a mask: %s', (_name, source, settings, path) => {
    expect(unmaskSecrets({ sources: [{ source, settings }] }, kept).lacking).toEqual([path])
  })

  it.each([
    [null],
    ['text'],
    [[]],
    [{}],
    [{ sources: 'x' }],
    [{ sources: [1, null, { source: 7 }] }],
  ])('leaves what is no directory to the schema: %j', (put) => {
    expect(unmaskSecrets(put, kept)).toEqual({ directory: put, lacking: [] })
  })
})
