import { describe, expect, it } from 'vitest'
import { customerOf, isExtension, offerIdOf, visitIdOf } from './ids.ts'

describe('ids', () => {
  it('of a visit and of a ring count from one', () => {
    expect(visitIdOf('1795283607.0', 2)).toBe('1795283607.0#2')
    expect(offerIdOf('1795283607.0#2', "Bob O'Brien", 1)).toBe("1795283607.0#2/Bob O'Brien/1")
  })

  it.each([
    ['+44204625303', '+44204625303', false],
    ['00316140774', '00316140774', false],
    ['', null, false],
    ['anonymous', null, false],
    ['Anonymous', null, false],
    ['<unknown>', null, false],
    ['104', null, true],
    ['99999', null, true],
    ['110110', '110110', false],
  ])('of a caller: %j', (number, customer, extension) => {
    expect(customerOf(number)).toBe(customer)
    expect(isExtension(number)).toBe(extension)
  })
})
