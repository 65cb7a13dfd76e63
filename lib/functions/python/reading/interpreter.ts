import type { PythonCall, SyntaxNode } from '@gearboard/gears/script/tree'
import { children } from '@gearboard/gears/script/tree'
import { forgetChangingGlobals } from './bindings'
import { argumentsOf, callValue } from './calls'
import { doubt } from './doubts'
import { expressionOf } from './expressions'
import { callFunction } from './functions'
import { charge, type Frame, type Machine, newScope, type ScopeChanges, spent } from './machine'
import type { Action, CannotTell, Effect } from './pipelines'
import { statementOf } from './statements'
import {
  type Arguments,
  type FunctionValue,
  type GivenArgument,
  oneOf,
  optionsOf,
  type ReadStep,
  type ReadValue,
  type Scope,
  UNKNOWN,
} from './values'

/** Nodes looked at for one script, one in a loop or a function as often as that is followed. */
const LEAST_WORK = 250_000
const MOST_WORK = 500_000
/** For each node that the script has. */
const WORK_PER_NODE = 3

/**
 * Follows a script as Python would run it, as far as the text determines that: branches on known conditions, loops over known lists, calls
 * of the script's own functions. What depends on something unknown is followed too, as something that may happen. The script is never run.
 */
export class Interpreter implements Machine {
  readonly actions: Action[] = []
  readonly steps: ReadStep[] = []
  readonly cannotTell: CannotTell[] = []
  readonly doubted = new Set<number>()
  readonly strangers: CannotTell[] = []
  readonly neverRun: SyntaxNode[] = []
  readonly endless: SyntaxNode[] = []
  readonly handedOver: FunctionValue[] = []
  readonly called = new Set<number>()
  readonly calling = new Map<number, number>()
  readonly module: Scope = newScope('module', null)
  /** Calls at the top level of what is not the script's. */
  readonly topLevel: Effect[] = []
  readonly mostWork: number
  effects: Effect[] = this.topLevel
  scope = this.module
  frame: Frame | undefined
  changed: ScopeChanges = new Map()
  work = 0
  depth = 0
  callDepth = 0
  doubts = 0
  rounds = 1
  unread: SyntaxNode | undefined
  expected = 0
  when: Action['when'] = 'sent'

  /** @param nodes how many the script has */
  constructor(
    readonly text: string,
    nodes: number,
  ) {
    this.mostWork = Math.min(MOST_WORK, LEAST_WORK + WORK_PER_NODE * nodes)
  }

  /** Reads the script; then the functions that something unknown may call. */
  run(root: SyntaxNode): void {
    this.block(root)
    this.doubts++
    this.when = 'event'
    forgetChangingGlobals(this, root)
    for (let i = 0; i < this.handedOver.length; i++) {
      const fn = this.handedOver[i]
      // In a thread of its own it may continue for ever.
      if (fn && !this.called.has(fn.node.from)) this.callLater(fn, [])
    }
    this.doubts--
  }

  /**
   * Calls a function as Gears would at an event.
   * @returns what it returns, what it calls that is not of the script, and the loops in it that never end
   */
  callLater(callee: ReadValue, args: readonly ReadValue[]): Later {
    const effects: Effect[] = []
    const endlessBefore = this.endless.length
    const before = { effects: this.effects, doubts: this.doubts, when: this.when, expected: this.expected }
    this.effects = effects
    this.expected = ++this.doubts
    this.when = 'event'
    const result = oneOf(
      optionsOf(callee).map((one) => (one.kind === 'function' ? callFunction(this, one, args, new Map()) : UNKNOWN)),
    )
    this.effects = before.effects
    this.doubts = before.doubts
    this.when = before.when
    this.expected = before.expected
    return { result, effects, endless: this.endless.splice(endlessBefore) }
  }

  block(body: SyntaxNode): boolean {
    for (const part of children(body)) if (part.name !== ':' && !this.statement(part)) return false
    return true
  }

  statement(node: SyntaxNode): boolean {
    if (spent(this, node)) {
      doubt(this, node, 'the script is too complex to follow')
      return true
    }
    this.depth++
    try {
      return statementOf(this, node)
    } finally {
      this.depth--
    }
  }

  value(node: SyntaxNode): ReadValue {
    if (spent(this, node)) return UNKNOWN
    this.depth++
    try {
      const value = expressionOf(this, node)
      charge(this, value)
      return value
    } finally {
      this.depth--
    }
  }

  call(
    callee: ReadValue,
    args: readonly ReadValue[],
    keywords: ReadonlyMap<string, GivenArgument>,
    node: SyntaxNode,
    call?: PythonCall,
  ): ReadValue {
    return callValue(this, callee, args, keywords, node, call)
  }

  argumentsOf(argList: SyntaxNode): Arguments {
    return argumentsOf(this, argList)
  }
}

/** The outcome of a function that is called later. */
export interface Later {
  readonly result: ReadValue
  readonly effects: readonly Effect[]
  readonly endless: readonly SyntaxNode[]
}
