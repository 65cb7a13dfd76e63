import { isAction, reader } from '../../gears-docs'
import { importedNames, starModule } from '../scopes'
import { argumentsIn, type Call, callAt, childNamed, children, descendants, type SyntaxNode } from '../tree'
import { builtinCall, isBuilder, itemsOf, methodCall, namedValue } from './known-calls'
import { isKnownThing, runtimePath } from './names'
import { binary, compared, numberOf, unary } from './operators'
import { type Action, type CannotTell, type Effect, given } from './pipelines'
import { decodeString, formatStart } from './strings'
import { boundIn, inner, isFixed, isGenerator, isInTry, leavesEarly, loopParts, mayLeave, parametersOf } from './syntax'
import {
  type Arguments,
  type BuilderState,
  boolean,
  type ClassValue,
  dict,
  type FunctionValue,
  type Given,
  intOf,
  list,
  NONE,
  named,
  oneOf,
  optionsOf,
  other,
  type Scope,
  type Step,
  text,
  truth,
  UNKNOWN,
  type Value,
} from './values'

/** Nodes looked at for one script, and how deep expressions and calls are followed: beyond it nothing is said. */
const LEAST_WORK = 60_000
const MOST_WORK = 500_000
/** For each node that the script has. */
const WORK_PER_NODE = 3
const MOST_ACTIONS = 2000
const DEEPEST = 120
const MOST_CALLS_DEEP = 12
const MOST_ROUNDS = 200

/** What reading a script from its beginning to its end tells. */
export interface Reading {
  readonly actions: readonly Action[]
  readonly steps: readonly Step[]
  readonly cannotTell: readonly CannotTell[]
  /** Conditions of blocks that never run. */
  readonly neverRun: readonly NeverRun[]
  /** The loops that never end. */
  readonly endless: readonly SyntaxNode[]
}

/** `if __name__ == '__main__'`: the condition, false in RedisGears. */
export interface NeverRun {
  readonly condition: SyntaxNode
  readonly statement: SyntaxNode
}

/**
 * Follows a script as Python would run it, as far as the text tells: branches on known conditions, loops over known lists, calls of the
 * script's own functions. What hangs on something unknown is followed as well, as something that may happen. Nothing is ever run.
 */
export class Interpreter {
  readonly actions: Action[] = []
  readonly steps: Step[] = []
  readonly cannotTell: CannotTell[] = []
  readonly neverRun: NeverRun[] = []
  readonly endless: SyntaxNode[] = []
  readonly module: Scope = newScope('module', null)
  private readonly called = new Set<number>()
  /** Calls at the top level of what is not the script's. */
  readonly topLevel: Effect[] = []
  private effects: Effect[] = this.topLevel
  private scope = this.module
  private frame: Frame | undefined
  private changed: Changes = new Map()
  private work = 0
  private readonly mostWork: number
  private depth = 0
  private callDepth = 0
  /** How many unknown conditions lead to where we are. */
  private doubts = 0
  /** So many of them stand for a function being called at all. */
  private expected = 0
  private when: Action['when'] = 'sent'

  /** @param nodes how many the script has */
  constructor(
    private readonly text: string,
    nodes: number,
  ) {
    this.mostWork = Math.min(MOST_WORK, LEAST_WORK + WORK_PER_NODE * nodes)
  }

  /** Reads the script; then the functions that something unknown may call. */
  run(root: SyntaxNode): Reading {
    this.block(root)
    this.doubts++
    this.when = 'event'
    this.forgetChangingGlobals(root)
    for (let i = 0; i < this.handedOver.length; i++) {
      const fn = this.handedOver[i]
      // In a thread of its own it may go on for ever.
      if (fn && !this.called.has(fn.node.from)) this.callLater(fn, [])
    }
    this.doubts--
    return this
  }

  /**
   * Calls a function as Gears would at an event.
   * @returns what it returns, what it calls that is not of the script, and the loops in it that never end
   */
  callLater(callee: Value, args: readonly Value[]): Later {
    const effects: Effect[] = []
    const endlessBefore = this.endless.length
    const before = { effects: this.effects, doubts: this.doubts, when: this.when, expected: this.expected }
    this.effects = effects
    this.expected = ++this.doubts
    this.when = 'event'
    const result = oneOf(
      optionsOf(callee).map((one) => (one.kind === 'function' ? this.callFunction(one, args, new Map()) : UNKNOWN)),
    )
    this.effects = before.effects
    this.doubts = before.doubts
    this.when = before.when
    this.expected = before.expected
    return { result, effects, endless: this.endless.splice(endlessBefore) }
  }

  private readonly handedOver: FunctionValue[] = []

  /** What functions change with `global` is unknown once they may have run. */
  private forgetChangingGlobals(root: SyntaxNode): void {
    for (const node of descendants(root)) {
      if (node.name !== 'ScopeStatement' || node.firstChild?.name !== 'global') continue
      for (const part of children(node))
        if (part.name === 'VariableName') this.module.names.set(this.source(part), UNKNOWN)
    }
  }

  private source({ from, to }: SyntaxNode): string {
    return this.text.slice(from, to)
  }

  private get spent(): boolean {
    return ++this.work > this.mostWork || this.depth > DEEPEST
  }

  private doubt(node: SyntaxNode, why: string): void {
    if (!this.cannotTell.some((one) => one.node.from === node.from)) this.cannotTell.push({ node, why })
  }

  // Statements. Each returns whether what stands behind it may be reached.

  private block(body: SyntaxNode): boolean {
    for (const statement of children(body)) if (!this.statement(statement)) return false
    return true
  }

  private statement(node: SyntaxNode): boolean {
    if (this.spent) {
      this.doubt(node, 'the script is too long to follow')
      return true
    }
    this.depth++
    try {
      return this.statementOf(node)
    } finally {
      this.depth--
    }
  }

