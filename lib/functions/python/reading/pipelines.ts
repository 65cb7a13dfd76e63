import type { ActionName } from '@gearboard/gears/docs'
import type { PythonCall, SyntaxNode } from '@gearboard/gears/script/tree'
import type { Arguments, Builder, GivenArgument, ReadStep, ReadValue } from './values'

/** `run` or `register` with everything that led to it. */
export interface Action {
  readonly name: ActionName
  readonly call: PythonCall
  readonly nameNode: SyntaxNode
  readonly args: Arguments
  readonly builder: Builder
  readonly steps: readonly ReadStep[]
  /** It happens, and happens once, when the script is sent: in no branch, loop or function of which only running it would tell. */
  readonly unconditional: boolean
  /** `sent`: when the script is sent. `event`: inside a function that something calls later. */
  readonly when: 'sent' | 'event'
}

/** An argument by name, or by place where it has one. */
export const given = (args: Arguments, name: string, place?: number): GivenArgument | undefined =>
  args.named.get(name) ?? (place === undefined ? undefined : args.positional[place])

/** A call of something outside the script, with what was known of its arguments. */
export interface Effect {
  /** `execute`, `time.sleep`. */
  readonly path: string
  readonly args: readonly ReadValue[]
  readonly named: ReadonlyMap<string, ReadValue>
  readonly call: PythonCall
  /** It is called whenever the function is; else only in a branch of it. */
  readonly sure: boolean
}

/** Why the text alone does not show whether something runs or is registered. */
export interface CannotTell {
  readonly node: SyntaxNode
  readonly why: string
}
