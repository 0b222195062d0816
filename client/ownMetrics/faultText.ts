/** What is wrong with a form, or why it was refused, in the words of the screen. */
import { counterOf, type CounterId } from '../../shared/counters.ts'
import { fieldsOf } from '../../shared/narrowing.ts'
import type { Failure } from '../api.ts'
import type { Messages } from '../i18n/en.ts'
import type { FormFault } from './draft.ts'

/** What is wrong with a part of the form. */
export function faultText({ part, fault }: FormFault, { own }: Messages): string {
  const { wrong, fields, scopes, units } = own
  const unit = (id: CounterId): string => units[counterOf(id).unit]
  switch (fault.kind) {
    case 'missing':
      return wrong.missing[part]
    case 'other':
      return fault.message
    case 'mixed': {
      const { counter, first } = fault
      return wrong.mixed(counter, unit(counter), first, unit(first))
    }
    case 'points':
      return wrong.points(fault.counter)
    case 'indivisible': {
      const { counter, whole } = fault
      return wrong.indivisible(counter, unit(counter), whole, unit(whole))
    }
    case 'noField':
      return wrong.noField(fault.field)
    case 'notKept': {
      const kept = fieldsOf(fault.counter).map((field) => fields[field])
      return wrong.notKept(fault.counter, fields[fault.field], kept)
    }
    case 'notThere':
      return wrong.notThere(fault.counter, scopes[fault.scope])
    case 'key':
    case 'taken':
    case 'tooLong':
    case 'nothingBelow':
    case 'noChannel':
    case 'people':
    case 'reasons':
      return wrong[fault.kind]
  }
}

/** Why the server did not keep a definition. */
export function refusalText(failure: Failure, { own, failures }: Messages): string {
  if (failure.kind === 'outdated') return own.outdated
  if (failure.kind !== 'refused') return failures[failure.kind]
  const isOfGoal = failure.faults.some(({ path }) => path.startsWith('goals'))
  return isOfGoal ? own.ofGoal : failure.detail
}
