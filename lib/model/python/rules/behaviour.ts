import { at, type Finding, type Rule } from '../finding'
import { type KnownText, knownText } from '../literals'
import {
  type Action,
  argument,
  argumentText,
  callbackOf,
  calledPath,
  callsWithin,
  isAsync,
  isTopLevel,
  keyword,
  literal,
  reachableCalls,
  type Script,
  textOf,
} from '../script'
import { type Call, childNamed, children, type SyntaxNode } from '../tree'

const isSync = (script: Script, action: Action): boolean =>
  action.name === 'register' && argumentText(script, keyword(action.call, 'mode')) === 'sync'

/** The Redis command of an `execute('SET', …)`, in lower case. */
function executed(script: Script, call: Call): string | undefined {
  if (calledPath(script, call)?.replace(/^redisgears\./, '') !== 'execute') return undefined
  const value = call.args[0] && literal(script, call.args[0].value)
  return value?.kind === 'text' ? value.value.toLowerCase() : undefined
}

/** A fatal assertion in the module (protocol 3.3). CommandReader and StreamReader may do it. */
export const coroutineInSync: Rule = function* (script) {
  for (const action of script.actions) {
    if (action.builder.reader !== 'KeysReader' || !isSync(script, action)) continue
    for (const step of action.steps) {
      for (const arg of step.call.args) {
        const body = callbackOf(script, arg.value)
        if (!body || !makesFuture(script, body)) continue
        yield {
          rule: 'coroutine-in-sync',
          severity: 'crash',
          ...at(arg.value),
          message: 'A coroutine in a sync KeysReader function crashes the shard',
          hint: "Use mode='async_local', or a plain function.",
        }
      }
    }
  }
}

function makesFuture(script: Script, body: SyntaxNode): boolean {
  if (isAsync(body)) return true
  for (const call of callsWithin(script, body)) {
    const path = calledPath(script, call)
    const called = path === undefined ? undefined : script.functions.get(path)
    if (path === 'gearsFuture' || path === 'redisgears.gearsFuture' || (called && isAsync(called))) return true
  }
  return false
}

/** It recurses without bound and hangs the server (protocol 3.5). */
export const hookCallsItself: Rule = function* (script) {
  for (const action of script.actions) {
    const hook = argumentText(script, keyword(action.call, 'hook'))?.toLowerCase()
    if (hook === undefined) continue
    for (const call of reachableCalls(script, action)) {
      if (executed(script, call) !== hook || outsideKeyPrefix(script, action, call)) continue
      yield {
        rule: 'hook-calls-itself',
        severity: 'crash',
        ...at(call.node),
        message: `A hook on ${hook.toUpperCase()} that executes ${hook.toUpperCase()} hangs the shard`,
        hint: 'It calls itself without end. Use call_next(…), with the arguments and without the command.',
      }
    }
  }
}

/** With a key prefix the hook sees only keys that start with it. */
function outsideKeyPrefix(script: Script, action: Action, call: Call): boolean {
  const prefix = argumentText(script, keyword(action.call, 'keyprefix'))
  const key = call.args[1] && knownText(call.args[1].value, script.text, script.constants)
  return prefix !== undefined && key !== undefined && !mayMatch(prefix, key)
}

/** Whether a key of which this is known may start with the prefix. */
const mayMatch = (prefix: string, key: KnownText): boolean =>
  key.text.startsWith(prefix) || (!key.exact && prefix.startsWith(key.text))

/** Commands that write their first argument, with the key event that they cause where it has another name. */
const WRITES: Readonly<Record<string, string>> = {
  set: 'set',
  setex: 'set',
  psetex: 'set',
  setnx: 'set',
  getset: 'set',
  append: 'append',
  setrange: 'setrange',
  incr: 'incrby',
  decr: 'decrby',
  incrby: 'incrby',
  decrby: 'decrby',
  incrbyfloat: 'incrbyfloat',
  hset: 'hset',
  hmset: 'hset',
  hsetnx: 'hset',
  hincrby: 'hincrby',
  hincrbyfloat: 'hincrbyfloat',
  hdel: 'hdel',
  lpush: 'lpush',
  rpush: 'rpush',
  lpop: 'lpop',
  rpop: 'rpop',
  lset: 'lset',
  ltrim: 'ltrim',
  linsert: 'linsert',
  sadd: 'sadd',
  srem: 'srem',
  spop: 'spop',
  zadd: 'zadd',
  zrem: 'zrem',
  zincrby: 'zincr',
  xadd: 'xadd',
  xtrim: 'xtrim',
  xdel: 'xdel',
  del: 'del',
  unlink: 'del',
  expire: 'expire',
  pexpire: 'expire',
  persist: 'persist',
  pfadd: 'pfadd',
  setbit: 'setbit',
  getdel: 'del',
  rename: 'rename_from',
}

/**
 * An async function whose writes trigger it again. Writes of a sync KeysReader function trigger none (protocol 3.3), those to a stream
 * do.
 */
