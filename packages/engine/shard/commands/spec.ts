import { CommandError } from '../command-error'
import type { CommandContext } from '../context'
import type { CommandFlag, CommandOutcome } from '../core'
import { findKeys, type KeySpec, type RedisSpec } from './key-specs'
import table from './table.json'

export type CommandHandler = (context: CommandContext, argv: readonly Buffer[]) => CommandOutcome
/** Handlers by lower-case name; `config|get` is a subcommand. */
export type CommandHandlers = Readonly<Record<string, CommandHandler>>

interface CommandRow {
  readonly arity: number
  readonly flags: string
  readonly keys: readonly number[]
  readonly categories: string
  readonly tips?: readonly string[]
  readonly specs?: readonly KeySpec[]
}

const rows: Readonly<Record<string, CommandRow>> = table

const containers = new Set(
  Object.keys(rows).flatMap((name) => (name.includes('|') ? [name.slice(0, name.indexOf('|'))] : [])),
)

/** The flags that core.ts declares; COMMAND prints all flags. */
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

/** Combines a handler with its row in the table. Throws for a name that the table lacks, which is a bug. */
export function redisSpec(name: string, run: CommandHandler | undefined): RedisSpec {
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

/** Never called: `CONFIG` alone fails its arity check or is an unknown subcommand. */
function unreachable(name: string): never {
  throw new CommandError(`ERR unknown subcommand for '${name}'`)
}
