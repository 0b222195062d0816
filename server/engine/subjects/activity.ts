import type { CounterId } from '../../../shared/counters.ts'
import { isOf } from '../facts.ts'
import { creditedTo } from './account.ts'
import { objectKey, splitReference } from './keys.ts'
import { nothingDerived } from './kind.ts'
import type { Booking, DeriveInput, Derived, Kind } from './kind.ts'
import type { AppointmentOfOpportunity } from './opportunity/sourcedOrders.ts'
import { touchFeeds } from './touches.ts'

/**
 * An activity: an appointment set, a demo held, a click on an advertisement. One of a kind that is
 * the center's own is kept and fed on, and is in no counter.
 */
export const activity: Kind = { version: 3, derive: deriveActivity }

/** What is counted once for each activity. */
const counted: Readonly<Partial<Record<string, CounterId>>> = {
  appointment: 'appointments',
  validAppointment: 'validAppointments',
  demo: 'demos',
  documentRequest: 'documentRequests',
  directMail: 'approachActivities',
  socialMessage: 'approachActivities',
  adPlacement: 'approachActivities',
}

/** What is counted as often as the activity says. */
const summed: Readonly<Partial<Record<string, CounterId>>> = {
  siteVisit: 'siteVisits',
  socialAction: 'socialActions',
  adClick: 'adClicks',
}

/** What a customer does by itself, or another customer for it, is no word of ours with it. */
const notOurs: ReadonlySet<string> = new Set([
  'siteVisit',
  'socialAction',
  'adClick',
  'documentRequest',
  'referral',
])

function deriveActivity({ key, standing, settings }: DeriveInput): Derived {
  const system = key.slice('activity'.length, key.indexOf('#'))
  const bookings: Booking[] = []
  const feeds: Derived['feeds'][number][] = []
  for (const fact of standing) {
    if (!isOf(fact, 'activity.recorded')) continue
    const { atMs, data } = fact
    const { kind, agent, campaign, leadId, count = 1 } = data
    const book = (counter: CounterId, amount: number) => {
      const dimensions = creditedTo(settings, agent, atMs, { campaign })
      bookings.push({ counter, detail: null, fromMs: atMs, toMs: atMs, amount, ...dimensions })
    }
    const once = Object.hasOwn(counted, kind) ? counted[kind] : undefined
    const often = Object.hasOwn(summed, kind) ? summed[kind] : undefined
    if (once) book(once, 1)
    if (often) book(often, count)
    if (kind === 'referral' && leadId === undefined) book('referralsWithoutLead', 1)
    const key = agent === undefined ? null : settings.agentKey(agent)
    if (!notOurs.has(kind)) {
      const touch = {
        ...({ touch: 'activity', kind, atMs, agent: key } as const),
        ...(campaign !== undefined && { campaign }),
      }
      feeds.push(...touchFeeds(system, data, kind, touch))
    }
    if (kind === 'appointment' && data.opportunityId !== undefined) {
      const of = splitReference(data.opportunityId, system)
      const appointment: AppointmentOfOpportunity = { atMs, agent: agent ?? null }
      const to = objectKey('opportunity', of.system, of.id)
      feeds.push({ to, id: 'appointment', data: appointment })
    }
  }
  return { ...nothingDerived, bookings, feeds }
}
