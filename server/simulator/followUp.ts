/** What comes of talks with customers: some are scored, and some customers asked. */
import type { QueueKey } from './center.ts'
import type { Call, Desk, Floor } from './floor.ts'
import { ask, calibrate, evaluate } from './opinions.ts'
import type { Random } from './random.ts'

/** Of the talks that were brought to an end. */
const EVALUATED = 0.014
const CALIBRATED = 0.0016
const ASKED = 0.22
/** Of those who are asked. */
const ANSWERED = 0.33

/** Opinions have a chance of their own, so that the talks of a day are the same without them. */
export function followUp(
  floor: Floor,
  random: Random,
  { call, desk, queue }: { call: Call; desk: Desk; queue: QueueKey },
): void {
  const { agenda } = floor
  const judged = {
    ...{ id: call.id, contactId: call.id, channel: call.channel, agent: desk.person.key, queue },
    handledMs: agenda.nowMs(),
  }
  if (random.chance(EVALUATED)) {
    evaluate(judged, random, (afterMs, data) => {
      agenda.at(judged.handledMs + afterMs, () => {
        floor.say(call.id, 'evaluation.recorded', data)
      })
    })
  }
  if (random.chance(CALIBRATED)) {
    calibrate(judged, random, (afterMs, data) => {
      agenda.at(judged.handledMs + afterMs, () => {
        floor.say(call.id, 'evaluation.recorded', data)
      })
    })
  }
  if (call.channel === 'task' || !random.chance(ASKED)) return
  const asked = { responseId: `${call.id}/survey`, contactId: call.id, agent: judged.agent, queue }
  ask({ ...asked, audience: 'customer' }, ANSWERED, random, (afterMs, type, data) => {
    agenda.at(judged.handledMs + afterMs, () => {
      floor.say(call.id, type, data)
    })
  })
}
