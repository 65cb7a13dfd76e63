// The changes that `npm run mutate` makes to a file, one at a time. Each is found in the syntax tree, so that the file still parses.
import ts from 'typescript'

/** What each operator becomes. */
const OPERATORS = new Map([
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
  ['===', '!=='],
  ['!==', '==='],
  ['&&', '||'],
  ['||', '&&'],
  ['-', '+'],
  ['*', '/'],
  ['/', '*'],
  ['+=', '-='],
  ['-=', '+='],
])

/** What ends a wait or a loop: without it a test would only hang. */
const isLoop = (node) => ts.isForStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)

/**
 * Every change that can be made to a file.
 * @param {string} file its name; distinguishes TypeScript from TSX
 * @param {string} text
 * @returns {{ start: number, end: number, line: number, before: string, after: string }[]} in the order of the file; offsets are those of a
 * string
 */
export function changesOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const changes = []
  const change = (node, after) => {
    const [start, end] = [node.getStart(source), node.getEnd()]
    const line = source.getLineAndCharacterOfPosition(start).line + 1
    changes.push({ start, end, line, before: text.slice(start, end), after })
  }
  const negate = (condition) => change(condition, `!(${condition.getText(source)})`)

  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return
    if (ts.isTypeAliasDeclaration(node) || ts.isJsxAttribute(node)) return
    if (ts.isIfStatement(node)) negate(node.expression)
    if (ts.isConditionalExpression(node)) negate(node.condition)
    if (ts.isBinaryExpression(node)) {
      const after = OPERATORS.get(node.operatorToken.getText(source))
      if (after) change(node.operatorToken, after)
      if (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) change(node, node.left.getText(source))
    }
    if (ts.isReturnStatement(node) && node.expression && !isUndefined(node.expression)) change(node, 'return undefined')
    if (ts.isArrowFunction(node) && !ts.isBlock(node.body) && !isUndefined(node.body)) change(node.body, '(undefined)')
    if (ts.isThrowStatement(node)) change(node, ';')
    if (ts.isExpressionStatement(node) && !isLoop(node.parent) && !isSuperCall(node)) change(node, ';')
    if (ts.isContinueStatement(node) && !node.label) change(node, ';')
    if (ts.isNumericLiteral(node)) change(node, numberAfter(node.text))
    if (node.kind === ts.SyntaxKind.TrueKeyword) change(node, 'false')
    if (node.kind === ts.SyntaxKind.FalseKeyword) change(node, 'true')
    ts.forEachChild(node, visit)
  }
  visit(source)
  return changes.sort((a, b) => a.start - b.start || a.end - b.end)
}

const isUndefined = (node) => ts.isIdentifier(node) && node.text === 'undefined'

/** A class that extends another does not run without it. */
const isSuperCall = ({ expression }) =>
  ts.isCallExpression(expression) && expression.expression.kind === ts.SyntaxKind.SuperKeyword

/** Large numbers are limits and spans: one more would change nothing that a test sees. */
const numberAfter = (digits) => {
  const value = Number(digits)
  return String(value >= 10 ? value * 2 : value + 1)
}

/** The file's text with a change. */
export const changed = (text, { start, end, after }) => text.slice(0, start) + after + text.slice(end)

/**
 * Chooses `count` of them by a seed: the same ones each time.
 * @template T
 * @param {readonly T[]} all
 * @returns {T[]} in the order of `all`
 */
export function sample(all, count, seed) {
  const order = all.map((_, at) => at)
  let state = seed >>> 0
  for (let at = order.length - 1; at > 0; at--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const other = Math.floor((state / 2 ** 32) * (at + 1))
    ;[order[at], order[other]] = [order[other], order[at]]
  }
  return order
    .slice(0, count)
    .sort((a, b) => a - b)
    .map((at) => all[at])
}
