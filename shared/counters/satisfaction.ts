import type { Counter, Need } from './counter.ts'

/**
 * What people answered to surveys, by audience: customers, field sales staff, partners. A place on
 * a scale is counted in ten-thousandths of its length, so that sums of broken ones are exact.
 */

const sent: readonly Need[] = [['survey.sent']]
const answered: readonly Need[] = [['survey.answered']]

const answers = (counts: string) =>
  ({
    of: 'object',
    unit: 'count',
    counts: `${counts}, at the answer`,
    needs: answered,
    fields: ['queue'],
  }) as const
const places = (counts: string) =>
  ({
    of: 'object',
    unit: 'points',
    counts: `${counts}, from 0 for the worst to 10000 for the best, at the answer`,
    needs: answered,
    fields: ['queue'],
  }) as const

export const satisfactionCounters = {
  customerCsatAnswers: answers('scores of kind csat by customers'),
  customerCsatTop: answers('those in the top boxes'),
  customerCsatPlaces: places('their places on the scale'),
  fieldSalesCsatAnswers: answers('scores of kind csat by field sales staff'),
  fieldSalesCsatTop: answers('those in the top boxes'),
  fieldSalesCsatPlaces: places('their places on the scale'),
  partnerCsatAnswers: answers('scores of kind csat by partners and distributors'),
  partnerCsatTop: answers('those in the top boxes'),
  partnerCsatPlaces: places('their places on the scale'),
  customerNpsAnswers: answers('scores of kind nps by customers'),
  customerNpsPromoters: answers('those of 9 and 10'),
  customerNpsDetractors: answers('those of 0 to 6'),
  fieldSalesNpsAnswers: answers('scores of kind nps by field sales staff'),
  fieldSalesNpsPromoters: answers('those of 9 and 10'),
  fieldSalesNpsDetractors: answers('those of 0 to 6'),
  partnerNpsAnswers: answers('scores of kind nps by partners and distributors'),
  partnerNpsPromoters: answers('those of 9 and 10'),
  partnerNpsDetractors: answers('those of 0 to 6'),
  customerCesAnswers: answers('scores of kind ces by customers'),
  customerCesPlaces: places('their places on the scale'),
  fieldSalesCesAnswers: answers('scores of kind ces by field sales staff'),
  fieldSalesCesPlaces: places('their places on the scale'),
  partnerCesAnswers: answers('scores of kind ces by partners and distributors'),
  partnerCesPlaces: places('their places on the scale'),
  surveysSent: {
    of: 'object',
    unit: 'count',
    counts: 'surveys sent, at the send',
    needs: sent,
    fields: ['queue'],
  },
  surveysSentAnswered: {
    of: 'object',
    unit: 'count',
    counts: 'surveys sent that were answered, at the send',
    needs: [...sent, ...answered],
    fields: ['queue'],
  },
} as const satisfies Record<string, Counter>
