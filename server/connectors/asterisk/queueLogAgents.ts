import type { Fate, Turn } from './queueLogEvents.ts'

/** What a queue_log says of agents: who joined, left, paused; and that Asterisk started. */

const membership =
  (action: 'joined' | 'left' | 'paused' | 'unpaused') =>
  ({ line, agent, say }: Turn): Fate => {
    const { queue, event, data } = line
    if (queue === null || agent === null) return { rejected: `${event} without queue or agent` }
    const reason = data[0] ?? ''
    const because = action === 'paused' || action === 'unpaused'
    say('agent.queueChanged', {
      agent,
      queue,
      action,
      ...(because && reason !== '' ? { reason } : {}),
    })
    if (action === 'joined' && reason === 'PAUSED') {
      say('agent.queueChanged', { agent, queue, action: 'paused' })
    }
    return null
  }

export const addMember = membership('joined')
export const removeMember = membership('left')
export const pause = membership('paused')
export const unpause = membership('unpaused')

/** Log-in and log-out of the agent pool, which has nothing to do with queues. */
export const agentState =
  (state: 'available' | 'signedOut') =>
  ({ line, agent, say }: Turn): Fate => {
    if (agent === null) return { rejected: `${line.event} without an agent` }
    say('agent.stateChanged', { agent, state })
    return null
  }

/** Asterisk started: no call of before goes on. */
export function queueStart({ state, say }: Turn): Fate {
  say('source.restarted', {})
  state.calls.clear()
  state.legs = []
  return null
}
