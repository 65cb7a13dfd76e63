import { CommandError } from '../command-error'
import type { CommandReply } from '../core'
import type { Dict } from '../keys/dict'
import { globMatch } from '../keys/glob'
import { integer, name, syntaxError, word } from './arguments'

export interface ScanOptions {
  readonly cursor: bigint
  readonly match: string | undefined
  readonly count: number
  readonly type: string | undefined
}

const DEFAULT_COUNT = 10
const CURSOR = /^[0-9]{1,20}$/

/** Reads the cursor, which Redis checks before the key. */
export function scanCursor(text: Buffer | undefined): bigint {
  const given = name(text)
  if (!CURSOR.test(given)) throw new CommandError('ERR invalid cursor')
  return BigInt(given)
}

/** Reads `cursor [MATCH p] [COUNT n] [TYPE t]` from `at`; only SCAN itself has TYPE. */
export function scanOptions(argv: readonly Buffer[], at: number, types: boolean): ScanOptions {
  const cursor = scanCursor(argv[at])
  let match: string | undefined
  let type: string | undefined
  let count = DEFAULT_COUNT
  for (let i = at + 1; i < argv.length; i += 2) {
    const option = word(argv[i])
    if (i + 1 >= argv.length) syntaxError()
    if (option === 'match') match = name(argv[i + 1])
    else if (option === 'count') {
      count = integer(argv[i + 1])
      if (count < 1) syntaxError()
    } else if (option === 'type' && types) type = word(argv[i + 1])
    else syntaxError()
  }
  return { cursor, match: match === '*' ? undefined : match, count, type }
}

/** Implements HSCAN, SSCAN and ZSCAN. A compact collection is returned at once, whatever COUNT says. */
export function scanDict<V>(
  dict: Dict<V>,
  compact: boolean,
  { cursor, match, count }: ScanOptions,
  show: (key: string, value: V) => readonly CommandReply[],
): CommandReply {
  const step = compact ? { next: 0n, entries: [...dict] } : dict.scan(cursor, count)
  const found = step.entries.filter(([key]) => match === undefined || globMatch(match, key))
  return [String(step.next), found.flatMap(([key, value]) => show(key, value))]
}
