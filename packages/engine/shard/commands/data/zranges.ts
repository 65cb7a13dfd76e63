import { CommandError, NOT_INTEGER } from '../../command-error'
import { parseDouble } from '../../keys/numbers'
import type { LexBound, ScoreBound, Scored, SortedMembers } from '../../keys/zset'
import { integer, name, range, syntaxError, word } from '../arguments'

const NOT_A_SCORE = 'ERR min or max is not a float'
const NOT_A_STRING = 'ERR min or max not valid string range item'

function scoreBound(text: Buffer | undefined): ScoreBound {
  const given = name(text)
  const open = given.startsWith('(')
  const value = parseDouble(open ? given.slice(1) : given)
  if (value === undefined) throw new CommandError(NOT_A_SCORE)
  return { value, open }
}

function lexBound(text: Buffer | undefined): LexBound {
  const given = name(text)
  if (given === '-' || given === '+') return given
  if (given.startsWith('(')) return { value: given.slice(1), open: true }
  if (given.startsWith('[')) return { value: given.slice(1), open: false }
  throw new CommandError(NOT_A_STRING)
}

export type ZRangeKind = 'rank' | 'score' | 'lex'

/** Finds the ranks [start, end) that a range of any kind covers. */
export type Resolve = (members: SortedMembers) => readonly [number, number]

export function resolver(kind: ZRangeKind, min: Buffer | undefined, max: Buffer | undefined): Resolve {
  if (kind === 'score') {
    const [low, high] = [scoreBound(min), scoreBound(max)]
    return (members) => members.scoreRange(low, high)
  }
  if (kind === 'lex') {
    const [low, high] = [lexBound(min), lexBound(max)]
    return (members) => members.lexRange(low, high)
  }
  const [start, end] = [integer(min, NOT_INTEGER), integer(max, NOT_INTEGER)]
  return (members) => {
    const part = range(start, end, members.size)
    return part ? [part[0], part[1] + 1] : [0, 0]
  }
}

export interface RangeQuery {
  readonly kind: ZRangeKind
  readonly reverse: boolean
  readonly withScores: boolean
  readonly resolve: Resolve
  /** Offset and count; a negative count means no limit. */
  readonly limit: readonly [number, number] | undefined
}

interface Fixed {
  readonly kind?: ZRangeKind
  readonly reverse?: boolean
  readonly mayShowScores: boolean
}

/** Reads `min max [BYSCORE|BYLEX] [REV] [LIMIT offset count] [WITHSCORES]` from `at`; `fixed` is what the command's name implies. */
export function rangeQuery(argv: readonly Buffer[], at: number, fixed: Fixed): RangeQuery {
  let kind = fixed.kind
  let reverse = fixed.reverse
  let withScores = false
  let limit: readonly [number, number] | undefined
  for (let i = at + 2; i < argv.length; i++) {
    const option = word(argv[i])
    if (option === 'withscores' && fixed.mayShowScores) withScores = true
    else if (option === 'limit' && i + 2 < argv.length) {
      limit = [integer(argv[i + 1]), integer(argv[i + 2])]
      i += 2
    } else if (option === 'rev' && fixed.reverse === undefined) reverse = true
    else if (option === 'bylex' && fixed.kind === undefined) kind = 'lex'
    else if (option === 'byscore' && fixed.kind === undefined) kind = 'score'
    else syntaxError()
  }
  const chosen = kind ?? 'rank'
  if (limit && chosen === 'rank')
    throw new CommandError('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX')
  if (withScores && chosen === 'lex')
    throw new CommandError('ERR syntax error, WITHSCORES not supported in combination with BYLEX')
  const swapped = reverse === true && chosen !== 'rank'
  const resolve = resolver(chosen, argv[swapped ? at + 1 : at], argv[swapped ? at : at + 1])
  return { kind: chosen, reverse: reverse === true, withScores, resolve, limit }
}

export function rangeOf(members: SortedMembers, query: RangeQuery): Scored[] {
  const { kind, reverse, limit } = query
  let [start, end] = query.resolve(members)
  if (reverse && kind === 'rank') [start, end] = [members.size - end, members.size - start]
  if (!limit) return reverse ? members.slice(start, end).reverse() : members.slice(start, end)
  const [offset, count] = limit
  if (offset < 0) return []
  const size = end - start
  const take = Math.max(0, Math.min(count < 0 ? size : count, size - offset))
  if (reverse) return members.slice(end - offset - take, end - offset).reverse()
  return members.slice(start + offset, start + offset + take)
}
