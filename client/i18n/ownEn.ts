/** The texts of the page of a center's own metrics in English; it says which texts there are. */
import type { CounterId } from '../../shared/counters.ts'
import type { FilterField } from '../../shared/counters/filterFields.ts'
import type { Unit } from '../../shared/metrics/metric.ts'
import type { ScopeKind } from '../../shared/scope.ts'

const fields: Readonly<Record<FilterField, string>> = {
  queue: 'queue',
  channel: 'channel',
  reason: 'reason',
  product: 'product',
  campaign: 'campaign',
  origin: 'origin',
  segment: 'segment',
  kind: 'kind',
  method: 'method',
}
const scopes: Readonly<Record<ScopeKind, string>> = {
  center: 'center',
  site: 'site',
  team: 'team',
  queue: 'queue',
  agent: 'agent',
}
/** What a value is. */
const units: Readonly<Record<Unit | 'points', string>> = {
  count: 'a count',
  ratio: 'a share, in percent',
  ms: 'a time',
  money: 'an amount of money',
  lines: 'lines',
  months: 'months',
  score: 'a score',
  alpha: 'an agreement',
  breakdown: 'a breakdown',
  matrix: 'a matrix',
  points: 'points',
}
const list = (names: readonly string[]): string => names.join(', ')

export const ownEn = {
  title: 'Your own metrics',
  lead: 'A metric adds up what is counted, or divides one sum by another. It is computed over everything that is stored, and boards, goals and the API take it like any other.',
  make: 'New metric',
  emptyTitle: 'There is no metric of your own yet',
  emptyLead: 'Make the first one: choose what is counted, see at once what it comes to, then save.',
  nothingYet: 'Your center has defined no metric of its own.',
  beginWith: 'Or begin with an example',
  examples: {
    share: 'Share of calls about one reason',
    talkPerOrder: 'Talk time per order',
    product: 'Sales of one product',
  },
  today: 'today',
  open: (name: string) => `What ${name} is made of`,
  edit: 'Change',
  editOf: (name: string) => `Change: ${name}`,
  putAside: 'Put aside',
  putAsideOf: (name: string) => `Put aside: ${name}`,
  bringBack: 'Bring back',
  bringBackOf: (name: string) => `Bring back: ${name}`,
  asideTitle: 'Put aside',
  asideLead: 'Nobody sees these any more. Nothing is lost: brought back, they have all their past.',
  missing: (id: string) => `There is no metric “${id}” any more, or not yet.`,
  saved: (name: string) => `${name} is saved. Boards can show it.`,
  isAside: (name: string) => `${name} is put aside.`,
  isAsideFrom: (name: string, boards: readonly string[]) =>
    `${name} is put aside. Tiles on ${boards.join(', ')} now say that it is gone.`,
  isBack: (name: string) => `${name} is back.`,
  undo: 'Undo',
  undone: 'Undone.',
  ofGoal: 'A goal is about this metric. Take it out of the goal first.',
  outdated:
    'Somebody else changed this metric meanwhile. What you see here is yours; save again to put it in the place of theirs.',

  newTitle: 'New metric',
  back: 'All metrics',
  restored: 'This is what you had not saved yet.',
  startOver: 'Start over',
  save: 'Save',
  saving: 'Saving …',
  cancel: 'Cancel',
  faults: (n: number) =>
    n === 1 ? 'One thing is to be put right.' : `${n} things are to be put right.`,

  name: 'Name',
  nameJa: 'Name in Japanese',
  optional: 'optional',
  nameHint: 'As boards show it.',
  key: 'Key',
  keyHint: (id: string) => `The API, boards and goals call it ${id}. It cannot be changed later.`,
  keyStays: (id: string) => `The API, boards and goals call it ${id}.`,
  how: 'What it is',
  sum: 'A sum',
  sumHint: 'How many, how long, how much',
  ratio: 'A ratio',
  ratioHint: 'One sum divided by another',
  add: 'Add up',
  subtract: 'Take away',
  by: 'Divide by',
  search: 'Find a counter',
  searchHint: 'talk, orders …',
  found: (n: number) => (n === 1 ? '1 counter' : `${n} counters`),
  noneFound: 'No counter is like that. Try another word.',
  remove: (what: string) => `Remove ${what}`,
  filters: 'Only what has',
  filtersHint: 'Nothing here: everything counts.',
  below: 'What it is divided by',
  belowSame: 'is narrowed to the same',
  belowAll: 'is not narrowed: a share of everything',
  belowOther: 'is narrowed to something else',
  byFilters: 'Divided by only what has',
  addFilter: 'Add a filter',
  field: 'Field',
  value: 'Value',
  valueHint: 'as feeds write it',
  better: 'Which way is good',
  betters: { higher: 'Up', lower: 'Down', neither: 'Neither' },
  where: 'Where it is',
  everywhere: (where: string) => `Wherever its counters are: ${where}`,
  everywhereYet: 'Wherever its counters are',
  onlyAt: 'Only at',
  units,
  fields,
  scopes,
  listed: list,

  preview: 'What it comes to',
  previewOf: 'Of',
  previewWaits: 'As soon as the form is complete, you see here what it comes to.',
  wholeCenter: 'The whole center',
  last30days: 'Last 30 days',
  perDay: 'Day by day',
  dayText: (day: string, value: string) => `${day}: ${value}`,
  nothingToSay: 'There is nothing to say it of yet.',
  lacks: (source: string, what: string) => `${source} does not report “${what}”.`,
  ofVoice: 'Of phone contacts, as boards show it, unless a filter names another channel.',
  unit: 'It is',

  attribution: 'as its counters are',
  emptyWhole: 'what it is divided by is nothing',

  versions: 'What it was before',
  versionsLead: 'Every change is kept. Take an earlier one into the form, then save it.',
  version: (at: string, by: string) => `${at}, ${by}`,
  present: 'In use',
  wasAside: 'put aside',
  take: 'Take into the form',
  takeOf: (at: string) => `Take into the form: ${at}`,
  taken: (at: string) => `The form holds the definition of ${at}. Save it to put it in use.`,

  wrong: {
    missing: {
      key: 'Give it a name, or a key such as callsPerSale.',
      name: 'Give it a name.',
      nameJa: 'Give it a name in Japanese.',
      add: 'Choose at least one counter.',
      subtract: 'Choose a counter.',
      by: 'Choose what to divide by, or make it a sum.',
      filters: 'Fill in the value, or remove the filter.',
      byFilters: 'Fill in a value, or choose that it is not narrowed.',
      scopes: 'Choose at least one.',
    },
    key: 'A key is one word of letters and digits, such as callsPerSale.',
    taken: 'Another metric has this key.',
    tooLong: 'This is too long.',
    mixed: (a: CounterId, of: string, b: CounterId, other: string) =>
      `${a} is ${of} and ${b} is ${other}: they do not add up. Remove one of them.`,
    points: (a: CounterId) => `${a} is of points, which mean nothing alone. Take another counter.`,
    indivisible: (a: CounterId, of: string, b: CounterId, other: string) =>
      `${a} is ${of} and ${b} is ${other}. Divide by a count, or by what is ${of} as well.`,
    nothingBelow: 'There is nothing that it is divided by.',
    noField: (field: string) => `Nothing is kept by ${field}.`,
    noChannel: 'There is no such channel.',
    people: 'What the directory says of people cannot be narrowed. Remove the filter.',
    notKept: (a: CounterId, field: string, fields: readonly string[]) =>
      fields.length === 0
        ? `${a} is not kept by ${field}, nor by anything else. Remove the filter.`
        : `${a} is not kept by ${field}, only by ${list(fields)}.`,
    reasons: 'Why somebody is away is not told of one agent. Leave agent out.',
    notThere: (a: CounterId, scope: string) =>
      `${a} is counted at no ${scope}. Leave ${scope} out.`,
  },
}

/** The texts that every language has. */
export type OwnMessages = typeof ownEn
