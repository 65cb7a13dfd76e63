import type { WheelBytes } from '../wheels/installer'
import { describe } from './describe'
import type { Gears } from './gears'
import { applyBatch, type RegistrationBatch } from './register'
import { StreamRegistration } from './stream-reader'

/** What one shard asks all to do. */
export type Operation =
  | { readonly op: 'abort'; readonly id: string }
  | { readonly op: 'drop'; readonly id: string }
  | { readonly op: 'describe'; readonly id: string }
  | { readonly op: 'unregister'; readonly id: string; readonly abortPending: boolean }
  | { readonly op: 'pause' | 'unpause'; readonly id: string }
  | { readonly op: 'clear' }
  | { readonly op: 'register'; readonly batch: RegistrationBatch }
  | { readonly op: 'require'; readonly names: readonly string[]; readonly wheels: readonly WheelBytes[] }

/** `error`: why this shard could not. `value`: what it says; cloneable. */
export interface Answer {
  readonly error?: string
  readonly value?: unknown
}

const NO_EXECUTION: Answer = { error: 'execution does not exist' }

/** Does it here; `reply` may be called later. */
export function perform(gears: Gears, operation: Operation, reply: (answer: Answer) => void): void {
  if (operation.op === 'abort') abort(gears, operation.id, reply)
  else reply(answerTo(gears, operation))
}

function answerTo(gears: Gears, operation: Exclude<Operation, { op: 'abort' }>): Answer {
  switch (operation.op) {
    case 'drop': {
      const execution = gears.executions.get(operation.id)
      if (execution) gears.executions.drop(execution)
      return {}
    }
    case 'describe': {
      const execution = gears.executions.get(operation.id)
      return execution ? { value: describe(execution, gears.cluster.shardId, gears.version) } : {}
    }
    case 'unregister': {
      const registration = gears.registrations.get(operation.id)
      if (registration) gears.unregister(registration, operation.abortPending)
      return {}
    }
    case 'pause':
    case 'unpause':
      return setPaused(gears, operation.id, operation.op)
    case 'clear':
      for (const { counters } of gears.registrations.values()) counters.clear()
      return {}
    case 'register':
      gears.registeredElsewhere(operation.batch.registrations.length)
      return applyBatch(gears, operation.batch)
    case 'require':
      return gears.requirements.receive(operation.names, operation.wheels, true)
  }
}

function abort(gears: Gears, id: string, reply: (answer: Answer) => void): void {
  const execution = gears.executions.get(id)
  if (!execution) {
    reply(NO_EXECUTION)
    return
  }
  // The original looks again after it stopped running Python: a blocking run or a trigger is gone by then, and it says so.
  const runs = execution.onStack
  gears.executions.abort(execution, () => reply(runs && !gears.executions.get(id) ? NO_EXECUTION : {}))
}

function setPaused(gears: Gears, id: string, op: 'pause' | 'unpause'): Answer {
  const registration = gears.registrations.get(id)
  if (!registration) return { error: `Execution ${id} does not exists on shard ${gears.cluster.shardId}` }
  if (!(registration instanceof StreamRegistration))
    return { error: `Reader ${registration.init.reader} does not support ${op}` }
  gears.streams[op](registration)
  return {}
}
