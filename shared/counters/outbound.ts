import type { Counter, Need } from './counter.ts'

/** What is counted of outbound work: dials, conversations, activities. */

const dial: readonly Need[] = [['outbound.attempted', 'contact.started']]
const activity: readonly Need[] = [['activity.recorded']]
const object = { of: 'object', unit: 'count', fields: ['campaign'] } as const

export const outboundCounters = {
  dials: {
    ...object,
    counts: 'attempts to reach a customer, at the dial',
    needs: dial,
  },
  conversations: {
    ...object,
    counts: 'attempts that reached a person, at the dial',
    needs: [...dial, ['outbound.completed', 'contact.connected']],
  },
  appointments: { ...object, counts: 'appointments set, when they were', needs: activity },
  validAppointments: {
    ...object,
    counts: 'appointments that proved valid, when they did',
    needs: activity,
  },
  demos: { ...object, counts: 'demo and onboarding calls, when they were held', needs: activity },
  documentRequests: {
    ...object,
    counts: 'requests for documents, at the request',
    needs: activity,
  },
  approachActivities: {
    ...object,
    counts: 'direct mails, social messages and advertisements placed, when they were',
    needs: activity,
  },
  dormantReactivations: {
    ...object,
    counts: 'customers regained after they left or lay dormant, at the return or the order',
    needs: [['customer.changed', 'order.changed']],
  },
  siteVisits: { ...object, counts: 'visits to the site, when they were', needs: activity },
  socialActions: {
    ...object,
    counts: 'reactions on social media, when they were',
    needs: activity,
  },
  adClicks: { ...object, counts: 'clicks on advertisements, when they were', needs: activity },
  referralsWithoutLead: {
    ...object,
    counts: 'referrals that name no lead, when they were made',
    needs: activity,
  },
} as const satisfies Record<string, Counter>
