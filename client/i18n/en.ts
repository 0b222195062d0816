/** Every text of the screens in English; it says which texts there are. */
import type { MetricId } from '../../shared/metrics/registry.ts'

const rules = new Intl.PluralRules('en')
const plural = (n: number, one: string, other: string): string =>
  rules.select(n) === 'one' ? one : other

/** Names that fit a tile or a column, where the dictionary's is too long. */
const shortMetrics: Partial<Record<MetricId, string>> = {
  serviceLevel: 'Service level',
  contactsWaiting: 'Waiting',
  longestWait: 'Longest wait',
  waitingBeyondTarget: 'Past target',
  abandonRate: 'Abandoned',
  callsOffered: 'Offered',
  callsAnswered: 'Answered',
  callsHandled: 'Handled',
  averageSpeedOfAnswer: 'Avg. answer',
  averageHandleTime: 'Avg. handling',
  averageTalkTime: 'Avg. talk',
  waitP50: 'Wait, half within',
  waitP90: 'Wait, 90 % within',
  waitP95: 'Wait, 95 % within',
  agentsAvailable: 'Available',
  agentsOnContact: 'On contact',
  projectedServiceLevel: 'Level at end',
}

/** Names for the heads of narrow columns, where those are still too long. */
const columnMetrics: Partial<Record<MetricId, string>> = {}

