import type { CommandSpec } from '../core'

/** Where a command's keys are, as in COMMAND INFO (Redis 7.0's key specifications). */
export interface KeySpec {
  /** RO RW OW RM, access, update, insert, delete, not_key … */
  readonly flags: string
  /** The position of the first key, or a keyword and where to search for it; empty if unknown. */
  readonly begin: readonly (string | number)[]
  readonly find: readonly (string | number)[]
  readonly notes?: string
}

/** A command of Redis itself: its description for COMMAND, and its handler. */
export interface RedisSpec extends CommandSpec {
  readonly categories: readonly string[]
  readonly tips: readonly string[]
  readonly keySpecs: readonly KeySpec[]
  readonly allFlags: readonly string[]
  /** Whether it has subcommands. */
  readonly container: boolean
}

export const isRedisSpec = (spec: CommandSpec): spec is RedisSpec => 'keySpecs' in spec

export interface FoundKey {
  readonly key: Buffer
  readonly flags: string
}

/** The keys that `argv` names, with their access flags. */
export function findKeys(specs: readonly KeySpec[], argv: readonly Buffer[]): FoundKey[] {
  return specs.flatMap((spec) => {
    const first = beginning(spec, argv)
    return first === undefined ? [] : keysFrom(spec, first, argv)
  })
}

function beginning({ begin }: KeySpec, argv: readonly Buffer[]): number | undefined {
  const [where, from] = begin
  if (typeof where === 'number') return where
  if (typeof where !== 'string' || typeof from !== 'number') return undefined
  const keyword = where.toLowerCase()
  const step = from < 0 ? -1 : 1
  for (let i = from < 0 ? argv.length + from : from; i > 0 && i < argv.length; i += step) {
    if (argv[i]?.toString('latin1').toLowerCase() === keyword) return i + 1
  }
  return undefined
}

function keysFrom(spec: KeySpec, first: number, argv: readonly Buffer[]): FoundKey[] {
  const [kind, a, b, c] = spec.find
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number') return []
  let start = first
  let end: number
  let step = b
  if (kind === 'range') {
    end = a >= 0 ? first + a : argv.length + a
    if (a < 0 && c > 1) end = first + Math.floor((argv.length - first) / c) - 1
  } else if (kind === 'keynum') {
    const count = Number(argv[first + a]?.toString('latin1') ?? 0)
    if (!Number.isInteger(count) || count < 0 || count > argv.length) return []
    start = first + b
    step = c
    end = start + (count - 1) * step
  } else return []
  const found: FoundKey[] = []
  for (let i = start; i <= end; i += step) {
    const key = argv[i]
    if (!key) break
    found.push({ key, flags: spec.flags })
  }
  return found
}