  private statementOf(node: SyntaxNode): boolean {
    switch (node.name) {
      case 'StatementGroup':
      case 'Body':
        return this.block(node)
      case 'ExpressionStatement':
      case 'AssertStatement':
        for (const child of children(node)) this.value(child)
        return true
      case 'AssignStatement':
        this.assign(node)
        return true
      case 'UpdateStatement':
        this.update(node)
        return true
      case 'IfStatement':
        return this.ifStatement(node)
      case 'ForStatement':
        return this.forStatement(node)
      case 'WhileStatement':
        return this.whileStatement(node)
      case 'TryStatement':
        return this.tryStatement(node)
      case 'WithStatement':
        return this.withStatement(node)
      case 'FunctionDefinition':
      case 'ClassDefinition':
        this.define(node, [])
        return true
      case 'DecoratedStatement':
        this.decorated(node)
        return true
      case 'ImportStatement':
        this.importing(node)
        return true
      case 'ScopeStatement':
        this.declare(node)
        return true
      case 'ReturnStatement': {
        const what = [...children(node)].filter((child) => child.name !== 'return')
        this.frame?.returns.push(this.tupleOr(what, NONE))
        return false
      }
      case 'YieldStatement':
        this.yields(node)
        return true
      case 'RaiseStatement':
        for (const child of children(node)) if (child.name !== 'raise' && child.name !== 'from') this.value(child)
        return false
      case 'BreakStatement':
      case 'ContinueStatement':
        return false
      case 'MatchStatement':
        return this.matchStatement(node)
      default:
        return true
    }
  }

  private assign(node: SyntaxNode): void {
    const groups: SyntaxNode[][] = [[]]
    for (const part of children(node)) {
      if (part.name === 'AssignOp') groups.push([])
      else if (part.name !== 'TypeDef') groups.at(-1)?.push(part)
    }
    const right = groups.length > 1 ? groups.at(-1) : undefined
    if (!right) return
    const value = this.tupleOr(right, UNKNOWN)
    for (const targets of groups.slice(0, -1)) this.bindAll(targets, value)
  }

  /** One expression, or a tuple without brackets. */
  private tupleOr(parts: readonly SyntaxNode[], nothing: Value): Value {
    const items = parts.filter((part) => part.name !== ',' && !part.type.isError)
    const [first] = items
    if (!first) return nothing
    if (items.length === 1 && !parts.some((part) => part.name === ',')) return this.value(first)
    return this.sequence(parts, 'tuple')
  }

  private bindAll(targets: readonly SyntaxNode[], value: Value): void {
    const items = targets.filter((part) => part.name !== ',' && !part.type.isError)
    const [first] = items
    if (first && items.length === 1 && !targets.some((part) => part.name === ',')) this.bind(first, value)
    else this.unpack(items, value)
  }

  private unpack(targets: readonly SyntaxNode[], value: Value): void {
    const starred = targets.some((target) => target.name === '*')
    const items = value.kind === 'list' && !value.open && !starred ? value.items : itemsOf(value)
    const fits = items !== undefined && !starred && items.length === targets.length
    targets.forEach((target, i) => {
      if (target.name !== '*') this.bind(target, fits ? (items[i] ?? UNKNOWN) : UNKNOWN)
    })
  }

  private bind(target: SyntaxNode, value: Value): void {
    switch (target.name) {
      case 'VariableName':
        this.setName(this.source(target), value)
        return
      case 'TupleExpression':
      case 'ArrayExpression':
      case 'ParenthesizedExpression':
        this.bindAll(
          [...children(target)].filter((part) => !/^[()[\]]$/.test(part.name)),
          value,
        )
        return
      case 'MemberExpression':
        this.bindMember(target, value)
        return
      default:
        return
    }
  }

  private bindMember(target: SyntaxNode, value: Value): void {
    const owner = target.firstChild && this.value(target.firstChild)
    const property = childNamed(target, 'PropertyName')
    if (!owner) return
    if (property && owner.kind === 'instance')
      owner.names.set(this.source(property), this.maybe(owner.names.get(this.source(property)), value))
    else if (property && owner.kind === 'class') owner.scope.names.set(this.source(property), value)
    else if (!property && owner.kind === 'dict') {
      const key = this.subscript(target)
      if (key?.kind === 'text') owner.entries.set(key.value, this.maybe(owner.entries.get(key.value), value))
      else {
        owner.open = true
        this.escape([value], target, 'a dict keeps a builder under a key that shows only when it runs')
      }
    } else if (!property && owner.kind === 'list') {
      owner.open = true
      owner.items.push(value)
    } else if (owner.kind !== 'builder') this.escape([value], target, 'a builder is kept where it cannot be followed')
  }

  /** In a branch of which nobody knows whether it is taken, the value before stays possible; a first one is taken as it is. */
  private maybe(before: Value | undefined, value: Value): Value {
    return this.doubts > 0 && before ? oneOf([before, value]) : value
  }

  private setName(name: string, value: Value): void {
    this.write(this.scope.elsewhere.get(name) ?? this.scope, name, value)
  }

  private update(node: SyntaxNode): void {
    const [target, operator, ...rest] = [...children(node)]
    if (!target || !operator) return
    const right = this.tupleOr(rest, UNKNOWN)
    const left = this.value(target)
    if (left.kind === 'list' && this.source(operator) === '+=') {
      const items = itemsOf(right)
      if (items && this.doubts === 0) left.items.push(...items)
      else left.open = true
      return
    }
    this.bind(target, binary(this.source(operator).slice(0, -1), left, right))
  }

