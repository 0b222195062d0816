import { describe, expect, it } from 'vitest'
import { Directory } from '../directory.ts'
import { MAX_OWN_METRICS } from './own.ts'
import { OwnMetric } from './ownDefinition.ts'

const faults = (of: object): string[] =>
  (OwnMetric.safeParse({ key: 'one', ...of }).error?.issues ?? []).map(
    ({ path, message }) => `${path.map(String).join('.')}: ${message}`,
  )

describe('a definition that cannot be', () => {
  it.each<[string, object, string[]]>([
    [
      'names a counter that is none',
      { add: ['dails'] },
      [
        'add.0: "dails" is no counter; did you mean dials? GET /api/catalogue names those of each metric',
      ],
    ],
    [
      'adds what does not add up',
      { add: ['dials', 'talkMs'] },
      ['add.1: talkMs is of ms, and dials of count: they do not add up'],
    ],
    [
      'takes away what does not add up',
      { add: ['dials'], subtract: ['orderAmount'] },
      ['subtract.0: orderAmount is of money, and dials of count: they do not add up'],
    ],
    [
      'divides by what it cannot be divided by',
      { add: ['dials'], by: ['talkMs'] },
      ['by.0: dials is of count, and talkMs of ms: divide by a count, or by what is of count'],
    ],
    [
      'divides by several units',
      { add: ['talkMs'], by: ['handled', 'onContactMs'] },
      ['by.1: onContactMs is of ms, and handled of count: they do not add up'],
    ],
    [
      'is of points',
      { add: ['callQualityPoints'] },
      ['add.0: callQualityPoints is of points, which mean nothing alone: take another counter'],
    ],
    [
      'is narrowed by no field',
      { add: ['dials'], filters: { campain: 'x' } },
      ['filters.campain: "campain" is no field to narrow by; did you mean campaign?'],
    ],
    [
      'is narrowed by what its counters are not kept by',
      { add: ['talkMs'], filters: { reason: 'billing' } },
      [
        'filters.reason: talkMs is not kept by reason: it can be narrowed by queue, channel, campaign; kept by reason: handled, handledReasons, notReadyMs',
      ],
    ],
    [
      'is narrowed where nothing is',
      { add: ['customersActive'], filters: { product: 'chair' } },
      [
        'filters.product: customersActive is not kept by product: it cannot be narrowed; kept by product: productAmount',
      ],
    ],
    [
      'is narrowed to no channel',
      { add: ['handled'], filters: { channel: 'phone' } },
      ['filters.channel: must be one of voice, email, chat, sms, video, task'],
    ],
    [
      'narrows people',
      { add: ['dials'], by: ['reps'], byFilters: { campaign: 'spring' } },
      ['byFilters.campaign: what the directory says of people cannot be narrowed: leave it out'],
    ],
    [
      'narrows what there is not',
      { add: ['dials'], byFilters: {} },
      ['byFilters: leave out: there is nothing that is divided by'],
    ],
    [
      'is where its counters are not',
      { add: ['dials'], scopes: ['team', 'queue'] },
      ['scopes.1: dials is of no queue: leave it out'],
    ],
    [
      'tells why one agent is away',
      { add: ['notReadyMs'], filters: { reason: 'lunch' }, scopes: ['agent'] },
      ['scopes.0: why somebody is away is not told of one agent: leave agent out'],
    ],
    ['has no counters', { add: [] }, ['add: must name a counter']],
    [
      'has no word for a key',
      { key: 'a b', add: ['dials'] },
      ['key: must be a word such as callsPerSale'],
    ],
    ['is misspelt', { add: ['dials'], filter: {} }, [': Unrecognized key: "filter"']],
  ])('%s', (_what, of, expected) => {
    expect(faults(of)).toEqual(expected)
  })
})

describe('a directory with metrics of its own', () => {
  const directoryFaults = (of: object): string[] =>
    (Directory.safeParse(of).error?.issues ?? []).map(
      ({ path, message }) => `${path.map(String).join('.')}: ${message}`,
    )
  const metric = { key: 'one', add: ['dials'] }
  const goal = { key: 'g', period: 'month', metric: 'own:one', target: 5 }

  it('has each key once', () => {
    expect(directoryFaults({ metrics: [metric, metric] })).toEqual(['metrics: "one" occurs twice'])
  })

  it('has only so many', () => {
    const metrics = Array.from({ length: MAX_OWN_METRICS + 1 }, (_, i) => ({
      ...metric,
      key: `m${String(i)}`,
    }))
    expect(directoryFaults({ metrics })).toEqual([
      'metrics: at most 100 in use: retire those that nobody reads',
    ])
    const [first, ...others] = metrics
    expect(directoryFaults({ metrics: [{ ...first, retired: true }, ...others] })).toEqual([])
  })

  it('has goals of those that it has', () => {
    expect(directoryFaults({ metrics: [metric], goals: [goal] })).toEqual([])
    const gone = '"own:one" is none of the metrics here that are in use'
    expect(directoryFaults({ goals: [goal] })).toEqual([`goals.0.metric: ${gone}`])
    const retired = { metrics: [{ ...metric, retired: true }], goals: [goal] }
    expect(directoryFaults(retired)).toEqual([`goals.0.metric: ${gone}`])
    const nodes = [{ key: 'n', metric: 'own:one' }]
    expect(directoryFaults({ goals: [{ ...goal, metric: 'orders', nodes }] })).toEqual([
      `goals.0.nodes.0.metric: ${gone}`,
    ])
  })
})
