import { CommandError } from '../command-error'
import { integer, name, syntaxError, word } from './arguments'

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
