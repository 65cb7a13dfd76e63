import type { Call, SyntaxNode } from '../tree'
import type { Action, CannotTell, Effect } from './pipelines'
import type { Arguments, FunctionValue, Given, Scope, Step, Value } from './values'

/** Nodes looked at for one script, and how deep expressions and calls are followed: beyond it nothing is said. */
const DEEPEST = 120
export const MOST_CALLS_DEEP = 12
export const MOST_ROUNDS = 200
export const MOST_ACTIONS = 2000

/** `if __name__ == '__main__'`: the condition, false in RedisGears. */
export interface NeverRun {
  readonly condition: SyntaxNode
  readonly statement: SyntaxNode
}

/** A function of the script that is being followed. */
export interface Frame {
  readonly returns: Value[]
  readonly yields: Value[]
  /** Ways out of it that may have been taken. */
  doubts: number
}

/** Names of scopes with what they were before, or are after; undefined where there was none. */
export type Changes = Map<Scope, Map<string, Value | undefined>>

/** What is known at the place of the script that is being read, and what was found so far. */
export interface Machine {
  readonly text: string
  readonly actions: Action[]
  readonly steps: Step[]
  readonly cannotTell: CannotTell[]
  /** Calls of libraries that got no builder: they may find one by themselves. */
  readonly strangers: CannotTell[]
  /** Conditions of blocks that never run. */
  readonly neverRun: NeverRun[]
  /** The loops that never end. */
  readonly endless: SyntaxNode[]
  /** Functions that something unknown may call. */
  readonly handedOver: FunctionValue[]
  /** Where functions begin that were called. */
  readonly called: Set<number>
  readonly module: Scope
  readonly mostWork: number
  effects: Effect[]
  scope: Scope
  frame: Frame | undefined
  changed: Changes
  work: number
  depth: number
  callDepth: number
  /** How many unknown conditions lead to where we are. */
  doubts: number
  /** So many of them stand for a function being called at all. */
  expected: number
  when: Action['when']
  value(node: SyntaxNode): Value
  /** These return whether what stands behind may be reached. */
  statement(node: SyntaxNode): boolean
  block(body: SyntaxNode): boolean
  call(
    callee: Value,
    args: readonly Value[],
    keywords: ReadonlyMap<string, Given>,
    node: SyntaxNode,
    call?: Call,
  ): Value
  argumentsOf(argList: SyntaxNode): Arguments
}

export const source = ({ text }: Machine, { from, to }: SyntaxNode): string => text.slice(from, to)

export const spent = (m: Machine): boolean => ++m.work > m.mostWork || m.depth > DEEPEST

export const newScope = (kind: Scope['kind'], parent: Scope | null): Scope => ({
  kind,
  parent,
  names: new Map(),
  elsewhere: new Map(),
})