  private ifStatement(node: SyntaxNode): boolean {
    const branches: { readonly condition: SyntaxNode | null; readonly body: SyntaxNode }[] = []
    let condition: SyntaxNode | null = null
    for (const part of children(node)) {
      if (part.name === 'if' || part.name === 'elif' || part.name === 'else' || part.type.isError) continue
      if (part.name !== 'Body') condition = part
      else {
        branches.push({ condition, body: part })
        condition = null
      }
    }
    const open: SyntaxNode[] = []
    let exhaustive = false
    for (const { condition: test, body } of branches) {
      const known = test ? truth(this.value(test)) : true
      if (known === false) {
        if (test && /\b__name__\b/.test(this.source(test))) this.neverRun.push({ condition: test, statement: node })
        continue
      }
      open.push(body)
      if (known === true) {
        exhaustive = true
        break
      }
    }
    const [only] = open
    if (only && open.length === 1 && exhaustive) return this.block(only)
    const ways = open.map((body) => () => this.block(body))
    return this.either(exhaustive ? ways : [...ways, () => true])
  }

  /** Follows each of several ways from the same beginning, of which only running it would tell which is taken. */
  private either(ways: readonly (() => boolean)[]): boolean {
    if (ways.length === 0) return true
    const outer = this.changed
    const ends: Changes[] = []
    this.doubts++
    for (const way of ways) {
      const changes: Changes = new Map()
      this.changed = changes
      const goesOn = way()
      if (goesOn) ends.push(current(changes))
      // Back to how it was for the next way.
      for (const [scope, names] of changes) for (const [name, before] of names) put(scope, name, before)
    }
    this.changed = outer
    this.doubts--
    if (ends.length === 0) return false
    // Where one way left the function, what follows happens only on the others.
    if (this.frame && ends.length < ways.length) {
      this.frame.doubts++
      this.doubts++
    }
    this.join(ends)
    return true
  }

  /** Each name may be what any of the ways left it at. */
  private join(ends: readonly Changes[]): void {
    const touched = new Map<Scope, Set<string>>()
    for (const end of ends)
      for (const [scope, names] of end) {
        const known = touched.get(scope) ?? new Set()
        for (const name of names.keys()) known.add(name)
        touched.set(scope, known)
      }
    for (const [scope, names] of touched)
      for (const name of names) {
        const values = ends.flatMap((end) => end.get(scope)?.get(name) ?? scope.names.get(name) ?? [])
        this.write(scope, name, oneOf(values))
      }
  }

  /** Changes a name, and keeps what it was for the way that is being followed. */
  private write(scope: Scope, name: string, value: Value): void {
    const names = this.changed.get(scope) ?? new Map<string, Value | undefined>()
    if (!names.has(name)) names.set(name, scope.names.get(name))
    this.changed.set(scope, names)
    scope.names.set(name, value)
  }

  private forStatement(node: SyntaxNode): boolean {
    const { targets, iterable, body, otherwise } = loopParts(node)
    const over = iterable ? this.value(iterable) : UNKNOWN
    const items = itemsOf(over)
    if (items && items.length <= MOST_ROUNDS && body && !leavesEarly(body)) {
      for (const item of items) {
        this.bindAll(targets, item)
        this.block(body)
      }
    } else if (body) {
      const item = over.kind === 'list' ? oneOf(over.items) : UNKNOWN
      this.round(body, () =>
        this.bindAll(targets, over.kind === 'list' && over.items.length > 0 && items ? item : UNKNOWN),
      )
    }
    if (otherwise) this.block(otherwise)
    return true
  }

  /** A loop of unknown length: what it binds is unknown in each of its rounds. */
  private round(body: SyntaxNode, before: () => void): void {
    this.either([
      () => {
        for (const name of boundIn(body, this.text)) this.setName(name, UNKNOWN)
        before()
        this.block(body)
        return true
      },
      () => true,
    ])
    for (const name of boundIn(body, this.text)) {
      const value = this.scope.names.get(name)
      // A list that grows stays that list.
      if (value && value.kind !== 'builder' && value.kind !== 'function') this.setName(name, UNKNOWN)
    }
  }

  private whileStatement(node: SyntaxNode): boolean {
    const { iterable: condition, body } = loopParts(node)
    if (!condition || !body) return true
    const early = leavesEarly(body)
    let known = truth(this.value(condition))
    for (let round = 0; known === true && !early && round < MOST_ROUNDS; round++) {
      this.block(body)
      known = truth(this.value(condition))
    }
    if (known === false) return true
    if (known === true && isFixed(condition) && !early && !mayLeave(body, this.text) && !isInTry(node)) {
      this.endless.push(node)
      return false
    }
    this.round(body, () => undefined)
    return true
  }

  private tryStatement(node: SyntaxNode): boolean {
    let handler = false
    let goesOn = true
    const handlers: SyntaxNode[] = []
    const rest: SyntaxNode[] = []
    let word = 'try'
    for (const part of children(node)) {
      if (/^(?:try|except|else|finally)$/.test(part.name)) word = part.name
      if (part.name !== 'Body') continue
      if (word === 'try') goesOn = this.block(part)
      else if (word === 'except') {
        handler = true
        handlers.push(part)
      } else rest.push(part)
    }
    if (handler) {
      const after = handlers.map((body) => () => this.block(body))
      goesOn = this.either([() => goesOn, ...after])
    }
    for (const body of rest) if (goesOn || body === rest.at(-1)) this.block(body)
    return goesOn
  }

  private withStatement(node: SyntaxNode): boolean {
    let goesOn = true
    let isName = false
    for (const part of children(node)) {
      if (part.name === 'Body') goesOn = this.block(part)
      else if (isName) this.bind(part, UNKNOWN)
      else if (part.name !== 'with' && part.name !== 'as' && part.name !== ',' && part.name !== 'async')
        this.value(part)
      isName = part.name === 'as'
    }
    return goesOn
  }

