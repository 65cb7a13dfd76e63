import { CommandError, WRONG_TYPE } from '../../command-error'
import type { CommandContext } from '../../context'
import type { CommandReply } from '../../core'
import { StoredSet, StoredZSet } from '../../keys/values'
import { type Scored, SortedMembers } from '../../keys/zset'
import { double, integer, name, syntaxError, word } from '../arguments'
import type { CommandHandlers } from '../spec'
import { showMembers, storeMembers } from './zsets'

type ZSetOperation = 'union' | 'inter' | 'diff'
type Aggregate = 'sum' | 'min' | 'max'

interface ZSetQuery {
  readonly sources: readonly (ReadonlyMap<string, number> | undefined)[]
  readonly weights: readonly number[]
  readonly aggregate: Aggregate
  readonly withScores: boolean
  readonly limit: number
}

interface Allowed {
  readonly weights: boolean
  readonly withScores: boolean
  readonly limit: boolean
}

/** Reads a sorted set, or a set, whose members have score 1. */
function source({ keys }: CommandContext, key: string): ReadonlyMap<string, number> | undefined {
  const value = keys.lookup(key)?.value
  if (!value) return undefined
  if (value instanceof StoredZSet) return new Map(value.members.scores)
  if (value instanceof StoredSet) return new Map(value.list().map((member) => [member, 1]))
  throw new CommandError(WRONG_TYPE)
}

function query(
  context: CommandContext,
  argv: readonly Buffer[],
  at: number,
  command: string,
  allowed: Allowed,
): ZSetQuery {
  const count = integer(argv[at])
  if (count < 1) throw new CommandError(`ERR at least 1 input key is needed for '${command}' command`)
  if (count > argv.length - at - 1) syntaxError()
  const first = at + 1
  const sources = argv.slice(first, first + count).map((key) => source(context, name(key)))
  let weights = sources.map(() => 1)
  let aggregate: Aggregate = 'sum'
  let withScores = false
  let limit = 0
  for (let i = first + count; i < argv.length; ) {
    const option = word(argv[i])
    const left = argv.length - i
    if (option === 'weights' && allowed.weights && left >= count + 1) {
      weights = argv.slice(i + 1, i + 1 + count).map((weight) => double(weight, 'ERR weight value is not a float'))
      i += count + 1
    } else if (option === 'aggregate' && allowed.weights && left >= 2) {
      const given = word(argv[i + 1])
      if (given !== 'sum' && given !== 'min' && given !== 'max') return syntaxError()
      aggregate = given
      i += 2
    } else if (option === 'withscores' && allowed.withScores) {
      withScores = true
      i += 1
    } else if (option === 'limit' && allowed.limit && left >= 2) {
      limit = integer(argv[i + 1], "ERR LIMIT can't be negative")
      if (limit < 0) throw new CommandError("ERR LIMIT can't be negative")
      i += 2
    } else syntaxError()
  }
  return { sources, weights, aggregate, withScores, limit }
}

/** The sum of opposite infinities, and infinity times zero, count as 0. */
const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value)

function merge(a: number, b: number, aggregate: Aggregate): number {
  if (aggregate === 'min') return Math.min(a, b)
  return aggregate === 'max' ? Math.max(a, b) : orZero(a + b)
}

function combine({ sources, weights, aggregate }: ZSetQuery, operation: ZSetOperation): Map<string, number> {
  const [first, ...others] = sources
  if (operation === 'diff')
    return new Map([...(first ?? [])].filter(([member]) => !others.some((other) => other?.has(member))))
  const result = new Map<string, number>()
  for (const [i, each] of sources.entries()) {
    for (const [member, score] of each ?? []) {
      const weighted = orZero(score * (weights[i] ?? 1))
      const known = result.get(member)
      result.set(member, known === undefined ? weighted : merge(known, weighted, aggregate))
    }
  }
  if (operation === 'union') return result
  return new Map([...result].filter(([member]) => sources.every((each) => each?.has(member))))
}

function sorted(scores: ReadonlyMap<string, number>): Scored[] {
  const members = new SortedMembers()
  for (const [member, score] of scores) members.set(member, score)
  return members.slice(0, members.size)
}

function show(operation: ZSetOperation) {
  const allowed = { weights: operation !== 'diff', withScores: true, limit: false }
  return (context: CommandContext, argv: readonly Buffer[]): CommandReply => {
    const asked = query(context, argv, 1, `z${operation}`, allowed)
    return showMembers(context, sorted(combine(asked, operation)), asked.withScores)
  }
}

function store(operation: ZSetOperation) {
  const command = `z${operation}store`
  const allowed = { weights: operation !== 'diff', withScores: false, limit: false }
  return (context: CommandContext, argv: readonly Buffer[]): CommandReply => {
    const asked = query(context, argv, 2, command, allowed)
    return storeMembers(context, name(argv[1]), sorted(combine(asked, operation)), command)
  }
}

export const zsetOperations: CommandHandlers = {
  zunion: show('union'),
  zinter: show('inter'),
  zdiff: show('diff'),
  zunionstore: store('union'),
  zinterstore: store('inter'),
  zdiffstore: store('diff'),
  zintercard(context, argv) {
    const asked = query(context, argv, 1, 'zintercard', { weights: false, withScores: false, limit: true })
    const { size } = combine(asked, 'inter')
    return asked.limit > 0 ? Math.min(asked.limit, size) : size
  },
}
