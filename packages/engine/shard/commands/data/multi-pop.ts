import { CommandError } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandOutcome, type CommandReply, NilArray } from '../../core'
import type { StoredList, StoredZSet } from '../../keys/values'
import { integer, name, syntaxError, timeoutMs, word } from '../arguments'
import { waitForKeys } from '../waiting'

/** The arguments of LMPOP, ZMPOP and their blocking forms; `end` is the side to pop from. */
export interface MultiPop<End> {
  readonly keys: readonly string[]
  readonly end: End
  readonly count: number
}

/** Reads `numkeys key … END [COUNT n]` from `at`; `endOf` parses END. */
export function multiPopArguments<End>(
  argv: readonly Buffer[],
  at: number,
  endOf: (text: Buffer | undefined) => End,
): MultiPop<End> {
  const numkeys = integer(argv[at], 'ERR numkeys should be greater than 0')
  if (numkeys <= 0) throw new CommandError('ERR numkeys should be greater than 0')
  const where = at + 1 + numkeys
  const end = endOf(argv[where])
  let count: number | undefined
  for (let i = where + 1; i < argv.length; i += 2) {
    if (word(argv[i]) !== 'count' || count !== undefined || i + 1 >= argv.length) syntaxError()
    count = integer(argv[i + 1], 'ERR count should be greater than 0')
    if (count <= 0) throw new CommandError('ERR count should be greater than 0')
  }
  return { keys: argv.slice(at + 1, where).map(name), end, count: count ?? 1 }
}

/**
 * BLMPOP and BZMPOP: pops from the first key that has something, else waits until one does.
 *
 * @param kind of the values that it pops from; a key of another kind does not serve a waiting client
 */
export function blockingMultiPop<End>(
  context: CommandContext,
  argv: readonly Buffer[],
  endOf: (text: Buffer | undefined) => End,
  kind: typeof StoredList | typeof StoredZSet,
  popFirst: (context: CommandContext, wanted: MultiPop<End>) => CommandReply | undefined,
): CommandOutcome {
  const timeout = timeoutMs(argv[1])
  const wanted = multiPopArguments(argv, 2, endOf)
  const now = popFirst(context, wanted)
  if (now !== undefined) return now
  return waitForKeys(context, {
    keys: wanted.keys,
    timeoutMs: timeout,
    denied: new NilArray(),
    attempt: (key) =>
      context.keys.peek(key)?.value instanceof kind ? popFirst(context, { ...wanted, keys: [key] }) : undefined,
  })
}