  private matchStatement(node: SyntaxNode): boolean {
    const clauses = [...descendants(node)].filter((part) => part.name === 'MatchClause')
    const bodies = clauses.flatMap((clause) => childNamed(clause, 'Body') ?? [])
    return this.either([...bodies.map((body) => () => this.block(body)), () => true])
  }

  private define(node: SyntaxNode, decorators: readonly SyntaxNode[]): void {
    const nameNode = childNamed(node, 'VariableName')
    const value = node.name === 'ClassDefinition' ? this.classOf(node) : this.functionOf(node)
    let decoratedValue: Value = value
    for (const decorator of decorators.toReversed()) decoratedValue = this.decorate(decorator, decoratedValue)
    if (nameNode) this.setName(this.source(nameNode), decoratedValue)
  }

  private decorated(node: SyntaxNode): void {
    const definition = childNamed(node, 'FunctionDefinition') ?? childNamed(node, 'ClassDefinition')
    if (definition)
      this.define(
        definition,
        [...children(node)].filter((part) => part.name === 'Decorator'),
      )
  }

  private decorate(decorator: SyntaxNode, value: Value): Value {
    const parts = [...children(decorator)].filter((part) => part.name !== 'At')
    const argList = parts.find((part) => part.name === 'ArgList')
    const [first, ...rest] = parts.filter((part) => part !== argList)
    if (!first) return value
    let callee = this.value(first)
    for (const part of rest) if (part.name === 'PropertyName') callee = this.attribute(callee, this.source(part))
    if (callee.kind === 'named') {
      if (/^(?:staticmethod|classmethod|functools\.wraps|abc\.abstractmethod)$/.test(callee.path)) return value
      if (isKnownThing(callee.path)) return UNKNOWN
    }
    if (argList) {
      const { positional, named: keywords } = this.argumentsOf(argList)
      callee = this.call(
        callee,
        positional.map(({ value: arg }) => arg),
        keywords,
        decorator,
      )
    }
    return this.call(callee, [value], new Map(), decorator)
  }

  private functionOf(node: SyntaxNode): FunctionValue {
    const nameNode = node.name === 'FunctionDefinition' ? childNamed(node, 'VariableName') : undefined
    const params = childNamed(node, 'ParamList')
    const defaults = new Map<string, Value>()
    for (const param of params ? parametersOf(params) : [])
      if (param.defaultNode) defaults.set(this.source(param.node), this.value(param.defaultNode))
    return {
      kind: 'function',
      node,
      name: nameNode ? this.source(nameNode) : '<lambda>',
      scope: this.scope,
      async: childNamed(node, 'async') !== undefined,
      generator: isGenerator(node),
      defaults,
      self: null,
    }
  }

  private classOf(node: SyntaxNode): ClassValue {
    const scope = newScope('class', this.scope)
    const argList = childNamed(node, 'ArgList')
    const bases = argList ? this.argumentsOf(argList).positional.map(({ value }) => value) : []
    const body = childNamed(node, 'Body')
    if (body) this.inScope(scope, () => this.block(body))
    return { kind: 'class', node, scope, bases }
  }

  private inScope<T>(scope: Scope, work: () => T): T {
    const before = this.scope
    this.scope = scope
    try {
      return work()
    } finally {
      this.scope = before
    }
  }

  private importing(node: SyntaxNode): void {
    const star = starModule(node, this.text)
    if (star !== undefined && !isKnownThing(star)) this.doubt(node, `from ${star} import * may bring anything`)
    for (const { local, path } of importedNames(node, this.text)) this.setName(local, namedValue(path))
  }

  private declare(node: SyntaxNode): void {
    const isGlobal = node.firstChild?.name === 'global'
    for (const part of children(node)) {
      if (part.name !== 'VariableName') continue
      const name = this.source(part)
      const home = isGlobal ? this.module : enclosing(this.scope, name)
      if (home) this.scope.elsewhere.set(name, home)
    }
  }

  private yields(node: SyntaxNode): void {
    const what = [...children(node)].filter((part) => part.name !== 'yield')
    const from = what[0]?.name === 'from'
    const value = this.tupleOr(
      what.filter((part) => part.name !== 'from'),
      NONE,
    )
    this.frame?.yields.push(
      from ? oneOf(itemsOf(value) ?? [value.kind === 'generator' ? value.yields : UNKNOWN]) : value,
    )
  }

  // Expressions.

  private value(node: SyntaxNode): Value {
    if (this.spent) return UNKNOWN
    this.depth++
    try {
      return this.valueOf(node)
    } finally {
      this.depth--
    }
  }

  private valueOf(node: SyntaxNode): Value {
    switch (node.name) {
      case 'String': {
        const decoded = decodeString(this.source(node))
        return decoded === undefined ? other('bytes') : text(decoded)
      }
      case 'FormatString':
        return this.formatString(node)
      case 'ContinuedString':
        return [...children(node)]
          .map((part) => this.value(part))
          .reduce((sum, part) => binary('+', sum, part), text(''))
      case 'Number':
        return numberOf(this.source(node))
      case 'Boolean':
        return boolean(this.source(node) === 'True')
      case 'None':
        return NONE
      case 'Ellipsis':
        return other('...')
      case 'VariableName':
        return this.lookUp(this.source(node))
      case 'UnaryExpression': {
        const [operator, operand] = [...children(node)]
        return operator && operand ? unary(this.source(operator), this.value(operand)) : UNKNOWN
      }
      case 'BinaryExpression':
        return this.binaryExpression(node)
      case 'ArrayExpression':
        return this.sequence(inner(node), 'list')
      case 'TupleExpression':
        return this.sequence(inner(node), 'tuple')
      case 'SetExpression':
        return this.sequence(inner(node), 'set')
      case 'DictionaryExpression':
        return this.dictionary(node)
      case 'ParenthesizedExpression': {
        const [only] = inner(node)
        return only ? this.value(only) : UNKNOWN
      }
      case 'LambdaExpression':
        return this.functionOf(node)
      case 'NamedExpression': {
        const [target, , value] = [...children(node)]
        const result = value ? this.value(value) : UNKNOWN
        if (target) this.bind(target, result)
        return result
      }
      case 'ConditionalExpression':
        return this.conditional(node)
      case 'AwaitExpression': {
        const awaited = this.value([...children(node)].find((part) => part.name !== 'await') ?? node)
        return awaited.kind === 'coroutine' ? awaited.result : UNKNOWN
      }
      case 'YieldExpression':
        this.yields(node)
        return UNKNOWN
      case 'MemberExpression':
        return this.member(node)
      case 'CallExpression':
        return this.callExpression(node)
      default:
        return /Comprehension/.test(node.name) ? this.comprehension(node) : UNKNOWN
    }
  }

