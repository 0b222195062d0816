import {
  adClicks,
  appointments,
  demosCompleted,
  documentRequests,
  siteVisits,
  socialActions,
  validAppointments,
} from './activity.ts'
import { oldestEmail, openEmails } from './emails.ts'
import {
  agentsAvailable,
  agentsInWrap,
  agentsOnBreak,
  agentsOnContact,
  agentsRinging,
  agentsSignedIn,
  timeInState,
} from './agents.ts'
import {
  averageContractTerm,
  averageDealSize,
  crossSellRate,
  crossSellSuccesses,
  dealsWon,
  newContracts,
  salesClosingRatio,
  salesCycleLength,
  winRate,
  winRateCohort,
} from './deals.ts'
import { agentsRequired, expectedWait, projectedServiceLevel } from './forecast.ts'
import {
  averageHandleTime,
  averageHoldTime,
  averageTalkTime,
  averageWrapTime,
  shortCallRate,
  transferRate,
} from './handling.ts'
import {
  companiesIdentified,
  leadConversionRate,
  leadResponseTime,
  leadsIdentified,
  leadToStageOneRate,
  leadToStageTwoRate,
  marketingQualifiedLeads,
  referrals,
  salesQualifiedLeads,
} from './leads.ts'
import type { Metric } from './metric.ts'
import { adherence, occupancy, utilization } from './occupancy.ts'
import {
  answerRate,
  callsAnswered,
  callsHandled,
  callsOffered,
  uniqueCallsOffered,
} from './offered.ts'
import {
  crossSellOpportunities,
  opportunitiesCreated,
  stageOneOpportunities,
  stageOneToTwoRate,
  stageTransitions,
  stageTwoOpportunities,
  stageTwoValue,
} from './opportunities.ts'
import {
  callQualityCommunication,
  callQualityProblemSolving,
  callQualityProductKnowledge,
  callQualityScore,
  callQualityTechnicalKnowledge,
  criticalFailures,
  emailQualityCommunication,
  emailQualityProblemSolving,
  emailQualityProductKnowledge,
  emailQualityScore,
  emailQualityTechnicalKnowledge,
  evaluationsCompleted,
  evaluatorAgreement,
} from './quality.ts'
import {
  callbacksCompleted,
  callbacksRequested,
  callFirstContactResolution,
  contactReasons,
  transactionFirstContactResolution,
} from './resolution.ts'
import {
  connectRate,
  conversations,
  outboundAverageHandleTime,
  outboundAverageTalkTime,
  outboundAverageWrapTime,
  outboundCalls,
  talkTime,
} from './outbound.ts'
import { improvementRate, quotaAttainment, repsAtQuota, repTenure } from './people.ts'
import {
  customerEffortScore,
  customerSatisfaction,
  fieldSalesEffortScore,
  fieldSalesNetPromoterScore,
  fieldSalesSatisfaction,
  netPromoterScore,
  partnerEffortScore,
  partnerNetPromoterScore,
  partnerSatisfaction,
  surveyResponseRate,
} from './satisfaction.ts'
import { serviceLevel } from './serviceLevel.ts'
import {
  abandonRate,
  callsAbandoned,
  callsOverflowed,
  ringNoAnswers,
  shortAbandons,
} from './unanswered.ts'
import {
  averageSpeedOfAnswer,
  contactsWaiting,
  longestWait,
  waitingBeyondTarget,
  waitP50,
  waitP90,
  waitP95,
} from './waiting.ts'

/**
 * Every metric there is, in the order in which pickers and the dictionary list them. A key is the
 * metric's name for ever: in the API, in saved boards and in translations.
 */
export const metrics = {
  callsOffered,
  uniqueCallsOffered,
  callsAnswered,
  answerRate,
  callsHandled,
  callsAbandoned,
  shortAbandons,
  callsOverflowed,
  abandonRate,
  serviceLevel,
  averageSpeedOfAnswer,
  waitP50,
  waitP90,
  waitP95,
  averageTalkTime,
  averageHoldTime,
  averageWrapTime,
  averageHandleTime,
  shortCallRate,
  transferRate,
  ringNoAnswers,
  callbacksRequested,
  callbacksCompleted,
  callFirstContactResolution,
  contactReasons,
  outboundCalls,
  conversations,
  connectRate,
  talkTime,
  outboundAverageTalkTime,
  outboundAverageWrapTime,
  outboundAverageHandleTime,
  appointments,
  validAppointments,
  demosCompleted,
  siteVisits,
  socialActions,
  adClicks,
  documentRequests,
  transactionFirstContactResolution,
  contactsWaiting,
  longestWait,
  waitingBeyondTarget,
  expectedWait,
  agentsSignedIn,
  agentsAvailable,
  agentsRinging,
  agentsOnContact,
  agentsInWrap,
  agentsOnBreak,
  timeInState,
  occupancy,
  utilization,
  adherence,
  openEmails,
  oldestEmail,
  projectedServiceLevel,
  agentsRequired,
  crossSellOpportunities,
  crossSellSuccesses,
  crossSellRate,
  leadsIdentified,
  companiesIdentified,
  referrals,
  leadResponseTime,
  marketingQualifiedLeads,
  salesQualifiedLeads,
  leadConversionRate,
  leadToStageOneRate,
  leadToStageTwoRate,
  opportunitiesCreated,
  stageOneOpportunities,
  stageTwoOpportunities,
  stageTwoValue,
  stageOneToTwoRate,
  stageTransitions,
  dealsWon,
  newContracts,
  winRate,
  winRateCohort,
  salesClosingRatio,
  salesCycleLength,
  averageDealSize,
  averageContractTerm,
  improvementRate,
  quotaAttainment,
  repsAtQuota,
  repTenure,
  callQualityScore,
  callQualityProductKnowledge,
  callQualityTechnicalKnowledge,
  callQualityCommunication,
  callQualityProblemSolving,
  emailQualityScore,
  emailQualityProductKnowledge,
  emailQualityTechnicalKnowledge,
  emailQualityCommunication,
  emailQualityProblemSolving,
  evaluationsCompleted,
  criticalFailures,
  evaluatorAgreement,
  customerSatisfaction,
  fieldSalesSatisfaction,
  partnerSatisfaction,
  netPromoterScore,
  fieldSalesNetPromoterScore,
  partnerNetPromoterScore,
  customerEffortScore,
  fieldSalesEffortScore,
  partnerEffortScore,
  surveyResponseRate,
} satisfies Record<string, Metric>

export type MetricId = keyof typeof metrics
/** In the order of the registry. */
export const metricIds = Object.keys(metrics) as readonly MetricId[]

export function isMetricId(text: string): text is MetricId {
  return Object.hasOwn(metrics, text)
}

/** The metric of an id. */
export function metricOf(id: MetricId): Metric {
  return metrics[id]
}
