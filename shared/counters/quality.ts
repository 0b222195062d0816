import type { Counter, Need } from './counter.ts'

/**
 * What evaluators found: points of the evaluations that stand, dated at the handling that they are
 * about. Points are counted in ten-thousandths, so that sums of broken ones are exact. Evaluations
 * of email are counted apart from those of every other channel.
 */

const evaluation: readonly Need[] = [['evaluation.recorded']]

const points = (counts: string) =>
  ({
    of: 'object',
    unit: 'points',
    counts: `${counts}, in ten-thousandths, when it was handled`,
    needs: evaluation,
    fields: ['queue'],
  }) as const

export const qualityCounters = {
  callQualityPoints: points('points of calls; 0 after a critical failure, by a setting'),
  callQualityRawPoints: points('points of calls as given, whatever failed'),
  callQualityPossible: points('points that calls could have had'),
  callProductKnowledgePoints: points('points of the section productKnowledge of calls'),
  callProductKnowledgePossible: points('points possible in the section productKnowledge of calls'),
  callTechnicalKnowledgePoints: points('points of the section technicalKnowledge of calls'),
  callTechnicalKnowledgePossible: points(
    'points possible in the section technicalKnowledge of calls',
  ),
  callCommunicationPoints: points('points of the section communication of calls'),
  callCommunicationPossible: points('points possible in the section communication of calls'),
  callProblemSolvingPoints: points('points of the section problemSolving of calls'),
  callProblemSolvingPossible: points('points possible in the section problemSolving of calls'),
  emailQualityPoints: points('points of emails; 0 after a critical failure, by a setting'),
  emailQualityRawPoints: points('points of emails as given, whatever failed'),
  emailQualityPossible: points('points that emails could have had'),
  emailProductKnowledgePoints: points('points of the section productKnowledge of emails'),
  emailProductKnowledgePossible: points(
    'points possible in the section productKnowledge of emails',
  ),
  emailTechnicalKnowledgePoints: points('points of the section technicalKnowledge of emails'),
  emailTechnicalKnowledgePossible: points(
    'points possible in the section technicalKnowledge of emails',
  ),
  emailCommunicationPoints: points('points of the section communication of emails'),
  emailCommunicationPossible: points('points possible in the section communication of emails'),
  emailProblemSolvingPoints: points('points of the section problemSolving of emails'),
  emailProblemSolvingPossible: points('points possible in the section problemSolving of emails'),
  evaluationsCompleted: {
    of: 'object',
    unit: 'count',
    counts: 'evaluations that score somebody, at their first release',
    needs: evaluation,
    fields: ['queue'],
  },
  criticalFailures: {
    of: 'object',
    unit: 'count',
    counts: 'evaluations that found a critical failure, when the contact was handled',
    needs: evaluation,
    fields: ['queue'],
  },
  calibratedScores: {
    of: 'object',
    unit: 'count',
    counts: 'evaluations for calibration, when the contact was handled',
    detail: 'the contact, then the share of the points that the evaluator gave',
    needs: evaluation,
    fields: ['queue'],
  },
} as const satisfies Record<string, Counter>