  private lookUp(name: string): Value {
    for (let scope: Scope | null = this.scope; scope; scope = scope.parent) {
      if (scope.kind === 'class' && scope !== this.scope) continue
      const value = (scope.elsewhere.get(name) ?? scope).names.get(name)
      if (value) return value
    }
    return namedValue(name)
  }

  private formatString(node: SyntaxNode): Value {
    const { start, whole } = formatStart(this.source(node))
    const first = childNamed(node, 'FormatReplacement')
    for (const part of children(node)) if (part.name === 'FormatReplacement') this.formatPart(part)
    if (whole) return text(start)
    const value = first && start === '' ? this.formatPart(first) : undefined
    return value?.kind === 'start' ? value : { kind: 'start', text: start, recordKey: false }
  }

  private formatPart(node: SyntaxNode): Value {
    const expression = [...children(node)].find((part) => part.name !== '{')
    const value = expression ? this.value(expression) : UNKNOWN
    return value.kind === 'text' ? { kind: 'start', text: value.value, recordKey: false } : value
  }

  private binaryExpression(node: SyntaxNode): Value {
    const parts = [...children(node)]
    const [left, right] = [parts[0], parts.at(-1)]
    if (!left || !right || parts.length < 3) return UNKNOWN
    const sign = parts
      .slice(1, -1)
      .map((part) => this.source(part))
      .join(' ')
    if (sign !== 'and' && sign !== 'or') {
      const [a, b] = [this.value(left), this.value(right)]
      return /^(?:[<>]=?|[!=]=|is|is not|in|not in)$/.test(sign) ? compared(sign, a, b) : binary(sign, a, b)
    }
    const first = this.value(left)
    const known = truth(first)
    if (known !== undefined) return known === (sign === 'or') ? first : this.value(right)
    let second = UNKNOWN
    this.either([
      () => {
        second = this.value(right)
        return true
      },
      () => true,
    ])
    return first.kind === 'unknown' || first.kind === 'named' ? oneOf([UNKNOWN, second]) : oneOf([first, second])
  }

  private sequence(parts: readonly SyntaxNode[], shape: 'list' | 'tuple' | 'set'): Value {
    const items: Value[] = []
    const nodes: SyntaxNode[] = []
    let open = false
    let spread = false
    for (const part of parts) {
      if (part.name === ',' || part.type.isError || part.name === 'Comment') continue
      if (part.name === '*') {
        spread = true
        continue
      }
      const value = this.value(part)
      if (spread) {
        const inside = itemsOf(value)
        if (inside) for (const item of inside) items.push(item)
        else open = true
        nodes.push(...(inside ?? []).map(() => part))
      } else {
        items.push(value)
        nodes.push(part)
      }
      spread = false
    }
    return list(items, shape, nodes, open)
  }

