import type { ParsePython, SyntaxNode } from '@gearboard/gears/script/tree'
import type { RuleName } from '@/lib/model/registrations/rule-names'
import type { LintFinding, LintRule } from './finding'
import * as args from './rules/arguments'
import * as behaviour from './rules/behaviour'
import * as crash from './rules/crashes'
import * as crashingCall from './rules/crashing-calls'
import * as firing from './rules/firing'
import * as shape from './rules/shape'
import { takenName } from './rules/taken-name'
import { type ReadScript, readScript, unreadScript } from './script'

const RULE_FUNCTIONS: Readonly<Record<RuleName, LintRule>> = {
  syntax: shape.syntax,
  'no-action': shape.noAction,
  'two-runs': shape.twoRuns,
  'unsupported-reader': shape.unsupportedReader,
  'unknown-operation': shape.unknownOperation,
  callback: shape.callback,
  'unknown-argument': args.unknownArgument,
  'argument-type': args.argumentType,
  'trigger-arguments': args.triggerArguments,
  'batch-zero': crash.batchZero,
  'crashing-key-types': crash.crashingKeyTypes,
  'coroutine-in-sync': crash.coroutineInSync,
  'hook-calls-itself': crash.hookCallsItself,
  'huge-integer': crash.hugeInteger,
  'lone-surrogate': crash.loneSurrogate,
  'list-in-itself': crash.listInItself,
  'endless-loop': crash.endlessLoop,
  'ends-server': crash.endsServer,
  'too-deep': crash.tooDeep,
  'unprintable-argument': crashingCall.unprintableArgument,
  'atomic-held': crashingCall.atomicHeld,
  'timer-period': crashingCall.timerPeriod,
  'call-next-tuple': crashingCall.callNextTuple,
  'ends-coroutines': crashingCall.endsCoroutines,
  'taken-name': takenName,
  unread: shape.unread,
  'never-fires': firing.neverFires,
  'never-runs': firing.neverRuns,
  'endless-reader': crash.endlessReader,
  'wears-out': crashingCall.wearsOut,
  'writes-own-prefix': behaviour.writesOwnPrefix,
  'blocking-in-sync': behaviour.blockingInSync,
  'top-level-work': behaviour.topLevelWork,
}

export interface Inspection {
  readonly script: ReadScript
  /** In the order of the script. */
  readonly findings: readonly LintFinding[]
}

/** Reads a script and holds every rule against it; one that is too large is not even parsed, and that is found. */
export function inspectText(text: string, parse: ParsePython): Inspection {
  const unread = unreadScript(text)
  return unread ? inspectScript(unread) : inspect(text, parse(text))
}

/** As `inspectText`, of a text that was parsed. `root` is the parser's top node for exactly this text. */
export const inspect = (text: string, root: SyntaxNode): Inspection => inspectScript(readScript(text, root))

function inspectScript(script: ReadScript): Inspection {
  const findings = Object.values(RULE_FUNCTIONS).flatMap((rule) => distinct([...rule(script)]))
  return { script, findings: findings.sort((a, b) => a.from - b.from || a.to - b.to) }
}

/** What happens in several rounds of a loop, or calls of a function, is said once. */
const distinct = (findings: readonly LintFinding[]): readonly LintFinding[] => [
  ...new Map(findings.map((one) => [`${one.from} ${one.to} ${one.severity} ${one.message}`, one])).values(),
]

/** Those that keep a script from being sent. */
export const refused = (findings: readonly LintFinding[]): readonly LintFinding[] =>
  findings.filter(({ severity }) => severity === 'crash' || severity === 'unread')