export const en = {
  product: 'Ringside',
  shortMetrics,
  columnMetrics,
  skipToContent: 'Skip to content',

  signIn: {
    title: 'Sign in',
    lead: 'The live wall of your contact center.',
    name: 'User name',
    password: 'Password',
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    submit: 'Sign in',
    busy: 'Signing in …',
    wrong: 'This user name and password do not go together.',
    tooMany: 'Too many tries. Wait a minute, then try again.',
    missing: 'Enter your user name and your password.',
  },

  account: {
    signOut: 'Sign out',
    signedInAs: (name: string) => `Signed in as ${name}`,
  },

  settings: {
    theme: 'Colours',
    dark: 'Dark',
    light: 'Light',
    auto: 'Auto',
    language: 'Language',
  },

  nav: {
    main: 'Main',
    home: 'Start',
    live: 'Live',
  },

  home: {
    consoleTitle: 'Live console',
    consoleLead: 'Every queue and every agent now, and each number down to the single call.',
    wallsTitle: 'Walls',
    wallsLead: 'Open one on a TV and leave it there.',
    widgets: (n: number) => `${n} ${plural(n, 'tile', 'tiles')}`,
    chooseQueue: 'Opens for one queue, which you choose.',
    noBoards: 'There is no board yet.',
  },

  states: {
    loading: 'Loading …',
    connecting: 'Connecting …',
    offlineTitle: 'No connection to the server',
    offlineLead: 'It will try again by itself.',
    failedTitle: 'That did not work',
    retry: 'Try again',
    notFoundTitle: 'There is nothing here',
    notFoundLead: (path: string) => `No screen has the address ${path}.`,
    boardMissing: (board: string) => `There is no board called “${board}”.`,
    toStart: 'To the start',
  },

  failures: {
    notSignedIn: 'You are not signed in.',
    notAllowed: 'You may not see this. Ask an administrator.',
    notFound: 'The server knows nothing of this.',
    tooMany: 'Too many requests. Wait a minute, then try again.',
    refused: 'The server refused.',
    offline: 'The server does not answer. It will be tried again by itself.',
  },

  refusals: {
    badRequest: 'The server did not understand what this screen asked for.',
    clientTooOld: 'This screen is older than the server. It is loading again.',
    notSignedIn: 'You are not signed in.',
    notAllowed: 'You may not see these numbers. Ask an administrator.',
    unknownCenter: 'There is no such center.',
    tooMuch: 'Too many screens are open at once from here. Close some, then try again.',
  },

  wall: {
    chooseQueue: 'Which queue?',
    chooseQueueLead: 'This board shows one queue.',
    noQueues: 'No queue is known yet. As soon as the first call comes in, it is listed here.',
    simulated: 'Simulated',
    simulatedLong: 'These numbers come from the simulator, not from a phone system.',
    oldLead: 'The numbers below are old. The connection is being tried again.',
    silent: (source: string) => `${source} is silent`,
    silentMore: (source: string, others: number) =>
      `${source} and ${others} more ${plural(others, 'feed', 'feeds')} silent`,
    silentSince: (time: string) => `Feed silent since ${time}`,
    silentAlways: 'Feed has never spoken',
    unknown: (what: string) => `This version does not know “${what}”.`,
    standing: (name: string, state: string) => `${name}: ${state}.`,
  },

  tile: {
    target: (value: string) => `Target ${value}`,
    atLeast: (value: string) => `min ${value}`,
    atMost: (value: string) => `max ${value}`,
    titleOf: (metric: string, period: string) => `${metric}, ${period.toLowerCase()}`,
    ok: 'On target',
    warn: 'Off target',
    bad: 'Missed',
    notReported: 'n/a',
    notReportedBy: (source: string) => `not reported by ${source}`,
  },

  windows: {
    interval: 'This interval',
    last30: 'Last 30 min',
    today: 'Today',
  },

  table: {
    queue: 'Queue',
    more: (n: number) => `${n} more ${plural(n, 'queue', 'queues')}`,
    noQueues: 'No queues yet',
  },

  agents: {
    title: 'Agents',
    none: 'No agents yet',
    noneSignedIn: 'Nobody is signed in',
    more: (n: number) => `+${n}`,
    signedIn: 'Signed in',
  },

  agentStates: {
    onContact: 'On contact',
    wrapUp: 'Wrap-up',
    ringing: 'Ringing',
    notReady: 'Away',
    available: 'Available',
    signedOut: 'Signed out',
    unknown: 'Unknown',
  },

  waiting: {
    title: 'Who is waiting',
    none: 'Nobody is waiting',
    past: 'Past target',
    more: (n: number) => `${n} more`,
  },

  trend: {
    today: (metric: string) => `${metric}, today`,
    time: 'Time',
    none: 'No figures for today yet',
    summary: (metric: string, from: string, to: string, low: string, high: string, last: string) =>
      `${metric} from ${from} to ${to}: lowest ${low}, highest ${high}, last ${last}.`,
  },

  live: {
    title: 'Live',
    queues: 'Queues',
    agents: 'Agents',
    summary: 'The whole center',
    center: 'The whole center',
    hint: 'Arrow keys move from cell to cell. Enter opens what a number is made of.',
    search: 'Search',
    searchHint: 'Name, team or queue',
    team: 'Team',
    allTeams: 'All teams',
    queue: 'Queue',
    allQueues: 'All queues',
    state: 'State',
    clear: 'Clear filters',
    shown: (n: number, all: number) => `${n} of ${all}`,
    nothingFound: 'Nothing matches these filters.',
    noQueues: 'No queues yet. As soon as the first call comes in, its queue is listed here.',
    noAgents: 'No agents yet. As soon as the first one signs in, they are listed here.',
    columns: {
      name: 'Agent',
      queue: 'Queue',
      team: 'Team',
      state: 'State',
      timeInState: 'In state',
      queues: 'Queues',
      contact: 'With',
    },
    onHold: 'on hold',
    paused: 'paused',
    direct: 'Direct',
    showMore: (n: number) => `Show ${n} more`,
    window: 'Period',
    silent: (source: string, time: string) =>
      `${source} has said nothing since ${time}. Numbers that come from it may be old.`,
    silentAlways: (source: string) => `${source} has never said anything.`,
  },

  /** The named sums of formulas. */
  parts: {
    offered: 'Offered',
    answered: 'Answered',
    inTime: 'Abandoned in time',
    passed: 'Abandoned late',
    offers: 'Rung without answer',
    firstContacts: 'First contacts',
    abandoned: 'Abandoned',
    shortAbandons: 'Abandoned at once',
    flowedOut: 'Flowed out',
    met: 'In time',
    decided: 'Decided',
    waited: 'Waited in all',
    handled: 'Handled',
    talk: 'Talk',
    hold: 'Hold',
    wrapUp: 'Wrap-up',
    short: 'Too short',
    transferred: 'Passed on',
    onContact: 'On contact',
    available: 'Available',
    ringing: 'Ringing',
    notReady: 'Away',
    adherent: 'Kept to plan',
    scheduled: 'Scheduled',
    requested: 'Requested',
    completed: 'Completed',
    resolved: 'Resolved',
  } as Readonly<Record<string, string>>,

  caveats: {
    without: (part: string) => `without ${part.toLowerCase()}`,
    includesHold: (part: string) => `${part.toLowerCase()} includes hold`,
    includesRinging: (part: string) => `${part.toLowerCase()} includes ringing`,
    configured: (part: string) => `${part.toLowerCase()} as configured`,
  },

  panel: {
    label: 'What this number is made of',
    close: 'Close',
    back: 'Back',
    formula: 'How it is counted',
    attribution: 'Counted',
    definition: 'In force',
    parts: 'Made of',
    part: 'Part',
    booked: 'Booked',
    live: 'Still open',
    sum: 'Sum',
    entries: 'Entries',
    now: 'Now',
    noEntries: 'No entries in this period.',
    nobodyNow: 'Nobody.',
    more: 'Show more',
    amount: 'Amount',
    counter: 'Counted as',
    at: 'Time',
    subject: 'Contact',
    since: (time: string) => `since ${time}`,
    timeline: 'Timeline',
    facts: 'What was reported',
    counted: 'What it counted',
    asOf: (time: string) => `As of ${time}`,
    noFacts: 'Nothing is recorded.',
    notReported: (source: string, lacks: string) =>
      `The feed ${source} does not report “${lacks}”, which this number needs.`,
    empty: 'There is nothing to say it of yet.',
    notAtScope: 'There is no such number here.',
    breakdown: 'By reason',
    noReason: 'None given',
    others: 'All others',
    threshold: (seconds: string) => `Answered within ${seconds} counts as in time.`,
    shortAbandon: (seconds: string) => `Hanging up before ${seconds} is short.`,
    judged: (what: string, how: string) => `${what}: ${how}.`,
    abandonedInTime: 'Hung up in time',
    abandonedShort: 'Hung up short',
    flowedOut: 'Left the queue otherwise',
    met: 'met',
    missed: 'missed',
    ignored: 'left out',
    answeredOnly: 'Only answered calls count; who hung up plays no part.',
  },

  freshness: {
    fresh: 'Live',
    waiting: 'Waiting for news',
    old: (time: string) => `Data from ${time}`,
    lost: (time: string) => `No news since ${time}`,
  },
}

/** The texts that every language has. */
export type Messages = typeof en