  private dictionary(node: SyntaxNode): Value {
    const result = dict()
    const parts = inner(node).filter((part) => !part.type.isError && part.name !== 'Comment')
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]
      if (!part || part.name === ',') continue
      if (part.name === '**') {
        const source = parts[++i]
        const spread = source ? this.value(source) : UNKNOWN
        if (spread.kind === 'dict') for (const [name, value] of spread.entries) result.entries.set(name, value)
        if (spread.kind !== 'dict' || spread.open) result.open = true
      } else if (parts[i + 1]?.name === ':') {
        const valueNode = parts[i + 2]
        const key = this.value(part)
        const value = valueNode ? this.value(valueNode) : UNKNOWN
        if (key.kind === 'text') result.entries.set(key.value, value)
        else if (key.kind === 'int') result.entries.set(`#${key.value}`, value)
        else {
          result.open = true
          this.escape([value], part, 'a dict keeps a builder under a key that shows only when it runs')
        }
        i += 2
      }
    }
    return result
  }

  private conditional(node: SyntaxNode): Value {
    const [whenTrue, condition, otherwise] = [...children(node)].filter(
      (part) => part.name !== 'if' && part.name !== 'else',
    )
    if (!whenTrue || !condition || !otherwise) return UNKNOWN
    const known = truth(this.value(condition))
    if (known !== undefined) return this.value(known ? whenTrue : otherwise)
    const results: Value[] = []
    this.either(
      [whenTrue, otherwise].map((way) => () => {
        results.push(this.value(way))
        return true
      }),
    )
    return oneOf(results)
  }

  private comprehension(node: SyntaxNode): Value {
    const parts = [...children(node)].filter((part) => !/^[()[\]{}]$/.test(part.name))
    return this.inScope(newScope('function', this.scope), () => this.comprehended(node, parts))
  }

  private comprehended(node: SyntaxNode, parts: readonly SyntaxNode[]): Value {
    const forAt = parts.findIndex((part) => part.name === 'for')
    const inAt = parts.findIndex((part) => part.name === 'in')
    const what = parts.slice(0, forAt)
    const iterable = parts[inAt + 1]
    if (forAt < 1 || inAt < forAt || !iterable) return UNKNOWN
    const rest = parts.slice(inAt + 2)
    const items = rest.length === 0 ? itemsOf(this.value(iterable)) : undefined
    const made: Value[] = []
    const once = () => {
      if (node.name.startsWith('Dictionary')) for (const part of what) this.value(part)
      else made.push(this.tupleOr(what, UNKNOWN))
    }
    if (items && items.length <= MOST_ROUNDS) {
      for (const item of items) {
        this.bindAll(parts.slice(forAt + 1, inAt), item)
        once()
      }
    } else {
      this.value(iterable)
      this.doubts++
      this.bindAll(parts.slice(forAt + 1, inAt), UNKNOWN)
      for (const part of rest) this.value(part)
      once()
      this.doubts--
    }
    if (node.name.startsWith('Dictionary')) return dict([], true)
    if (node.name.startsWith('Array')) return list(made, 'list', [], !items)
    if (node.name.startsWith('Set')) return list(made, 'set', [], !items)
    return { kind: 'generator', yields: oneOf(made) }
  }

  private subscript(node: SyntaxNode): Value | undefined {
    const parts = [...children(node)]
    const openAt = parts.findIndex((part) => part.name === '[')
    const index = parts[openAt + 1]
    if (openAt < 0 || !index || parts.some((part) => part.name === ':')) return undefined
    return this.value(index)
  }

  private member(node: SyntaxNode): Value {
    const ownerNode = node.firstChild
    if (!ownerNode) return UNKNOWN
    const owner = this.value(ownerNode)
    const property = childNamed(node, 'PropertyName')
    if (property) return oneOf(optionsOf(owner).map((one) => this.attribute(one, this.source(property))))
    const slice = [...children(node)].some((part) => part.name === ':')
    if (slice) return owner.kind === 'list' ? this.sliced(owner, node) : UNKNOWN
    const index = this.subscript(node)
    return oneOf(optionsOf(owner).map((one) => (index ? item(one, index) : UNKNOWN)))
  }

  /** `x[1:]` of a list. */
  private sliced(owner: Value, node: SyntaxNode): Value {
    if (owner.kind !== 'list') return UNKNOWN
    const parts = inner(node).slice(1)
    const openAt = parts.findIndex((part) => part.name === '[')
    const [start, colon, end] = parts.slice(openAt < 0 ? 0 : openAt + 1)
    const from = start && start.name !== ':' ? intOf(this.value(start)) : 0n
    const last = start?.name === ':' ? colon : end
    const to = last && last.name !== ']' && last.name !== ':' ? intOf(this.value(last)) : undefined
    if (from === undefined || from < 0n || (last && last.name !== ']' && to === undefined))
      return list(owner.items, owner.shape, [], true)
    const items = owner.items.slice(Number(from), to === undefined ? undefined : Number(to))
    return list(items, owner.shape, owner.nodes.slice(Number(from)), owner.open)
  }

  private attribute(owner: Value, name: string): Value {
    switch (owner.kind) {
      case 'named':
        return namedValue(`${owner.path}.${name}`)
      case 'instance': {
        const own = owner.names.get(name)
        if (own) return own
        const inherited = ofClass(owner.of, name)
        return inherited.kind === 'function' ? { ...inherited, self: owner } : inherited
      }
      case 'class':
        return ofClass(owner, name)
      case 'builder':
      case 'text':
      case 'start':
      case 'list':
      case 'dict':
      case 'unknown':
        return { kind: 'method', owner, name }
      case 'one of':
        return oneOf(owner.options.map((option) => this.attribute(option, name)))
      default:
        return UNKNOWN
    }
  }

  // Calls.

  private callExpression(node: SyntaxNode): Value {
    const call = callAt(node, this.text)
    const argList = childNamed(node, 'ArgList')
    if (!call || !argList) return UNKNOWN
    const callee = this.value(call.callee)
    if (callee.kind === 'named' && isBuilder(callee)) return this.build(call, this.argumentsOf(argList))
    const args = this.argumentsOf(argList)
    const nameNode = childNamed(call.callee, 'PropertyName') ?? call.callee
    const results = optionsOf(callee).map((one) => {
      if (one.kind === 'method' && one.owner.kind === 'builder')
        return this.onBuilder(one.owner.state, one.name, nameNode, call, args)
      if (one.kind === 'named' && isBuilder(one)) return this.build(call, args)
      return this.call(
        one,
        args.positional.map(({ value }) => value),
        args.named,
        node,
        call,
      )
    })
    return oneOf(results)
  }

  private argumentsOf(argList: SyntaxNode): Arguments {
    const positional: Given[] = []
    const keywords = new Map<string, Given>()
    let open = false
    const parts = [...children(argList)].filter((part) => part.name !== 'Comment' && !part.type.isError)
    if (parts.some((part) => part.name === 'for')) {
      // A generator without brackets of its own.
      const yields = this.inScope(newScope('function', this.scope), () =>
        this.comprehended(argList, parts.slice(1, -1)),
      )
      return { positional: [{ value: yields, node: argList }], named: keywords, open }
    }
    for (const arg of argumentsIn(argList, this.text)) {
      const value = this.value(arg.value)
      if (arg.name !== null) keywords.set(arg.name, { value, node: arg.value })
      else if (!arg.spread) positional.push({ value, node: arg.value })
      else if (this.text.slice(arg.from, arg.from + 2) === '**') {
        if (value.kind === 'dict')
          for (const [name, one] of value.entries) keywords.set(name, { value: one, node: arg.value })
        if (value.kind !== 'dict' || value.open) open = true
      } else {
        const items = itemsOf(value)
        if (items) positional.push(...items.map((one) => ({ value: one, node: arg.value })))
        else {
          if (value.kind === 'list') positional.push(...value.items.map((one) => ({ value: one, node: arg.value })))
          open = true
        }
      }
    }
    return { positional, named: keywords, open }
  }

  private build(call: Call, args: Arguments): Value {
    const arg = given(args, 'reader', 0)
    const readerText = arg || args.open ? (arg?.value.kind === 'text' ? arg.value.value : null) : 'KeysReader'
    const defaultArg = given(args, 'defaultArg', 1)?.value ?? (args.open ? UNKNOWN : text('*'))
    const known = readerText === null ? undefined : reader(readerText)?.name
    return { kind: 'builder', state: { builder: { call, readerText, reader: known, defaultArg }, steps: [] } }
  }

  private onBuilder(state: BuilderState, name: string, nameNode: SyntaxNode, call: Call, args: Arguments): Value {
    if (isAction(name)) {
      if (this.actions.length >= MOST_ACTIONS) this.doubt(nameNode, `it happens more than ${MOST_ACTIONS} times`)
      else
        this.actions.push({
          name,
          call,
          nameNode,
          args,
          builder: state.builder,
          steps: [...state.steps],
          unconditional: this.doubts === 0,
          when: this.when,
        })
      return UNKNOWN
    }
    const step: Step = { name, nameNode, call, args }
    state.steps.push(step)
    this.steps.push(step)
    return { kind: 'builder', state }
  }

  private call(
    callee: Value,
    args: readonly Value[],
    keywords: ReadonlyMap<string, Given>,
    node: SyntaxNode,
    call?: Call,
  ): Value {
    const byName = new Map([...keywords].map(([name, { value }]) => [name, value] as const))
    switch (callee.kind) {
      case 'function':
        return this.callFunction(callee, args, byName)
      case 'class':
        return this.instantiate(callee, args, byName)
      case 'partial':
        return this.call(
          callee.of,
          [...callee.args, ...args],
          new Map([...asGiven(callee.named, node), ...keywords]),
          node,
          call,
        )
      case 'method':
        return this.callMethod(callee, args, byName, node)
      case 'one of':
        return oneOf(callee.options.map((option) => this.call(option, args, keywords, node, call)))
      case 'named':
        return this.callNamed(callee.path, args, byName, node, call)
      default:
        this.escape([...args, ...byName.values()], node, 'a builder is handed to something that cannot be followed')
        return UNKNOWN
    }
  }

  private callMethod(
    { owner, name }: Extract<Value, { kind: 'method' }>,
    args: readonly Value[],
    byName: ReadonlyMap<string, Value>,
    node: SyntaxNode,
  ): Value {
    if (owner.kind === 'builder') return UNKNOWN
    const result = methodCall(owner, name, args, this.doubts === 0)
    if (result) return result
    if (owner.kind === 'unknown') {
      if (isAction(name)) this.doubt(node, `${name} is called on something that cannot be followed`)
      this.escape([...args, ...byName.values()], node, 'a builder is handed to something that cannot be followed')
    }
    return UNKNOWN
  }

  private callNamed(
    path: string,
    args: readonly Value[],
    byName: ReadonlyMap<string, Value>,
    node: SyntaxNode,
    call: Call | undefined,
  ): Value {
    const runtime = runtimePath(path)
    if (call) this.effects.push({ path: runtime, args, call, sure: this.doubts === this.expected })
    const known = builtinCall(runtime, args, byName)
    if (known) return known
    switch (runtime) {
      case 'exec':
      case 'eval':
      case 'compile':
      case '__import__':
      case 'importlib.import_module':
        if (runtime !== 'compile') this.doubt(node, `what ${runtime}() brings shows only when it runs`)
        return UNKNOWN
      case 'globals':
      case 'vars':
      case 'locals':
        return dict(this.module.names, true)
      case 'getattr': {
        const [owner, name] = args
        return owner && name?.kind === 'text' ? this.attribute(owner, name.value) : UNKNOWN
      }
      case 'setattr': {
        const [owner, name, value] = args
        if (owner?.kind === 'instance' && name?.kind === 'text' && value) owner.names.set(name.value, value)
        return NONE
      }
      case 'functools.partial': {
        const [of, ...rest] = args
        return of ? { kind: 'partial', of, args: rest, named: byName } : UNKNOWN
      }
      case 'gearsFuture':
        return named('gearsFuture()')
      case 'map':
      case 'filter': {
        const [fn, ...over] = args
        if (fn)
          this.call(
            fn,
            over.map((one) => oneOf(itemsOf(one) ?? [UNKNOWN])),
            new Map(),
            node,
          )
        return UNKNOWN
      }
      default:
        break
    }
    const last = path.split('.').at(-1) ?? ''
    const values = [...args, ...byName.values()]
    if (isAction(last) && !isKnownThing(path))
      this.doubt(node, `${path} is of a library: what it runs or registers does not show`)
    this.escape(values, node, `GearsBuilder is handed to ${path}: what that does does not show`)
    if (!isKnownThing(path))
      this.strangers.push({ node, why: `${path} is of a library: whether it registers anything does not show` })
    return named(`${path}()`)
  }

  /** Calls of libraries that got no builder: they may find one by themselves. */
  readonly strangers: CannotTell[] = []

  /** What is handed to something unknown: builders may be used there, and functions called. */
  private escape(values: readonly Value[], node: SyntaxNode, why: string, depth = 0): void {
    for (const value of values.flatMap(optionsOf)) {
      if (value.kind === 'builder' || isBuilder(value)) this.doubt(node, why)
      else if (value.kind === 'function') this.handedOver.push(value)
      else if (value.kind === 'partial') this.escape([value.of], node, why, depth + 1)
      else if (depth < 3 && value.kind === 'list') this.escape(value.items.slice(0, 100), node, why, depth + 1)
      else if (depth < 3 && value.kind === 'dict')
        this.escape([...value.entries.values()].slice(0, 100), node, why, depth + 1)
      else if (depth < 3 && value.kind === 'instance') this.escape([...value.names.values()], node, why, depth + 1)
    }
  }

  private instantiate(of: ClassValue, args: readonly Value[], keywords: ReadonlyMap<string, Value>): Value {
    const instance: Value = { kind: 'instance', of, names: new Map() }
    const init = ofClass(of, '__init__')
    if (init.kind === 'function') this.callFunction({ ...init, self: instance }, args, keywords)
    return instance
  }

  private callFunction(fn: FunctionValue, args: readonly Value[], keywords: ReadonlyMap<string, Value>): Value {
    this.called.add(fn.node.from)
    if (this.callDepth >= MOST_CALLS_DEEP || this.spent) return UNKNOWN
    const scope = newScope('function', fn.scope)
    this.bindParameters(fn, fn.self ? [fn.self, ...args] : args, keywords, scope)
    const before = { frame: this.frame, depth: this.depth }
    const frame: Frame = { returns: [], yields: [], doubts: 0 }
    this.frame = frame
    this.callDepth++
    const ended = this.inScope(scope, () => this.body(fn, frame))
    this.callDepth--
    this.doubts -= frame.doubts
    this.frame = before.frame
    if (ended && fn.node.name === 'FunctionDefinition') frame.returns.push(NONE)
    if (fn.generator) return { kind: 'generator', yields: oneOf(frame.yields) }
    const result = frame.returns.length > 0 ? oneOf(frame.returns) : UNKNOWN
    return fn.async ? { kind: 'coroutine', result } : result
  }

  private body({ node }: FunctionValue, frame: Frame): boolean {
    if (node.name === 'LambdaExpression') {
      const body = [...children(node)].at(-1)
      frame.returns.push(body && body.name !== 'ParamList' && body.name !== ':' ? this.value(body) : UNKNOWN)
      return false
    }
    const body = childNamed(node, 'Body')
    return body ? this.block(body) : true
  }

  private bindParameters(
    fn: FunctionValue,
    args: readonly Value[],
    keywords: ReadonlyMap<string, Value>,
    scope: Scope,
  ): void {
    const params = childNamed(fn.node, 'ParamList')
    let place = 0
    const taken = new Set<string>()
    for (const { node, star } of params ? parametersOf(params) : []) {
      const name = this.source(node)
      if (star === '*') {
        scope.names.set(name, list(args.slice(place), 'tuple'))
        place = args.length
      } else if (star === '**') {
        scope.names.set(name, dict([...keywords].filter(([key]) => !taken.has(key))))
      } else {
        taken.add(name)
        const value = keywords.get(name) ?? args[place++] ?? fn.defaults.get(name) ?? UNKNOWN
        scope.names.set(name, value)
      }
    }
  }
}

