import { children, type SyntaxNode } from '@gearboard/gears/script/tree'
import { assign, declare, importing, update } from './bindings'
import { forStatement, ifStatement, matchStatement, tryStatement, whileStatement, withStatement } from './blocks'
import { decorated, define, yields } from './functions'
import type { Machine } from './machine'
import { tupleOr } from './sequences'
import { NONE } from './values'

export function statementOf(m: Machine, node: SyntaxNode): boolean {
  switch (node.name) {
    case 'StatementGroup':
    case 'Body':
      return m.block(node)
    case 'ExpressionStatement':
    case 'AssertStatement':
      for (const child of children(node)) m.value(child)
      return true
    case 'AssignStatement':
      assign(m, node)
      return true
    case 'UpdateStatement':
      update(m, node)
      return true
    case 'IfStatement':
      return ifStatement(m, node)
    case 'ForStatement':
      return forStatement(m, node)
    case 'WhileStatement':
      return whileStatement(m, node)
    case 'TryStatement':
      return tryStatement(m, node)
    case 'WithStatement':
      return withStatement(m, node)
    case 'FunctionDefinition':
    case 'ClassDefinition':
      define(m, node, [])
      return true
    case 'DecoratedStatement':
      decorated(m, node)
      return true
    case 'ImportStatement':
      importing(m, node)
      return true
    case 'ScopeStatement':
      declare(m, node)
      return true
    case 'ReturnStatement': {
      const what = [...children(node)].filter((child) => child.name !== 'return')
      m.frame?.returns.push(tupleOr(m, what, NONE))
      return false
    }
    case 'YieldStatement':
      yields(m, node)
      return true
    case 'RaiseStatement':
      for (const child of children(node)) if (child.name !== 'raise' && child.name !== 'from') m.value(child)
      return false
    case 'BreakStatement':
    case 'ContinueStatement':
      return false
    case 'MatchStatement':
      return matchStatement(m, node)
    default:
      return true
  }
}
