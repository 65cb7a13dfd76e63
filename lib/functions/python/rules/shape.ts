import { OPERATIONS, operation, READER_NAMES, reader } from '@gearboard/gears/docs'
import { nearest } from '@gearboard/gears/vocabulary/edit-distance'
import { at, type LintRule, type RuleFinding } from '../finding'
import type { ReadValue } from '../reading/values'
import { textOf } from '../script'

const SYNTAX_LIMIT = 20

/** The parser recovers from errors, so one mistake may leave several marks: one a line is enough. */
export const syntax: LintRule = function* (script) {
  let found = 0
  let lineEnd = -1
  for (const node of script.nodes) {
    if (!node.type.isError || node.from <= lineEnd) continue
    const next = script.text.indexOf('\n', node.from)
    lineEnd = next < 0 ? script.text.length : next
    found++
    const end = Math.max(node.to, node.from + 1)
    yield {
      severity: 'error',
      from: Math.min(node.from, Math.max(0, script.text.length - 1)),
      to: Math.min(end, script.text.length),
      message: 'Syntax error',
      hint: 'A bracket, quote, colon or operand is missing or extra here or just before.',
    }
    if (found >= SYNTAX_LIMIT) return
  }
}

/** What is not known to do no harm is not said to do none. */
export const unread: LintRule = function* ({ unread: left, text }) {
  if (!left) return
  const lineEnd = text.indexOf('\n', left.from)
  yield {
    severity: 'unread',
    from: left.from,
    to: Math.min(lineEnd < 0 ? text.length : lineEnd, left.from + 80),
    message: left.why.replace(/^the/, 'The'),
    hint: 'Whether it would crash or hang the server is unknown.',
  }
}

export const noAction: LintRule = function* (script) {
  const now = script.actions.some(({ when }) => when === 'sent')
  if (now || script.cannotTell.length > 0 || script.strangers.length > 0 || script.text.trim() === '') return
  if (script.topLevel.some(({ path }) => path === 'registerTE')) return
  const code = script.nodes.find((node) => node !== script.root && node.name !== 'Comment')
  if (!code) return
  yield {
    severity: 'warning',
    from: 0,
    to: script.text.indexOf('\n') < 0 ? script.text.length : script.text.indexOf('\n'),
    message: 'The script runs and registers nothing',
    hint: 'End a GearsBuilder with .run() or .register(); otherwise only the top level runs.',
  }
}

export const twoRuns: LintRule = function* (script) {
  const runs = script.actions.filter(
    ({ name, unconditional, when }) => name === 'run' && unconditional && when === 'sent',
  )
  for (const action of runs.slice(1))
    yield {
      severity: 'error',
      ...at(action.nameNode),
      message: 'A second run in one script',
      hint: 'The module rejects it: Can not run more then 1 executions in a single script. Use two scripts.',
    }
}

export const unsupportedReader: LintRule = function* (script) {
  for (const action of script.actions) {
    const { readerText, call } = action.builder
    if (readerText === null) continue
    const known = reader(readerText)
    if (!known) {
      const where = call.args[0]?.value ?? call.node
      const meant = nearest(readerText, READER_NAMES)
      yield {
        severity: 'error',
        ...at(where),
        message: `There is no reader named ${readerText}`,
        hint: `The readers are ${READER_NAMES.join(', ')}.`,
        fix: meant ? { label: `Use ${meant}`, edits: [{ ...at(where), insert: `'${meant}'` }] } : undefined,
      }
    } else if (known[action.name] === null) {
      const other = action.name === 'run' ? 'register' : 'run'
      yield {
        severity: 'error',
        ...at(action.nameNode),
        message: `${known.name} does not support ${action.name}`,
        hint: `It supports only ${other}.`,
      }
    }
  }
}

export const unknownOperation: LintRule = function* (script) {
  const names = [...OPERATIONS.map((one) => one.name), 'run', 'register']
  for (const step of script.steps) {
    if (names.includes(step.name)) continue
    const meant = nearest(step.name, names)
    yield {
      severity: 'error',
      ...at(step.nameNode),
      message: `GearsBuilder has no ${step.name}`,
      hint: `The operations are ${OPERATIONS.map((one) => one.name).join(', ')}.`,
      fix: meant ? { label: `Use ${meant}`, edits: [{ ...at(step.nameNode), insert: meant }] } : undefined,
    }
  }
}

/** Python's builtin functions and classes that are often passed by mistake. */
const BUILTINS = new Set(
  'abs all any ascii bin bool bytes chr dict float format frozenset getattr hash hex id int iter len list max min next oct ord print repr reversed round set sorted str sum tuple type zip log execute'.split(
    ' ',
  ),
)

/** Only `def` and lambda are callbacks: `map(str)` is refused (protocol 4.1). */
export const callback: LintRule = function* (script) {
  for (const step of script.steps) {
    const known = operation(step.name)
    const { positional, named, open } = step.args
    if (!known || open || named.size > 0) continue
    const needed = known.args.filter((arg) => arg.defaultValue === undefined).length
    const given = positional.length
    if (given < needed || given > known.args.length) {
      yield wrong(step.nameNode, `${step.name} takes ${range(needed, known.args.length)}, not ${given}`, known.doc)
      continue
    }
    for (const [i, { value, node }] of positional.entries()) {
      if (known.args[i]?.type !== 'function') continue
      const name = node.name === 'VariableName' ? textOf(script, node) : undefined
      const builtin = value.kind === 'named' && BUILTINS.has(value.path)
      if ((builtin || value.kind === 'class') && name !== undefined)
        yield {
          ...wrong(
            node,
            `${name} is not a Python function`,
            `${step.name} argument must be a function: a def or a lambda, not a builtin or a class.`,
          ),
          fix: { label: `Wrap in a lambda`, edits: [{ ...at(node), insert: `lambda x: ${name}(x)` }] },
        }
      else if (NO_FUNCTION.has(value.kind))
        yield wrong(node, `${step.name} needs a function here`, `${step.name} argument must be a function.`)
    }
  }
}

/** What is known to be no function; of anything else only running it would tell. */
const NO_FUNCTION: ReadonlySet<ReadValue['kind']> = new Set([
  'text',
  'start',
  'int',
  'huge',
  'float',
  'boolean',
  'none',
  'other',
  'list',
  'dict',
  'partial',
  'coroutine',
  'generator',
])

const range = (least: number, most: number): string => {
  const words = least === most ? `${least}` : `${least} to ${most}`
  return `${words} ${most === 1 ? 'argument' : 'arguments'}`
}

const wrong = (node: { from: number; to: number }, message: string, hint: string): RuleFinding => ({
  severity: 'error',
  ...at(node),
  message,
  hint,
})
