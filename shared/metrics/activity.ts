import { balanceMetric, whereCredited, whereQueued } from './metric.ts'

/** What people do beside calls and mails, and what customers do before anybody calls them. */

const common = {
  group: 2,
  unit: 'count',
  byChannel: false,
  attribution: 'when the activity was',
  empty: null,
  better: 'higher',
  scopes: whereCredited,
} as const

/** Every way of approaching a customer, added up; without what no feed reports, and so marked. [K] */
export const approaches = balanceMetric({
  ...common,
  name: 'Approaches',
  nameJa: 'アプローチ数',
  formula:
    'outboundCalls + n(outreach emails sent) + n(activities directMail, socialMessage, adPlacement)',
  attribution: 'at the dial, at the send, when the activity was',
  parts: { dials: ['dials'], outreach: ['outreachSent'], activities: ['approachActivities'] },
  value: ({ dials, outreach, activities }) => dials + outreach + activities,
  lenient: { dials: 'without', outreach: 'without', activities: 'without' },
})

/** Meetings with a customer that were set. [K] */
export const appointments = balanceMetric({
  ...common,
  name: 'Appointments set',
  nameJa: 'アポイント獲得数',
  formula: 'n(activities of kind appointment)',
  parts: { appointments: ['appointments'] },
  value: (sums) => sums.appointments,
})

/** Those of them that proved worth a meeting. [K] */
export const validAppointments = balanceMetric({
  ...common,
  name: 'Valid appointments',
  nameJa: '有効商談数',
  formula: 'n(activities of kind validAppointment)',
  parts: { validAppointments: ['validAppointments'] },
  value: (sums) => sums.validAppointments,
})

/** Demo and onboarding calls that were held. [I] */
export const demosCompleted = balanceMetric({
  ...common,
  name: 'Demo and onboarding calls',
  nameJa: 'デモ実施数',
  formula: 'n(activities of kind demo)',
  parts: { demos: ['demos'] },
  value: ({ demos }) => demos,
})

/** How busy somebody was; without what no feed reports, and so marked. [K G I] */
export const activityVolume = balanceMetric({
  ...common,
  name: 'Activity volume',
  nameJa: '活動量',
  formula: 'outboundCalls + emailsSent + appointments',
  attribution: 'at the dial, at the send, when the appointment was set',
  parts: { dials: ['dials'], emails: ['emailsSent'], appointments: ['appointments'] },
  value: (sums) => sums.dials + sums.emails + sums.appointments,
  lenient: { dials: 'without', emails: 'without', appointments: 'without' },
})

const marketing = { ...common, scopes: ['center'] } as const

/** Visits to the site. [K] */
export const siteVisits = balanceMetric({
  ...marketing,
  name: 'Site visits',
  nameJa: 'サイト訪問数',
  formula: 'sum(count of activities of kind siteVisit)',
  parts: { visits: ['siteVisits'] },
  value: ({ visits }) => visits,
})

/** Reactions on social media. [K] */
export const socialActions = balanceMetric({
  ...marketing,
  name: 'Social media reactions',
  nameJa: 'SNS反応数',
  formula: 'sum(count of activities of kind socialAction)',
  parts: { actions: ['socialActions'] },
  value: ({ actions }) => actions,
})

/** Clicks on advertisements. [K] */
export const adClicks = balanceMetric({
  ...marketing,
  name: 'Ad clicks',
  nameJa: '広告クリック数',
  formula: 'sum(count of activities of kind adClick)',
  parts: { clicks: ['adClicks'] },
  value: ({ clicks }) => clicks,
})

/** Customers who asked for a brochure or the like. [J] */
export const documentRequests = balanceMetric({
  ...common,
  name: 'Document requests',
  nameJa: '資料請求数',
  formula: 'n(activities of kind documentRequest)',
  parts: { requests: ['documentRequests'] },
  value: ({ requests }) => requests,
})

/** Customers who came back after they had left, or had not ordered for long. [J] */
export const dormantReactivations = balanceMetric({
  ...common,
  name: 'Dormant customers regained',
  nameJa: '休眠顧客掘り起こし数',
  formula:
    'n(customers who returned, or ordered after 365 days (a setting) without an order, a contract ' +
    'or a change of one)',
  attribution: 'at the return, or at the order',
  parts: { regained: ['dormantReactivations'] },
  value: ({ regained }) => regained,
})

/** What customers came with, by whichever channel; a repeat contact on it is none. [J K] */
export const inquiries = balanceMetric({
  ...common,
  name: 'Inquiries',
  nameJa: '問い合わせ数',
  formula:
    'n(handled inbound contacts of any channel, and answered mails, of a known customer that no ' +
    'other on the same matter precedes by 7 days (a setting) or less)',
  attribution: 'when the contact came in',
  better: 'neither',
  scopes: whereQueued,
  parts: { inquiries: ['inquiries'] },
  value: (sums) => sums.inquiries,
})
