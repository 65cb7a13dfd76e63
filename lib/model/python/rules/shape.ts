import { nearest } from '../../edit-distance'
import { OPERATIONS, operation, READER_NAMES, reader } from '../../gears-docs'
import { at, type Finding, type Rule } from '../finding'
import { calledPath, literal, textOf } from '../script'

const SYNTAX_LIMIT = 20

/** The parser recovers from errors, so one mistake may leave several marks: one a line is enough. */
export const syntax: Rule = function* (script) {
  let found = 0
  let lineEnd = -1
  for (const node of script.nodes) {
    if (!node.type.isError || node.from <= lineEnd) continue
    const next = script.text.indexOf('\n', node.from)
    lineEnd = next < 0 ? script.text.length : next
    found++
    const end = Math.max(node.to, node.from + 1)
    yield {
      rule: 'syntax',
      severity: 'error',
      from: Math.min(node.from, Math.max(0, script.text.length - 1)),
      to: Math.min(end, script.text.length),
      message: 'Python cannot read this',
      hint: 'A bracket, quote, colon or operand is missing or one too many here or just before.',
    }
    if (found >= SYNTAX_LIMIT) return
  }
}

/** A timer is an action too. */
const SCHEDULES = /^(?:redisgears\.)?(?:registerTE|registerTimeEvent)$/

export const noAction: Rule = function* (script) {
  if (script.actions.length > 0 || script.opaqueAction || script.text.trim() === '') return
  for (const call of script.calls) if (SCHEDULES.test(calledPath(script, call) ?? '')) return
  yield {
    rule: 'no-action',
    severity: 'warning',
    from: 0,
    to: script.text.indexOf('\n') < 0 ? script.text.length : script.text.indexOf('\n'),
    message: 'Nothing runs and nothing is registered',
    hint: 'End a GearsBuilder with .run() or .register(); otherwise only the top level is carried out.',
  }
}

export const twoRuns: Rule = function* (script) {
  const runs = script.actions.filter((action) => action.name === 'run' && action.unconditional)
  for (const action of runs.slice(1))
    yield {
      rule: 'two-runs',
      severity: 'error',
      ...at(action.nameNode),
      message: 'A second run in one script',
      hint: 'The module refuses it: Can not run more then 1 executions in a single script. Send two scripts.',
    }
}

export const unsupportedReader: Rule = function* (script) {
  for (const action of script.actions) {
    const { readerText, call } = action.builder
    if (readerText === null) continue
    const known = reader(readerText)
    if (!known) {
      const where = call.args[0]?.value ?? call.node
      const meant = nearest(readerText, READER_NAMES)
      yield {
        rule: 'unsupported-reader',
        severity: 'error',
        ...at(where),
        message: `There is no reader named ${readerText}`,
        hint: `The readers are ${READER_NAMES.join(', ')}.`,
        fix: meant ? { label: `Use ${meant}`, ...at(where), insert: `'${meant}'` } : undefined,
      }
    } else if (known[action.name] === null) {
      const other = action.name === 'run' ? 'register' : 'run'
      yield {
        rule: 'unsupported-reader',
        severity: 'error',
        ...at(action.nameNode),
        message: `${known.name} does not support ${action.name}`,
        hint: `It supports ${other} only.`,
      }
    }
  }
}

export const unknownOperation: Rule = function* (script) {
  const names = [...OPERATIONS.map((one) => one.name), 'run', 'register']
  for (const step of script.steps) {
    if (names.includes(step.name)) continue
    const meant = nearest(step.name, names)
    yield {
      rule: 'unknown-operation',
      severity: 'error',
      ...at(step.nameNode),
      message: `GearsBuilder has no ${step.name}`,
      hint: `The operations are ${OPERATIONS.map((one) => one.name).join(', ')}.`,
      fix: meant ? { label: `Use ${meant}`, ...at(step.nameNode), insert: meant } : undefined,
    }
  }
}

/** Python's builtin functions and classes that one is tempted to pass. */
const BUILTINS = new Set(
  'abs all any ascii bin bool bytes chr dict float format frozenset getattr hash hex id int iter len list max min next oct ord print repr reversed round set sorted str sum tuple type zip log execute'.split(
    ' ',
  ),
)

/** Only `def` and lambda are callbacks: `map(str)` is refused (protocol 4.1). */
export const callback: Rule = function* (script) {
  for (const step of script.steps) {
    const known = operation(step.name)
    if (!known || step.call.args.some((arg) => arg.spread || arg.name !== null)) continue
    const needed = known.args.filter((arg) => arg.defaultValue === undefined).length
    const given = step.call.args.length
    if (given < needed || given > known.args.length) {
      yield wrong(step.nameNode, `${step.name} takes ${range(needed, known.args.length)}, not ${given}`, known.doc)
      continue
    }
    for (const [i, arg] of step.call.args.entries()) {
      if (known.args[i]?.type !== 'function') continue
      const name = arg.value.name === 'VariableName' ? textOf(script, arg.value) : undefined
      const builtin = name !== undefined && BUILTINS.has(name) && !script.functions.has(name)
      const value = literal(script, arg.value)
      if (builtin || (name !== undefined && script.classes.has(name)))
        yield {
          ...wrong(
            arg.value,
            `${name} is no Python function`,
            `${step.name} argument must be a function: a def or a lambda, no builtin and no class.`,
          ),
          fix: { label: `Wrap in a lambda`, ...at(arg.value), insert: `lambda x: ${name}(x)` },
        }
      else if (value && value.kind !== 'function')
        yield wrong(arg.value, `${step.name} needs a function here`, `${step.name} argument must be a function.`)
    }
  }
}

const range = (least: number, most: number): string => {
  const words = least === most ? `${least}` : `${least} to ${most}`
  return `${words} ${most === 1 ? 'argument' : 'arguments'}`
}

const wrong = (node: { from: number; to: number }, message: string, hint: string): Finding => ({
  rule: 'callback',
  severity: 'error',
  ...at(node),
  message,
  hint,
})
