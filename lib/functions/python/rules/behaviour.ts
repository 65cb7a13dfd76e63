import { childNamed, children, type PythonCall, type SyntaxNode } from '@gearboard/gears/script/tree'
import { COMMAND_EVENTS } from '@/lib/model/registrations/key-events'
import { at, type LintRule, type RuleFinding } from '../finding'
import { patternOf } from '../reading/events'
import { optionsOf, type ReadValue } from '../reading/values'
import { type Action, calledPath, callsWithin, given, isTopLevel, literal, type ReadScript } from '../script'

function isSync({ name, args }: Action): boolean {
  const mode = given(args, 'mode')?.value
  return name === 'register' && mode?.kind === 'text' && mode.value === 'sync'
}

/** The Redis command of an `execute('SET', …)` at the top level, in lower case. */
function executed(script: ReadScript, call: PythonCall): string | undefined {
  if (calledPath(script, call)?.replace(/^redisgears\./, '') !== 'execute') return undefined
  const value = call.args[0] && literal(script, call.args[0].value)
  return value?.kind === 'text' ? value.value.toLowerCase() : undefined
}

/**
 * An async function whose writes trigger it again. Writes of a sync KeysReader function trigger none (protocol 3.3), those to a stream
 * do.
 */
export const writesOwnPrefix: LintRule = function* (script) {
  for (const { action, effects } of script.happenings) {
    const { reader } = action.builder
    const keys = reader === 'KeysReader' && !isSync(action)
    if (action.name !== 'register' || !(keys || reader === 'StreamReader')) continue
    const pattern = patternOf(action)
    if (pattern?.kind !== 'text') continue
    for (const { path, args, call } of effects) {
      const [command, key] = args
      if (path !== 'execute' || command?.kind !== 'text' || !key) continue
      const events = COMMAND_EVENTS.get(command.value.toLowerCase()) ?? []
      const fires = keys ? events.slice(0, 1).some((event) => listens(action, event)) : events[0] === 'xadd'
      if (fires && touches(key, pattern.value)) yield triggersItself(call, command.value, pattern.value)
    }
  }
}

const triggersItself = (call: PythonCall, command: string, prefix: string): RuleFinding => ({
  severity: 'warning',
  ...at(call.node),
  message: `${command.toUpperCase()} writes under ${prefix}, which triggers this function again`,
  hint: 'It may run endlessly. Write under another prefix, or name the eventTypes that should trigger it.',
})

/** Whether the registration fires on this event: without eventTypes on every one. */
function listens({ args }: Action, event: string): boolean {
  const types = given(args, 'eventTypes')?.value
  if (!types || types.kind === 'none') return !args.open
  if (types.kind !== 'list') return false
  return types.items.some((item) => item.kind === 'text' && item.value.toLowerCase() === event)
}

/** Of an unknown key nothing is said: only the key that fired it, and text that is known and reaches the whole prefix. */
function touches(key: ReadValue, prefix: string): boolean {
  return optionsOf(key).some((one) => {
    if (one.kind === 'start' && one.recordKey && prefix.endsWith('*')) return true
    if (prefix === '*') return true
    if (one.kind === 'text')
      return prefix.endsWith('*') ? one.value.startsWith(prefix.slice(0, -1)) : one.value === prefix
    return one.kind === 'start' && prefix.endsWith('*') && one.text.startsWith(prefix.slice(0, -1))
  })
}

/** Calls that wait: for time, for a network, for another process. */
const BLOCKING =
  /^(?:time\.sleep|requests\.|urllib\.|urllib3\.|http\.client\.|httpx\.|socket\.|subprocess\.|smtplib\.|ftplib\.|paramiko\.|redis\.|psycopg2\.|pymysql\.|MySQLdb\.|pymongo\.|cx_Oracle\.|sqlalchemy\.|kafka\.|boto3\.|os\.system$)/

export const blockingInSync: LintRule = function* (script) {
  for (const { action, effects } of script.happenings) {
    if (!isSync(action)) continue
    for (const { path, call } of effects) {
      if (!BLOCKING.test(path)) continue
      yield {
        severity: 'warning',
        ...at(call.node),
        message: `${path} blocks the whole shard: mode='sync' runs on the main thread of Redis`,
        hint: "No other client is served meanwhile. Use mode='async_local', or write to a stream and process it there.",
      }
    }
  }
}

const MANY_ROUNDS = 10_000

/** The top level of a script runs on the main thread of Redis (measured: PING waited 801 ms of a 1 s sleep). */
export const topLevelWork: LintRule = function* (script) {
  for (const node of script.nodes) {
    const loop = node.name === 'ForStatement' || node.name === 'WhileStatement'
    if (loop && isTopLevel(node) && !script.endless.some(({ from }) => from === node.from) && isHeavy(script, node))
      yield heavy(node.firstChild ?? node, 'This loop runs on the main thread of Redis')
  }
  for (const call of script.calls) {
    const path = isTopLevel(call.node) ? calledPath(script, call) : undefined
    if (path !== undefined && BLOCKING.test(path)) yield heavy(call.node, `${path} blocks Redis here`)
    else if (path === 'execute' && /^(?:keys|flushall|flushdb|save|sort)$/.test(executed(script, call) ?? ''))
      yield heavy(call.node, `${executed(script, call)?.toUpperCase()} over the whole key space blocks Redis here`)
  }
}

const heavy = (node: SyntaxNode, message: string): RuleFinding => ({
  severity: 'warning',
  ...at(node),
  message,
  hint: 'The top level of a script runs on the main thread, so no other client is served meanwhile. Move it into a step.',
})

/** `while` at the top level, a long `range`, or a loop over commands. */
function isHeavy(script: ReadScript, loopNode: SyntaxNode): boolean {
  if (loopNode.name === 'WhileStatement') return true
  const body = childNamed(loopNode, 'Body')
  for (const call of callsWithin(script, loopNode)) {
    const path = calledPath(script, call)
    if (path === 'range' && call.node.parent === loopNode && rounds(script, call) >= MANY_ROUNDS) return true
    // Over a list that is written down, the number of commands is in plain sight.
    if (path === 'execute' && body && call.node.from >= body.from && !isLiteralList(script, loopNode)) return true
  }
  return false
}

const isLiteralList = (script: ReadScript, loopNode: SyntaxNode): boolean =>
  [...children(loopNode)].some((child) => child.name !== 'Body' && literal(script, child)?.kind === 'list')

function rounds(script: ReadScript, range: PythonCall): number {
  const [first, second] = range.args.map((arg) => literal(script, arg.value))
  const value = (one: typeof first) => (one?.kind === 'number' ? one.value : 0)
  return second ? value(second) - value(first) : value(first)
}
