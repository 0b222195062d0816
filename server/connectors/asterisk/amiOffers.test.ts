import { describe, expect, it } from 'vitest'
import { ringOutcome } from './amiOffers.ts'

describe('how a ring ended', () => {
  it.each([
    ['rang out, and Asterisk cancelled it', 12_000, true, 'NOANSWER', 0, 'noAnswer'],
    ['rang out behind a Local channel', 8_000, true, 'NOANSWER', 16, 'noAnswer'],
    ['the phone gave up by itself', 20_000, true, 'NOANSWER', 19, 'noAnswer'],
    ['nobody there to respond', 20_000, true, 'NOANSWER', 18, 'noAnswer'],
    ['its cause never came, but it rang long', 5_000, true, 'NOANSWER', null, 'noAnswer'],
    ['its cause never came, and it hardly rang', 4_999, true, 'NOANSWER', null, 'unknown'],
    ['busy at once', 2, true, 'NOANSWER', 17, 'busy'],
    ['declined after ringing, which phones call busy', 1_155, true, 'NOANSWER', 17, 'rejected'],
    ['declined', 2_533, true, 'NOANSWER', 21, 'rejected'],
    ['do not disturb', 1, true, 'NOANSWER', 19, 'unavailable'],
    ['no route to the phone', 0, true, 'NOANSWER', 3, 'unavailable'],
    ['busy, in so many words', 1, true, 'BUSY', null, 'busy'],
    ['congestion', 1, true, 'CONGESTION', 34, 'unavailable'],
    ['not registered', 1, true, 'CHANUNAVAIL', 20, 'unavailable'],
    ['a colleague answered', 3_000, false, 'CANCEL', 26, 'answeredElsewhere'],
    ['the caller hung up', 3_000, false, 'CANCEL', 0, 'customerLeft'],
  ] as const)('%s', (_name, ringMs, unanswered, dialStatus, hangupCause, outcome) => {
    expect(ringOutcome({ ringMs, unanswered, dialStatus, hangupCause })).toBe(outcome)
  })
})
