import type { Combination } from './directory.ts'
import type { BalanceMetric } from './metrics/metric.ts'

/** How a goal stands, node by node of its tree: pure, from what the metrics are so far. */

/** A metric in a tree, with what it is so far; null: it has no value. */
export type GoalNode = {
  key: string
  actual: number | null
  /** Whether it grows with time, as a count does and a rate does not. */
  isAdditive: boolean
  combine: Combination
  beneath: readonly GoalNode[]
}

export type StandingNode = {
  key: string
  actual: number | null
  /** What it should be by now to be there at the end; null: nobody has said what it should be. */
  pace: number | null
  /** What it will be at the period's end if it goes on like this; null: nothing to tell it by. */
  forecast: number | null
  /** What it would have to be for the goal, if all beside it come out as forecast; null: nothing would. */
  needed: number | null
  beneath: StandingNode[]
}

/**
 * How a tree stands. `target` is what its root should be at the end, `passed` the share of the
 * period's opening hours that is over, from 0 to 1.
 */
export function standingOf(node: GoalNode, target: number | null, passed: number): StandingNode {
  const forecast = forecastOf(node, passed)
  const forecasts = node.beneath.map((each) => forecastOf(each, passed))
  return {
    key: node.key,
    actual: node.actual,
    pace: target === null ? null : node.isAdditive ? target * passed : target,
    forecast,
    needed: target,
    beneath: node.beneath.map((each, at) => {
      const others = forecasts.filter((_, other) => other !== at)
      return standingOf(each, neededOf(node.combine, target, others), passed)
    }),
  }
}

function forecastOf({ actual, isAdditive }: GoalNode, passed: number): number | null {
  if (actual === null || !isAdditive) return actual
  return passed > 0 ? actual / passed : null
}

function neededOf(
  combine: Combination,
  target: number | null,
  others: readonly (number | null)[],
): number | null {
  if (target === null || others.includes(null)) return null
  const known = others.map(Number)
  if (combine === 'add') return known.reduce((left, forecast) => left - forecast, target)
  const product = known.reduce((all, forecast) => all * forecast, 1)
  return product === 0 ? null : target / product
}

/** Whether twice as much happening makes a metric twice as high, and nothing makes it nothing. */
export function isAdditive({ parts, at, value }: BalanceMetric): boolean {
  const names = Object.keys(parts('center'))
  const of = (each: number): number | null =>
    value(Object.fromEntries(names.map((name, i) => [name, each * (i + 1)])))
  const one = of(1)
  const isOfSpan = Object.values(at).every((each) => !each?.span && !each?.level)
  return isOfSpan && of(0) === 0 && one !== null && of(2) === 2 * one
}
