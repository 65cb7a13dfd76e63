import type { Finding, Rule, RuleName } from './finding'
import * as args from './rules/arguments'
import * as behaviour from './rules/behaviour'
import * as shape from './rules/shape'
import { readScript, type Script } from './script'
import type { SyntaxNode } from './tree'

const RULE_FUNCTIONS: Readonly<Record<RuleName, Rule>> = {
  syntax: shape.syntax,
  'no-action': shape.noAction,
  'two-runs': shape.twoRuns,
  'unsupported-reader': shape.unsupportedReader,
  'unknown-operation': shape.unknownOperation,
  callback: shape.callback,
  'unknown-argument': args.unknownArgument,
  'argument-type': args.argumentType,
  'trigger-arguments': args.triggerArguments,
  'batch-zero': args.batchZero,
  'crashing-key-types': args.crashingKeyTypes,
  'coroutine-in-sync': behaviour.coroutineInSync,
  'hook-calls-itself': behaviour.hookCallsItself,
  'writes-own-prefix': behaviour.writesOwnPrefix,
  'blocking-in-sync': behaviour.blockingInSync,
  'top-level-work': behaviour.topLevelWork,
}

export interface Inspection {
  readonly script: Script
  /** In the order of the script. */
  readonly findings: readonly Finding[]
}

/** Reads a script and holds every rule against it. `root` is the parser's top node for exactly this text. */
export function inspect(text: string, root: SyntaxNode): Inspection {
  const script = readScript(text, root)
  const findings = Object.values(RULE_FUNCTIONS).flatMap((rule) => [...rule(script)])
  return { script, findings: findings.sort((a, b) => a.from - b.from || a.to - b.to) }
}

export const crashes = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter((finding) => finding.severity === 'crash')
