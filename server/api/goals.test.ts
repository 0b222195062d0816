/** Goals, quotas, growth and filters over real books, by the API. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { MINUTE_MS } from '../../shared/time.ts'
import { startTestServer, type TestServer } from '../../test/apiServer.ts'
import { calls, CALLS_BEGIN_MS } from '../../test/calls.ts'
import { databaseKinds } from '../../test/database.ts'
import { append, committed, until } from '../../test/keeping.ts'
import type { CenterStream } from '../stream/openStream.ts'

const NOW_MS = CALLS_BEGIN_MS + 60 * MINUTE_MS
const goal = {
  key: 'answered',
  period: 'day',
  metric: 'callsAnswered',
  target: 1_000,
  nodes: [
    { key: 'offered', metric: 'callsOffered', name: 'Calls' },
    { key: 'rate', metric: 'answerRate' },
  ],
}

type Node = {
  key: string
  actual: number
  pace: number
  forecast: number
  needed: number
  under: string | null
}
type Value = { value: number | null; parts: Record<string, { booked: number }> }

describe.each(databaseKinds)('%s', (kind) => {
  let server: TestServer
  beforeAll(async () => {
    const [postgresUrl, redisSocket] = [inject('postgresUrl'), inject('redisSocket')]
    server = await startTestServer({ kind, postgresUrl, redisSocket })
    server.clock.nowMs = NOW_MS
    const center = server.centers.get('main')
    if (!center) throw new Error('There is a center')
    const day = new Date(NOW_MS).toISOString().slice(0, 10)
    const put = await center.directory.put(
      {
        teams: [{ key: 'red' }],
        agents: [
          { key: 'agent-0', teams: [{ team: 'red' }], started: day },
          { key: 'agent-7', teams: [{ team: 'red' }] },
        ],
        queues: [{ key: 'sales' }, { key: 'support' }],
        quotas: [
          { scope: 'agent:agent-0', metric: 'callsHandled', period: 'day', target: 1 },
          { scope: 'agent:agent-7', metric: 'callsHandled', period: 'day', target: 1_000 },
        ],
        metrics: [
          {
            key: 'abandonsPerAnswer',
            name: 'Abandons per answer',
            add: ['abandonedInTime', 'abandonedPassed'],
            by: ['visitsAnswered'],
            better: 'lower',
            scopes: ['queue', 'center'],
          },
          { key: 'talkOfNobody', add: ['talkMs'], filters: { campaign: 'nobody' } },
          { key: 'old', add: ['talkMs'], retired: true },
          { key: 'ofSales', add: ['visitsAnswered'], filters: { queue: 'sales' } },
          {
            ...{ key: 'levelOfSales', add: ['serviceLevelMet'], by: ['serviceLevelDecided'] },
            filters: { queue: 'sales' },
          },
        ],
        goals: [
          goal,
          { ...goal, key: 'wrong', metric: 'callsAnswerd' },
          { ...goal, key: 'gauge', nodes: [{ key: 'x', metric: 'longestWait' }] },
          {
            ...{ key: 'fewAbandons', period: 'day', metric: 'own:abandonsPerAnswer', target: 0.05 },
            nodes: [{ key: 'sales', metric: 'own:ofSales' }],
          },
        ],
      },
      'test',
      1,
      null,
    )
    if (!put.ok) throw new Error(JSON.stringify(put))
    const { log } = center.stream as CenterStream
    const place = await append(log, calls(90))
    await committed(server.keep('main'), place)
    // The directory is on its way still, and tells whose the names were that these calls have.
    await until('the calls are those of their team', async () => {
      const handled = await valueOf('scope=team:red', 'callsHandled')
      const { engine } = await get<{ engine: { judgingAnew: boolean } }>('/api/status')
      return (handled.value ?? 0) > 0 && !engine.judgingAnew
    })
  })
  afterAll(() => server.close())

  const get = async <Shape>(path: string): Promise<Shape> => {
    const answer = await server.call(path, { key: server.apiKey })
    expect(answer.status, answer.text).toBe(200)
    return answer.json as Shape
  }
  const valueOf = async (query: string, id: string): Promise<Value> => {
    const { values } = await get<{ values: Record<string, Value> }>(
      `/api/metrics?${query}&ids=${id}`,
    )
    const value = values[id]
    if (!value) throw new Error('It was asked for')
    return value
  }

  it('tells how a goal stands, and what each part would have to be', async () => {
    type Goals = {
      goals: { key: string; passed: number; nodes: Node[] }[]
      faulty: { key: string; why: string }[]
    }
    const { goals, faulty } = await get<Goals>('/api/goals')
    expect(faulty).toEqual([
      { key: 'wrong', why: '"callsAnswerd" is no metric; GET /api/catalogue has them all' },
      { key: 'gauge', why: 'longestWait has no value of a period that could be reached' },
    ])
    expect(goals).toHaveLength(2)
    const [{ passed, nodes }, ofOwn] = goals as [Goals['goals'][number], Goals['goals'][number]]
    const [tree, offered, rate] = nodes as [Node, Node, Node]
    const dayMs = 24 * 60 * MINUTE_MS
    expect(passed).toBeCloseTo((NOW_MS % dayMs) / dayMs, 12)
    const answered = await valueOf('scope=center&channel=all', 'callsAnswered')
    expect(tree).toMatchObject({ key: 'answered', actual: answered.value, needed: 1_000 })
    expect(tree.pace).toBeCloseTo(1_000 * passed, 9)
    expect(tree.forecast).toBeCloseTo(tree.actual / passed, 9)
    expect(offered).toMatchObject({ key: 'offered', name: 'Calls', under: 'answered' })
    expect(offered.needed).toBeCloseTo(1_000 / rate.forecast, 9)
    expect(rate.needed).toBeCloseTo(1_000 / offered.forecast, 9)

    const abandons = await valueOf('scope=center&channel=all', 'own:abandonsPerAnswer')
    const ofSales = await valueOf('scope=queue:sales&channel=all', 'callsAnswered')
    const [root, sales] = ofOwn.nodes as [Node, Node]
    // A ratio stays as it is, a count goes on as it did.
    expect(root).toMatchObject({ name: 'Abandons per answer', unit: 'ratio', better: 'lower' })
    expect([root.actual, root.forecast, root.needed]).toEqual([
      abandons.value,
      abandons.value,
      0.05,
    ])
    expect(sales.actual).toBe(ofSales.value)
    expect(sales.forecast).toBeCloseTo(sales.actual / passed, 9)
  })

  it('refuses a goal without a period, and a tree that bites its tail', async () => {
    const put = (body: object) =>
      server.call('/api/directory', { key: server.apiKey, method: 'PUT', body })
    const { period, ...without } = goal
    expect(period).toBe('day')
    const answer = await put({ goals: [without] })
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({
      errors: [
        {
          path: 'goals.0.period',
          message:
            'must be day, week, month, quarter or year: a goal without a period is never reached or missed',
        },
      ],
    })
    const nodes = [{ key: 'a', metric: 'callsOffered', under: 'a' }]
    expect((await put({ goals: [{ ...goal, nodes }] })).json).toMatchObject({
      errors: [{ path: 'goals.0.nodes.0.under' }],
    })
  })

  it('computes metrics of the center’s own over what is stored, and explains them', async () => {
    const { value, parts } = await valueOf('scope=center', 'own:abandonsPerAnswer')
    const abandoned = await valueOf('scope=center', 'callsAbandoned')
    const answered = await valueOf('scope=center', 'callsAnswered')
    expect(value).toBe((abandoned.value ?? NaN) / (answered.value ?? NaN))
    expect(parts['by']?.booked).toBe(answered.value)
    // What is narrowed by itself does not narrow what is asked for beside it.
    const both = await get<{ values: Record<string, Value> }>(
      '/api/metrics?scope=center&ids=own:talkOfNobody,averageTalkTime',
    )
    expect(both.values['own:talkOfNobody']?.value).toBe(0)
    expect(both.values['averageTalkTime']?.value).toBeGreaterThan(0)
    const explained = await get<{ parts: Value['parts']; entries: { amount: number }[] }>(
      '/api/explain?scope=center&id=own:abandonsPerAnswer&limit=1000',
    )
    expect(explained.entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(
      (explained.parts['added']?.booked ?? 0) + (explained.parts['by']?.booked ?? 0),
    )
    const { metrics } = await get<{ metrics: { id: string; formula: string; unit: string }[] }>(
      '/api/catalogue',
    )
    const own = metrics.filter(({ id }) => id.startsWith('own:'))
    expect(own.map(({ id, formula, unit }) => [id, formula, unit])).toEqual([
      ['own:abandonsPerAnswer', '(abandonedInTime + abandonedPassed) / (visitsAnswered)', 'ratio'],
      ['own:talkOfNobody', 'talkMs; campaign nobody', 'ms'],
      ['own:ofSales', 'visitsAnswered; queue sales', 'count'],
      [
        'own:levelOfSales',
        '(serviceLevelMet; queue sales) / (serviceLevelDecided; queue sales)',
        'ratio',
      ],
    ])
  })

  it.each([
    [{ add: ['talkMs', 'handled'] }, 'handled is of count, and talkMs of ms'],
    [{ add: ['handled'], by: ['talkMs'] }, 'divide by a count'],
    [{ add: ['handled'], filters: { product: 'x' } }, 'handled is not kept by product'],
    [{ add: ['handeld'] }, 'did you mean handled?'],
    [{ add: [] }, 'must name a counter'],
  ])('refuses a metric of %j', async (metric, message) => {
    const answer = await server.call('/api/directory', {
      key: server.apiKey,
      method: 'PUT',
      body: { metrics: [{ key: 'mine', ...metric }] },
    })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain(message)
  })

  it('measures people by their quotas', async () => {
    const own = await valueOf('scope=agent:agent-0', 'quotaAttainment')
    const handled = await valueOf('scope=agent:agent-0', 'callsHandled')
    expect(own.value).toBe(handled.value)
    expect(own.parts['target']?.booked).toBe(1)
    const team = await valueOf('scope=team:red', 'quotaAttainment')
    expect(team.parts['target']?.booked).toBe(1_001)
    expect(await valueOf('scope=team:red', 'repsAtQuota')).toMatchObject({
      value: 0.5,
      parts: { reached: { booked: 1 }, withQuota: { booked: 2 } },
    })
    const tenure = await valueOf('scope=team:red', 'repTenure')
    expect(tenure.value).toBeCloseTo(12 / 365.2425, 9)
  })

  it('compares with the span before, by steps as well', async () => {
    const query = 'scope=center&of=shortCallRate'
    const rate = async (from: number, to: number) =>
      (
        await valueOf(
          `scope=center&from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`,
          'shortCallRate',
        )
      ).value
    const middle = CALLS_BEGIN_MS + 8 * MINUTE_MS
    const [before, after] = [
      await rate(CALLS_BEGIN_MS, middle),
      await rate(middle, middle + 8 * MINUTE_MS),
    ]
    const span = `&from=${new Date(middle).toISOString()}&to=${new Date(middle + 8 * MINUTE_MS).toISOString()}`
    const improved = await valueOf(`${query}${span}`, 'improvementRate')
    expect(improved.value).toBe(before === null || !after ? null : before / after)
    const { steps } = await get<{ steps: { values: Record<string, Value> }[] }>(
      `/api/metrics/history?scope=center&ids=salesGrowth,monthlyRecurringRevenue&step=1d&window=week`,
    )
    expect(steps).toHaveLength(7)
    expect(steps[0]?.values['salesGrowth']?.value).toBeNull()
    expect(steps[0]?.values['monthlyRecurringRevenue']?.value).toBe(0)
  })

  it('explains a relative metric by what it is of', async () => {
    type Explained = {
      definition: { of: string }
      parts: Value['parts']
      entries: { amount: number; parts: string[] }[]
    }
    const explained = await get<Explained>(
      '/api/explain?scope=team:red&id=quotaAttainment&limit=1000',
    )
    expect(explained.definition.of).toBe('callsHandled')
    const handled = explained.entries.filter(({ parts }) => parts.includes('handled'))
    expect(handled.length).toBeGreaterThan(0)
    expect(handled.reduce((sum, { amount }) => sum + amount, 0)).toBe(
      explained.parts['handled']?.booked,
    )
  })

  it.each([
    ['filter=product:chair', 'callsOffered is not kept by product'],
    ['filter=colour:red', '"colour:red" is unknown'],
    ['filter=campaign:', '"campaign:" is unknown'],
    ['filter=campaign:a&filter=campaign:b', 'campaign is given twice'],
    ['of=own:ofSales', 'own:ofSales is one of the center’s own: what is compared is of'],
    ['of=longestWait', 'longestWait has no value of a period that could be better or worse'],
  ])('refuses %s', async (query, message) => {
    const answer = await server.call(`/api/metrics?scope=center&ids=callsOffered&${query}`, {
      key: server.apiKey,
    })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain(JSON.stringify(message).slice(1, -1))
  })

  it('narrows to a queue, and to a field that nobody has', async () => {
    const all = await valueOf('scope=center', 'callsOffered')
    const sales = await valueOf('scope=center&filter=queue:sales', 'callsOffered')
    const own = await valueOf('scope=queue:sales', 'callsOffered')
    expect(sales.value).toBe(own.value)
    expect(sales.value).toBeLessThan(all.value ?? 0)
    expect((await valueOf('scope=center&filter=campaign:x', 'callsOffered')).value).toBe(0)
    expect((await valueOf('scope=center&filter=reason:x', 'callsHandled')).value).toBe(0)
  })

  it('narrows a metric of the center’s own by other fields than its own alone', async () => {
    const sales = await valueOf('scope=center', 'own:ofSales')
    expect(sales.value).toBe((await valueOf('scope=queue:sales', 'callsAnswered')).value)
    expect((await valueOf('scope=center&filter=campaign:x', 'own:ofSales')).value).toBe(0)
    const path = '/api/metrics?scope=center&ids=own:ofSales&filter=queue:support'
    const answer = await server.call(path, { key: server.apiKey })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('own:ofSales is narrowed to a queue of its own')
  })

  it('asks "what if" of a metric that is narrowed by itself', async () => {
    for (const define of ['', '&define=serviceLevel.thresholdSeconds:5']) {
      const own = await valueOf(`scope=center${define}`, 'own:levelOfSales')
      const queue = await valueOf(`scope=queue:sales${define}`, 'serviceLevel')
      expect(own.value).toBe(queue.value)
      expect(own.parts['added']?.booked).toBe(queue.parts['met']?.booked)
    }
    const strict = await valueOf(
      'scope=center&define=serviceLevel.thresholdSeconds:5',
      'own:levelOfSales',
    )
    expect(strict.value).toBeLessThan((await valueOf('scope=center', 'own:levelOfSales')).value!)
  })

  it('takes no quota of a metric of the center’s own', async () => {
    const answer = await server.call('/api/directory', {
      key: server.apiKey,
      method: 'PUT',
      body: {
        metrics: [{ key: 'mine', add: ['handled'] }],
        quotas: [{ scope: 'team:red', metric: 'own:mine', period: 'day', target: 1 }],
      },
    })
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({ errors: [{ path: 'quotas.0.metric' }] })
    expect(answer.text).toContain('a quota is of a metric of the catalogue')
  })

  it('tells what a definition would come to before it is kept', async () => {
    type Preview = {
      formula: string
      unit: string
      today: Value
      last30days: Value
      days: { from: string; value: number | null }[]
    }
    const preview = async (definition: object, scope = 'center'): Promise<Preview> => {
      const answer = await server.call('/api/metrics/own/preview', {
        key: server.apiKey,
        method: 'POST',
        body: { definition: { key: 'draft', ...definition }, scope },
      })
      expect(answer.status, answer.text).toBe(200)
      return answer.json as Preview
    }
    const abandons = { add: ['abandonedInTime', 'abandonedPassed'], by: ['visitsAnswered'] }
    const draft = await preview(abandons)
    const kept = await valueOf('scope=center', 'own:abandonsPerAnswer')
    expect(draft).toMatchObject({
      unit: 'ratio',
      formula: '(abandonedInTime + abandonedPassed) / (visitsAnswered)',
      today: { value: kept.value, parts: kept.parts },
      last30days: { value: kept.value },
    })
    // The calls are all of today: of the days before there is nothing to say.
    expect(draft.days.map(({ value }) => value)).toEqual([
      ...Array<null>(29).fill(null),
      kept.value,
    ])
    expect(Date.parse(draft.days[29]?.from ?? '')).toBe(NOW_MS - (NOW_MS % (24 * 60 * MINUTE_MS)))
    const ofSales = await preview({ add: ['visitsAnswered'], retired: true }, 'queue:sales')
    expect(ofSales.today.value).toBe((await valueOf('scope=queue:sales', 'callsAnswered')).value)

    const elsewhere = await server.call('/api/metrics/own/preview', {
      key: server.apiKey,
      method: 'POST',
      body: { definition: { key: 'draft', add: ['visitsAnswered'] }, scope: 'team:red' },
    })
    expect(elsewhere.status).toBe(400)
    expect(elsewhere.text).toContain('must be a scope of these: center, site, queue')
    const { metrics } = await get<{ metrics: { id: string }[] }>('/api/metrics/own')
    expect(metrics.map(({ id }) => id)).not.toContain('own:draft')
  })
})
