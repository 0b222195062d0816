import type { Event } from '../../shared/events/event.ts'
import { subjectsOf } from './route.ts'
import type { Settings } from './settings.ts'
import type { SubjectKey } from './subject.ts'
import { agentDayKey, agentKey, agentTimeKey, systemIn, systemKey } from './subjects/keys.ts'

/** What an event needs at first sight: its subjects, and the times of the agent that it names. */
export function wantsOf(event: Event, settings: Settings): SubjectKey[] {
  const keys = subjectsOf(event, settings)
  const subjects = keys.length
  for (let at = 0; at < subjects; at++) {
    const system = systemIn(keys[at] ?? '')
    if (system !== null) keys.push(systemKey(system))
  }
  const { agent } = event.data as { agent?: string }
  if (typeof agent === 'string') {
    const key = settings.agentKey(agent)
    keys.push(agentKey(key), agentDayKey(key, event.atMs), agentTimeKey(key, event.atMs))
  }
  return keys
}
