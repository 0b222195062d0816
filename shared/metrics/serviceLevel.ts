import { balanceMetric, everywhere, isOfAgents, ratio } from './metric.ts'

/**
 * The share of decided visits that were answered in time, by the definition of each queue: which
 * events count as met, as missed or not at all is data (`shared/serviceLevel.ts`), judged when the
 * event is booked, so queues with different definitions add up. One that still waits past T is
 * decided already, as missed.
 *
 * Agents and teams: of the visits that they answered, those within T; who hung up is not theirs.
 *
 * Null while nothing is decided: an idle queue has no service level, and 0 % or 100 % would raise,
 * or hide, an alarm. [D]
 */
export const serviceLevel = balanceMetric({
  group: 1,
  unit: 'ratio',
  byChannel: true,
  name: 'Service level (answered in 20 s)',
  nameJa: 'サービスレベル',
  formula:
    'met / decided, as the service-level definition of each queue has it. ' +
    'Agent, team: answered within T / answered.',
  attribution:
    'at the first of answered, abandoned, flowed out and threshold passed (queued + T); ' +
    'agent, team: at the answer',
  empty: 'nothing is decided yet',
  better: 'higher',
  scopes: everywhere,
  parts: (scope) =>
    isOfAgents(scope)
      ? { met: ['ownAnsweredInTime'], decided: ['ownAnsweredInTime', 'ownAnsweredLate'] }
      : { met: ['serviceLevelMet'], decided: ['serviceLevelDecided'] },
  value: ({ met, decided }) => ratio(met, decided),
})
