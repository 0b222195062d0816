import { expect, it } from 'vitest'
import { en } from '../i18n/en.ts'
import { ja } from '../i18n/ja.ts'
import { amountText, counterText, whoseText } from './entryText.ts'

const numbers = {
  queueName: (key: string) => key.toUpperCase(),
  agentName: (key: string) => `Agent ${key}`,
}

it.each([
  ['visitsOffered', 1, '1'],
  ['visitsOffered', -2, '\u22122'],
  ['talkMs', 205_000, '3:25'],
  ['talkMs', -61_000, '\u22121:01'],
  ['orderAmount', 123_450, '€1,234.50'],
  ['orderAmount', -5, '\u2212€0.05'],
  ['ofAnotherVersion', 7, '7'],
])('%s: %d is %s', (counter, amount, text) => {
  expect(amountText(counter, amount, { locale: 'en', currency: 'EUR' })).toBe(text)
})

it('says whose an entry is', () => {
  expect(whoseText({ queue: 'sales', agent: 'anna' }, numbers)).toBe('SALES · Agent anna')
  expect(whoseText({ queue: null, agent: null }, numbers)).toBe('')
})

it('says what a counter counts', () => {
  const english = { locale: 'en', t: en } as const
  expect(counterText('visitsAnswered', english)).toEqual({
    text: 'visits answered, at the answer',
    lang: 'en',
  })
  const japanese = { locale: 'ja', t: ja } as const
  expect(counterText('visitsAnswered', japanese)).toEqual({
    text: '応答した着信の件数。応答時',
    lang: 'ja',
  })
  expect(counterText('ofAnotherVersion', japanese)).toEqual({
    text: 'ofAnotherVersion',
    lang: 'en',
  })
})
