import type { CommandContext } from '../context'
import type { CommandFlag, CommandSpec, Outcome } from '../core'
import { Refusal } from '../refusal'
import table from './table.json'

/** Where a command's keys stand, as COMMAND INFO describes it (Redis 7.0's key specifications). */
export interface KeySpec {
  /** RO RW OW RM, access, update, insert, delete, not_key … */
  readonly flags: string
  /** Position of the first, or a keyword and where to look for it; empty where unknown. */
  readonly begin: readonly (string | number)[]
  readonly find: readonly (string | number)[]
  readonly notes?: string
}

/** A command of Redis itself: what COMMAND says of it, and what runs it. */
export interface RedisSpec extends CommandSpec {
  readonly categories: readonly string[]
  readonly tips: readonly string[]
  readonly keySpecs: readonly KeySpec[]
  readonly allFlags: readonly string[]
  /** Has subcommands. */
  readonly container: boolean
}

export const isRedisSpec = (spec: CommandSpec): spec is RedisSpec => 'keySpecs' in spec

export type Handler = (context: CommandContext, argv: readonly Buffer[]) => Outcome
/** Handlers by lower-case name; `config|get` is a subcommand. */
export type Handlers = Readonly<Record<string, Handler>>

interface Row {
  readonly arity: number
  readonly flags: string
  readonly keys: readonly number[]
  readonly categories: string
  readonly tips?: readonly string[]
  readonly specs?: readonly KeySpec[]
}

const rows: Readonly<Record<string, Row>> = table

const containers = new Set(
  Object.keys(rows).flatMap((name) => (name.includes('|') ? [name.slice(0, name.indexOf('|'))] : [])),
)

/** Flags that the joint names; COMMAND prints all of them. */
const KNOWN: ReadonlySet<string> = new Set<CommandFlag>([
  'write',
  'readonly',
  'denyoom',
  'admin',
  'pubsub',
  'noscript',
  'blocking',
  'loading',
  'stale',
  'fast',
  'movablekeys',
])
const isFlag = (flag: string): flag is CommandFlag => KNOWN.has(flag)

const words = (text: string): string[] => (text === '' ? [] : text.split(' '))

/** Joins a handler with its row of the table. Throws for a name that the table lacks: a mistake of the programmer. */
export function redisSpec(name: string, run: Handler | undefined): RedisSpec {
  const row = rows[name]
  if (!row) throw new Error(`no command '${name}' in table.json`)
  const allFlags = words(row.flags)
  const [first = 0, last = 0, step = 0] = row.keys
  const keySpecs = row.specs ?? []
  return {
    name,
    arity: row.arity,
    flags: allFlags.filter(isFlag),
    keys: [first, last, step],
    movable: allFlags.includes('movablekeys') ? (argv) => findKeys(keySpecs, argv).map(({ key }) => key) : undefined,
    run: run ?? (() => unreachable(name)),
    categories: words(row.categories),
    tips: row.tips ?? [],
    keySpecs,
    allFlags,
    container: containers.has(name),
  }
}

/** `CONFIG` alone is refused by its arity or as an unknown subcommand before it could run. */
function unreachable(name: string): never {
  throw new Refusal(`ERR unknown subcommand for '${name}'`)
}

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
