import { childNamed, children, descendants, type SyntaxNode } from '@gearboard/gears/script/tree'
import { bind, bindAll, setName } from './bindings'
import { itemsOf } from './known-calls'
import type { Machine } from './machine'
import { follows, inRounds, MOST_ROUNDS, source } from './machine'
import { boundIn, isFixed, isInTry, leavesEarly, loopParts, mayLeave } from './syntax'
import { oneOf, truth, UNKNOWN } from './values'
import { either } from './ways'

export function ifStatement(m: Machine, node: SyntaxNode): boolean {
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
    const known = test ? truth(m.value(test)) : true
    if (known === false) {
      if (test && /\b__name__\b/.test(source(m, test))) m.neverRun.push(test)
      continue
    }
    open.push(body)
    if (known === true) {
      exhaustive = true
      break
    }
  }
  const [only] = open
  if (only && open.length === 1 && exhaustive) return m.block(only)
  const ways = open.map((body) => () => m.block(body))
  return either(m, exhaustive ? ways : [...ways, () => true])
}

export function matchStatement(m: Machine, node: SyntaxNode): boolean {
  const clauses = [...descendants(node)].filter((part) => part.name === 'MatchClause')
  const bodies = clauses.flatMap((clause) => childNamed(clause, 'Body') ?? [])
  return either(m, [...bodies.map((body) => () => m.block(body)), () => true])
}

export function tryStatement(m: Machine, node: SyntaxNode): boolean {
  let handler = false
  let goesOn = true
  const handlers: SyntaxNode[] = []
  const rest: SyntaxNode[] = []
  let word = 'try'
  for (const part of children(node)) {
    if (/^(?:try|except|else|finally)$/.test(part.name)) word = part.name
    if (part.name !== 'Body') continue
    if (word === 'try') goesOn = m.block(part)
    else if (word === 'except') {
      handler = true
      handlers.push(part)
    } else rest.push(part)
  }
  if (handler) {
    const after = handlers.map((body) => () => m.block(body))
    goesOn = either(m, [() => goesOn, ...after])
  }
  for (const body of rest) if (goesOn || body === rest.at(-1)) m.block(body)
  return goesOn
}

export function withStatement(m: Machine, node: SyntaxNode): boolean {
  let goesOn = true
  let isName = false
  for (const part of children(node)) {
    if (part.name === 'Body') goesOn = m.block(part)
    else if (isName) bind(m, part, UNKNOWN)
    else if (part.name !== 'with' && part.name !== 'as' && part.name !== ',' && part.name !== 'async') m.value(part)
    isName = part.name === 'as'
  }
  return goesOn
}

export function forStatement(m: Machine, node: SyntaxNode): boolean {
  const { targets, iterable, body, otherwise } = loopParts(node)
  const over = iterable ? m.value(iterable) : UNKNOWN
  const items = itemsOf(over)
  if (items && follows(m, items.length) && body && !leavesEarly(body)) {
    inRounds(m, items.length, () => {
      for (const item of items) {
        bindAll(m, targets, item)
        m.block(body)
      }
    })
  } else if (body) {
    const item = over.kind === 'list' ? oneOf(over.items) : UNKNOWN
    round(m, body, () => bindAll(m, targets, over.kind === 'list' && over.items.length > 0 && items ? item : UNKNOWN))
  }
  if (otherwise) m.block(otherwise)
  return true
}

/** A loop of unknown length: what it binds is unknown in each of its rounds. */
function round(m: Machine, body: SyntaxNode, before: () => void): void {
  either(m, [
    () => {
      for (const name of boundIn(body, m.text)) setName(m, name, UNKNOWN)
      before()
      m.block(body)
      return true
    },
    () => true,
  ])
  for (const name of boundIn(body, m.text)) {
    const value = m.scope.names.get(name)
    // A list that grows stays that list.
    if (value && value.kind !== 'builder' && value.kind !== 'function') setName(m, name, UNKNOWN)
  }
}

export function whileStatement(m: Machine, node: SyntaxNode): boolean {
  const { iterable: condition, body } = loopParts(node)
  if (!condition || !body) return true
  const early = leavesEarly(body)
  let known = truth(m.value(condition))
  const most = follows(m, MOST_ROUNDS) ? MOST_ROUNDS : 1
  inRounds(m, most, () => {
    for (let round = 0; known === true && !early && round < most; round++) {
      m.block(body)
      known = truth(m.value(condition))
    }
  })
  if (known === false) return true
  if (known === true && isFixed(condition) && !early && !mayLeave(body, m.text) && !isInTry(node)) {
    m.endless.push(node)
    return false
  }
  round(m, body, () => undefined)
  return true
}
