/** Rules whose findings may be a `crash`. */
export const CRASH_RULES = [
  'batch-zero',
  'crashing-key-types',
  'coroutine-in-sync',
  'hook-calls-itself',
  'huge-integer',
  'lone-surrogate',
  'list-in-itself',
  'endless-loop',
  'ends-server',
  'too-deep',
  'unprintable-argument',
  'atomic-held',
  'timer-period',
  'call-next-tuple',
  'ends-coroutines',
  'taken-name',
] as const

export const RULES = [
  'syntax',
  'no-action',
  'two-runs',
  'unsupported-reader',
  'unknown-operation',
  'unknown-argument',
  'argument-type',
  'trigger-arguments',
  ...CRASH_RULES,
  'unread',
  'never-fires',
  'never-runs',
  'endless-reader',
  'wears-out',
  'writes-own-prefix',
  'blocking-in-sync',
  'top-level-work',
  'callback',
] as const
export type RuleName = (typeof RULES)[number]

export type CrashRule = (typeof CRASH_RULES)[number]

/**
 * `crash`: the server dies or hangs. `unread`: whether it would is not known. Both are refused unless overridden. `error`: it will fail.
 * `warning`: it may surprise.
 */
export type Severity = 'crash' | 'unread' | 'error' | 'warning'
