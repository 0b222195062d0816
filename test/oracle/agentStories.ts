import fc from 'fast-check'
import { begins, DAY, directory, given, HOUR, maybe, MINUTE, NOW_MS, rfc } from './center.ts'
import type { Said, Story } from './center.ts'
import { worldOf } from './world.ts'

/** Stories of agents: their states, their queues, their plans. */

const shift = fc.record({
  agent: fc.constantFrom('PJSIP/101', 'bo', 'cy', 'dan'),
  signedInMs: begins(2 * HOUR),
  steps: fc.array(
    fc.record({
      afterMs: fc.oneof(
        fc.integer({ min: 3_000, max: 10 * MINUTE }),
        fc.integer({ min: 10 * MINUTE, max: 30 * HOUR }),
      ),
      state: fc.constantFrom('available', 'available', 'notReady', 'signedOut', 'unknown'),
      reason: maybe(fc.constantFrom('Lunch', 'Training')),
    }),
    { maxLength: 6 },
  ),
})

/** Signed in, then from one state to another. Each tells of one agent from one feed. */
export const shiftStory: fc.Arbitrary<Story> = shift.map(({ agent, signedInMs, steps }) => () => {
  const said: Said[] = []
  let atMs = signedInMs
  const say = (state: string, reason?: string) =>
    void said.push({
      source: '/pbx/1/feed',
      type: 'agent.stateChanged',
      atMs,
      data: { agent, state, ...given({ reason: state === 'notReady' ? reason : undefined }) },
    })
  say('available')
  for (const { afterMs, state, reason } of steps) {
    atMs += afterMs
    if (atMs >= NOW_MS) break
    say(state, reason)
  }
  return said
})

/** Joining, pausing and leaving queues. */
export const memberStory: fc.Arbitrary<Story> = fc
  .record({
    agent: fc.constantFrom('PJSIP/101', 'bo', 'cy', 'dan'),
    queue: fc.constantFrom('sales', 'support', 'web'),
    atMs: begins(30 * MINUTE),
    steps: fc.array(
      fc.record({
        afterMs: fc.integer({ min: 2_500, max: 3 * HOUR }),
        action: fc.constantFrom('paused', 'unpaused', 'left', 'joined', 'paused'),
        reason: maybe(fc.constantFrom('Lunch', 'Training')),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ agent, queue, atMs, steps }) => () => {
    const said: Said[] = []
    let at = atMs
    for (const { afterMs, action, reason } of [
      { afterMs: 0, action: 'joined', reason: undefined },
      ...steps,
    ]) {
      at += afterMs
      if (at >= NOW_MS) break
      said.push({
        source: '/pbx/1/feed',
        type: 'agent.queueChanged',
        atMs: at,
        data: {
          agent,
          queue,
          action,
          ...given({ reason: action === 'paused' ? reason : undefined }),
        },
      })
    }
    return said
  })

const { dateOf } = worldOf([{ fromMs: -Infinity, directory }])
/** A plan of a day; a later one for the same day replaces it. */
export const planStory: fc.Arbitrary<Story> = fc
  .record({
    agent: fc.constantFrom('PJSIP/101', 'bo', 'cy'),
    daysAgo: fc.integer({ min: -1, max: 6 }),
    changes: fc.integer({ min: 1, max: 5 * 60 }),
    toldMs: fc.integer({ min: 1, max: 40 * HOUR }),
  })
  .map(({ agent, daysAgo, changes, toldMs }) => () => {
    const dayMs = NOW_MS - daysAgo * DAY
    const day = dateOf(dayMs)
    const startMs = Date.parse(`${day}T07:00:00Z`)
    const lunchMs = startMs + changes * MINUTE
    return [
      {
        source: '/wfm/1/plans',
        type: 'agent.scheduled',
        atMs: Math.min(startMs, NOW_MS) - toldMs,
        data: {
          agent,
          day,
          spans: [
            { from: rfc(startMs), to: rfc(lunchMs), activity: 'phones' },
            { from: rfc(lunchMs), to: rfc(lunchMs + HOUR), activity: 'lunch' },
            { from: rfc(lunchMs + HOUR), to: rfc(lunchMs + 7 * HOUR), activity: 'phones' },
          ],
        },
      },
    ]
  })

/** Agents of a telephone system that tells of no contacts, but of what each is doing. */
export const activityStory: fc.Arbitrary<Story> = fc
  .record({
    agent: fc.constantFrom('fay', 'gus'),
    atMs: begins(30 * MINUTE),
    steps: fc.array(
      fc.record({
        afterMs: fc.integer({ min: 1_500, max: 2 * HOUR }),
        activity: maybe(fc.constantFrom('idle', 'ringing', 'talking', 'holding', 'wrapUp'), 6),
        state: fc.constantFrom('available', 'available', 'notReady', 'signedOut'),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ agent, atMs, steps }) => () => {
    let at = atMs
    return steps.map(({ afterMs, activity, state }) => {
      at += afterMs
      return {
        source: '/acd/3/feed',
        type: 'agent.stateChanged',
        atMs: at,
        data: { agent, state, ...given({ activity }) },
      }
    })
  })

/** What a feed saw when it came back: agents as they are, and as they have been for a while. */
export const agentsSeenStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: begins(MINUTE),
    items: fc.array(
      fc.record({
        agent: fc.constantFrom('bo', 'cy', 'dan'),
        says: fc.constantFrom(
          { state: 'available' },
          { state: 'notReady', reason: 'Lunch' },
          { queue: 'support', action: 'joined' },
        ),
        ago: maybe(fc.integer({ min: 1, max: HOUR })),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ atMs, items }) => () => [
    {
      source: '/pbx/1/feed',
      type: 'source.snapshot',
      atMs,
      data: {
        scope: 'agents',
        items: items.map(({ agent, says, ago }) => ({
          agent,
          ...says,
          ...(ago !== undefined && { since: rfc(atMs - ago) }),
        })),
      },
    },
  ])