/** What came of a function that something calls later. */
export interface Later {
  readonly result: Value
  readonly effects: readonly Effect[]
  readonly endless: readonly SyntaxNode[]
}

interface Frame {
  readonly returns: Value[]
  readonly yields: Value[]
  /** Ways out of it that may have been taken. */
  doubts: number
}

/** Names of scopes with what they were before, or are after; undefined where there was none. */
type Changes = Map<Scope, Map<string, Value | undefined>>

/** What the names that changed are now. */
const current = (changes: Changes): Changes =>
  new Map(
    [...changes].map(([scope, names]) => [
      scope,
      new Map([...names.keys()].map((name) => [name, scope.names.get(name)])),
    ]),
  )

function put({ names }: Scope, name: string, value: Value | undefined): void {
  if (value === undefined) names.delete(name)
  else names.set(name, value)
}

const newScope = (kind: Scope['kind'], parent: Scope | null): Scope => ({
  kind,
  parent,
  names: new Map(),
  elsewhere: new Map(),
})

function enclosing(scope: Scope, name: string): Scope | undefined {
  for (let at = scope.parent; at && at.kind !== 'module'; at = at.parent) if (at.names.has(name)) return at
  return undefined
}

const asGiven = (values: ReadonlyMap<string, Value>, node: SyntaxNode): readonly (readonly [string, Given])[] =>
  [...values].map(([name, value]) => [name, { value, node }] as const)

