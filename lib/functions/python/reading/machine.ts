import type { PythonCall, SyntaxNode } from '@gearboard/gears/script/tree'
import type { Action, CannotTell, Effect } from './pipelines'
import type { Arguments, FunctionValue, GivenArgument, ReadStep, ReadValue, Scope } from './values'

/** How deep expressions and calls are followed. */
const DEEPEST = 400
export const MOST_CALLS_DEEP = 12
/** Calls of one function within each other that are followed: what a deeper one returns is unknown. */
export const MOST_RECURSION = 3
/** Rounds of a loop that are followed one by one, and of loops within each other together: of more, each is any of them. */
export const MOST_ROUNDS = 200
const MOST_NESTED_ROUNDS = 1000
export const MOST_ACTIONS = 2000

/** A function of the script that is being followed. */
export interface Frame {
  readonly returns: ReadValue[]
  readonly yields: ReadValue[]
  /** Ways out of it that may have been taken. */
  doubts: number
}

/** Names of scopes with what they were before, or are after; undefined where there was none. */
export type ScopeChanges = Map<Scope, Map<string, ReadValue | undefined>>

/** What is known at the place of the script that is being read, and what was found so far. */
export interface Machine {
  readonly text: string
  readonly actions: Action[]
  readonly steps: ReadStep[]
  readonly cannotTell: CannotTell[]
  /** Where the nodes of `cannotTell` begin. */
  readonly doubted: Set<number>
  /** Calls of libraries that got no builder: they may find one by themselves. */
  readonly strangers: CannotTell[]
  /** Conditions of blocks that never run. */
  /** The conditions of `if __name__ == '__main__'`, false in RedisGears. */
  readonly neverRun: SyntaxNode[]
  /** The loops that never end. */
  readonly endless: SyntaxNode[]
  /** Functions that something unknown may call. */
  readonly handedOver: FunctionValue[]
  /** Where functions begin that were called. */
  readonly called: Set<number>
  readonly module: Scope
  /** Functions that are being called, by where they begin: how many times. */
  readonly calling: Map<number, number>
  readonly mostWork: number
  /** Where reading stopped because the script is too much of it. */
  unread: SyntaxNode | undefined
  /** Rounds of the loops around, multiplied. */
  rounds: number
  effects: Effect[]
  scope: Scope
  frame: Frame | undefined
  changed: ScopeChanges
  work: number
  depth: number
  callDepth: number
  /** How many unknown conditions lead to where we are. */
  doubts: number
  /** How many of the doubts are about whether the function is called at all. */
  expected: number
  when: Action['when']
  value(node: SyntaxNode): ReadValue
  /** These return whether the code after them can be reached. */
  statement(node: SyntaxNode): boolean
  block(body: SyntaxNode): boolean
  call(
    callee: ReadValue,
    args: readonly ReadValue[],
    keywords: ReadonlyMap<string, GivenArgument>,
    node: SyntaxNode,
    call?: PythonCall,
  ): ReadValue
  argumentsOf(argList: SyntaxNode): Arguments
}

export const source = ({ text }: Machine, { from, to }: SyntaxNode): string => text.slice(from, to)

/** Counts a node that is about to be read; true where there is no more work to be done for this script. */
export function spent(m: Machine, node: SyntaxNode): boolean {
  if (++m.work <= m.mostWork && m.depth <= DEEPEST) return false
  m.unread ??= node
  return true
}

/** What is done with a value costs as much as it is large. */
export function charge(m: Machine, value: ReadValue): void {
  if (value.kind === 'list') m.work += value.items.length >> 3
  else if (value.kind === 'dict') m.work += value.entries.size >> 2
  else if (value.kind === 'text') m.work += value.value.length >> 6
  else if (value.kind === 'start') m.work += value.text.length >> 6
  else if (value.kind === 'one of') for (const option of value.options) charge(m, option)
}

/** Whether a loop of this many rounds is followed round by round. */
export const follows = (m: Machine, rounds: number): boolean =>
  rounds <= MOST_ROUNDS && m.rounds * rounds <= MOST_NESTED_ROUNDS

/** Does the rounds of a loop, whose inner loops know of it. */
export function inRounds(m: Machine, rounds: number, work: () => void): void {
  const before = m.rounds
  m.rounds *= Math.max(1, rounds)
  work()
  m.rounds = before
}

export const newScope = (kind: Scope['kind'], parent: Scope | null): Scope => ({
  kind,
  parent,
  names: new Map(),
  elsewhere: new Map(),
})
