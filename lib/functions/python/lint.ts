import type { ParsePython, SyntaxNode } from '@gearboard/gears/script/tree'
import type { HazardKind } from '@/lib/model/registrations/hazards'
import type { LintFinding, LintRule, RuleFinding } from './finding'
import * as args from './rules/arguments'
import * as behaviour from './rules/behaviour'
import * as crash from './rules/crashes'
import * as crashingCall from './rules/crashing-calls'
import * as firing from './rules/firing'
import * as shape from './rules/shape'
import { takenName } from './rules/taken-name'
import { type ReadScript, readScript, unreadScript } from './script'

interface LintRuleEntry {
  readonly find: LintRule
  /** A finding may have the severity `crash`: the script is refused, unless its sender overrides the rule by its name. */
  readonly crash: boolean
  /** What a finding that is no crash means for what is registered; null: nothing, once the server took the script. */
  readonly hazard: HazardKind | null
}

/** Every rule, by its name. */
export const RULES = {
  syntax: { find: shape.syntax, crash: false, hazard: null },
  'no-action': { find: shape.noAction, crash: false, hazard: null },
  'two-runs': { find: shape.twoRuns, crash: false, hazard: null },
  'unsupported-reader': { find: shape.unsupportedReader, crash: false, hazard: null },
  'unknown-operation': { find: shape.unknownOperation, crash: false, hazard: null },
  callback: { find: shape.callback, crash: false, hazard: null },
  'unknown-argument': { find: args.unknownArgument, crash: false, hazard: null },
  'argument-type': { find: args.argumentType, crash: false, hazard: null },
  'trigger-arguments': { find: args.triggerArguments, crash: false, hazard: null },
  'batch-zero': { find: crash.batchZero, crash: true, hazard: null },
  'crashing-key-types': { find: crash.crashingKeyTypes, crash: true, hazard: null },
  'coroutine-in-sync': { find: crash.coroutineInSync, crash: true, hazard: null },
  'hook-calls-itself': { find: crash.hookCallsItself, crash: true, hazard: null },
  'huge-integer': { find: crash.hugeInteger, crash: true, hazard: null },
  'lone-surrogate': { find: crash.loneSurrogate, crash: true, hazard: null },
  'list-in-itself': { find: crash.listInItself, crash: true, hazard: null },
  'endless-loop': { find: crash.endlessLoop, crash: true, hazard: null },
  'ends-server': { find: crash.endsServer, crash: true, hazard: null },
  'too-deep': { find: crash.tooDeep, crash: true, hazard: null },
  'unprintable-argument': { find: crashingCall.unprintableArgument, crash: true, hazard: null },
  'atomic-held': { find: crashingCall.atomicHeld, crash: true, hazard: null },
  'timer-period': { find: crashingCall.timerPeriod, crash: true, hazard: null },
  'call-next-tuple': { find: crashingCall.callNextTuple, crash: true, hazard: null },
  'ends-coroutines': { find: crashingCall.endsCoroutines, crash: true, hazard: null },
  'taken-name': { find: takenName, crash: true, hazard: 'taken-name' },
  unread: { find: shape.unread, crash: false, hazard: null },
  // Read from what is registered, which says more.
  'never-fires': { find: firing.neverFires, crash: false, hazard: null },
  'never-runs': { find: firing.neverRuns, crash: false, hazard: null },
  'endless-reader': { find: crash.endlessReader, crash: false, hazard: null },
  'wears-out': { find: crashingCall.wearsOut, crash: false, hazard: null },
  'writes-own-prefix': { find: behaviour.writesOwnPrefix, crash: false, hazard: 'own-prefix' },
  'blocking-in-sync': { find: behaviour.blockingInSync, crash: false, hazard: 'blocks-redis' },
  'top-level-work': { find: behaviour.topLevelWork, crash: false, hazard: null },
} as const satisfies Readonly<Record<string, LintRuleEntry>>

export type RuleName = keyof typeof RULES
type CrashRule = { [Name in RuleName]: (typeof RULES)[Name]['crash'] extends true ? Name : never }[RuleName]

export const isRuleName = (name: string): name is RuleName => Object.hasOwn(RULES, name)
const isCrashRule = (name: string): name is CrashRule => isRuleName(name) && RULES[name].crash

/** Rules whose findings may be a `crash`. */
export const CRASH_RULES = Object.keys(RULES).filter(isCrashRule)

/** What a finding in the script of a registration means for it; null: nothing. */
export function hazardOf({ rule, severity }: LintFinding): HazardKind | null {
  if (severity === 'crash') return 'crash'
  return isRuleName(rule) ? RULES[rule].hazard : null
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
  const findings = Object.entries(RULES).flatMap(([rule, { find }]) =>
    distinct([...find(script)]).map((found): LintFinding => ({ rule, ...found })),
  )
  return { script, findings: findings.sort((a, b) => a.from - b.from || a.to - b.to) }
}

/** What happens in several rounds of a loop, or calls of a function, is said once. */
const distinct = (findings: readonly RuleFinding[]): readonly RuleFinding[] => [
  ...new Map(findings.map((one) => [`${one.from} ${one.to} ${one.severity} ${one.message}`, one])).values(),
]

/** Those that keep a script from being sent. */
export const refused = (findings: readonly LintFinding[]): readonly LintFinding[] =>
  findings.filter(({ severity }) => severity === 'crash' || severity === 'unread')