function ofClass({ scope, bases }: ClassValue, name: string, depth = 0): Value {
  const own = scope.names.get(name)
  if (own || depth > 8) return own ?? UNKNOWN
  for (const base of bases) {
    const inherited = base.kind === 'class' ? ofClass(base, name, depth + 1) : UNKNOWN
    if (inherited.kind !== 'unknown') return inherited
  }
  return UNKNOWN
}

function item(owner: Value, index: Value): Value {
  if (owner.kind === 'dict') {
    const key = index.kind === 'text' ? index.value : index.kind === 'int' ? `#${index.value}` : undefined
    const found = key === undefined ? undefined : owner.entries.get(key)
    if (found) return found
    return key === undefined && !owner.open ? oneOf([...owner.entries.values()]) : UNKNOWN
  }
  const place = intOf(index)
  if (owner.kind === 'list' && place !== undefined && owner.shape !== 'set') {
    if (place < 0n && owner.open) return UNKNOWN
    return owner.items.at(Number(place)) ?? UNKNOWN
  }
  if (owner.kind === 'text' && place !== undefined) {
    const letter = owner.value.at(Number(place))
    return letter === undefined ? UNKNOWN : text(letter)
  }
  if (owner.kind === 'named' && owner.path.startsWith('os.environ')) return UNKNOWN
  return UNKNOWN
}