export const writesOwnPrefix: Rule = function* (script) {
  for (const action of script.actions) {
    const { reader } = action.builder
    const keys = reader === 'KeysReader' && !isSync(script, action)
    if (action.name !== 'register' || !(keys || reader === 'StreamReader')) continue
    const pattern = argument(action.call, 0, 'prefix') ?? keyword(action.call, 'regex')
    const prefix = pattern ? argumentText(script, pattern) : '*'
    if (prefix === undefined) continue
    for (const call of reachableCalls(script, action)) {
      const command = executed(script, call)
      const event = command === undefined ? undefined : WRITES[command]
      const fires = event !== undefined && (keys ? listens(script, action, event) : event === 'xadd')
      if (fires && touches(script, call.args[1]?.value, prefix)) yield triggersItself(call, command ?? event, prefix)
    }
  }
}

const triggersItself = (call: Call, command: string, prefix: string): Finding => ({
  rule: 'writes-own-prefix',
  severity: 'warning',
  ...at(call.node),
  message: `${command.toUpperCase()} writes under ${prefix}, which triggers this function again`,
  hint: 'It may run without end. Write under another prefix, or name the eventTypes that shall trigger it.',
})

/** Whether the registration fires on this event: without eventTypes on every one. */
function listens(script: Script, action: Action, event: string): boolean {
  const types = keyword(action.call, 'eventTypes')
  const value = types && literal(script, types.value)
  if (!types || value?.kind === 'none') return true
  if (value?.kind !== 'list') return false
  return value.items.some((item) => item?.kind === 'text' && item.value.toLowerCase() === event)
}

function touches(script: Script, key: SyntaxNode | undefined, prefix: string): boolean {
  if (!key) return false
  // The record's own key, whatever its value: it triggered the function before.
  if (key.name === 'MemberExpression' && /\[\s*['"]key['"]\s*\]$/.test(textOf(script, key))) return true
  if (prefix === '*') return true
  const known = knownText(key, script.text, script.constants)
  if (!known) return false
  return prefix.endsWith('*') ? mayMatchClosely(prefix.slice(0, -1), known) : known.exact && known.text === prefix
}

/** Of an unknown key nothing is said: only text that is written down and reaches the whole prefix. */
const mayMatchClosely = (prefix: string, key: KnownText): boolean => key.text.startsWith(prefix)

/** Calls that wait: for time, for a network, for another process. */
const BLOCKING =
  /^(?:time\.sleep|requests\.|urllib\.|urllib3\.|http\.client\.|httpx\.|socket\.|subprocess\.|smtplib\.|ftplib\.|paramiko\.|redis\.|psycopg2\.|pymysql\.|MySQLdb\.|pymongo\.|cx_Oracle\.|sqlalchemy\.|kafka\.|boto3\.|os\.system$)/

export const blockingInSync: Rule = function* (script) {
  for (const action of script.actions) {
    if (!isSync(script, action)) continue
    for (const call of reachableCalls(script, action)) {
      const path = calledPath(script, call)
      if (path === undefined || !BLOCKING.test(path)) continue
      yield {
        rule: 'blocking-in-sync',
        severity: 'warning',
        ...at(call.node),
        message: `${path} blocks the whole shard: mode='sync' runs on the main thread of Redis`,
        hint: "Nobody else is served meanwhile. Use mode='async_local', or write to a stream and work there.",
      }
    }
  }
}

const MANY_ROUNDS = 10_000

/** The top level of a script runs on the main thread of Redis (measured: PING waited 801 ms of a 1 s sleep). */
export const topLevelWork: Rule = function* (script) {
  for (const node of script.nodes) {
    const loop = node.name === 'ForStatement' || node.name === 'WhileStatement'
    if (loop && isTopLevel(node) && isHeavy(script, node))
      yield heavy(node.firstChild ?? node, 'This loop runs on the main thread of Redis')
  }
  for (const call of script.calls) {
    const path = isTopLevel(call.node) ? calledPath(script, call) : undefined
    if (path !== undefined && BLOCKING.test(path)) yield heavy(call.node, `${path} blocks Redis here`)
    else if (path === 'execute' && /^(?:keys|flushall|flushdb|save|sort)$/.test(executed(script, call) ?? ''))
      yield heavy(call.node, `${executed(script, call)?.toUpperCase()} over the whole key space blocks Redis here`)
  }
}

const heavy = (node: SyntaxNode, message: string): Finding => ({
  rule: 'top-level-work',
  severity: 'warning',
  ...at(node),
  message,
  hint: 'The top level of a script runs there: nobody else is served meanwhile. Move it into a step.',
})

/** `while` at the top level, a long `range`, or a loop over commands. */
function isHeavy(script: Script, loopNode: SyntaxNode): boolean {
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

const isLiteralList = (script: Script, loopNode: SyntaxNode): boolean =>
  [...children(loopNode)].some((child) => child.name !== 'Body' && literal(script, child)?.kind === 'list')

function rounds(script: Script, range: Call): number {
  const [first, second] = range.args.map((arg) => literal(script, arg.value))
  const value = (one: typeof first) => (one?.kind === 'number' ? one.value : 0)
  return second ? value(second) - value(first) : value(first)
}
