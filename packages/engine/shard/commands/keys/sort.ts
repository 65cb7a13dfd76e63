import { CommandError, WRONG_TYPE } from '../../command-error'
import type { CommandContext } from '../../context'
import type { CommandReply } from '../../core'
import { Deque } from '../../keys/deque'
import { parseDouble } from '../../keys/numbers'
import { StoredHash, StoredList, StoredSet, StoredString, StoredZSet } from '../../keys/values'
import { bytes, integer, name, syntaxError, word } from '../arguments'

interface SortOptions {
  descending: boolean
  alpha: boolean
  by: string | undefined
  get: string[]
  limit: readonly [number, number] | undefined
  store: string | undefined
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

interface Weighted {
  readonly element: string
  readonly text: string
  readonly score: number
}

/** Implements SORT, and SORT_RO, which cannot store. */
export function sort(context: CommandContext, argv: readonly Buffer[], mayStore: boolean): CommandReply {
  const key = name(argv[1])
  const sorting = options(context, argv, mayStore)
  const list = ordered(context, elements(context, key), sorting)
  const [offset, count] = sorting.limit ?? [0, -1]
  const start = Math.max(0, offset)
  const chosen = list.slice(start, count < 0 ? undefined : start + count)
  const output = chosen.flatMap((element): (Buffer | undefined)[] =>
    sorting.get.length === 0 ? [bytes(element)] : sorting.get.map((pattern) => dereference(context, pattern, element)),
  )
  if (sorting.store === undefined) return output.map((each) => each ?? null)
  return store(
    context,
    sorting.store,
    output.map((each) => each ?? Buffer.alloc(0)),
  )
}

function options(context: CommandContext, argv: readonly Buffer[], mayStore: boolean): SortOptions {
  const found: SortOptions = {
    descending: false,
    alpha: false,
    by: undefined,
    get: [],
    limit: undefined,
    store: undefined,
  }
  const cluster = context.shard.clusterEnabled
  for (let i = 2; i < argv.length; i++) {
    const left = argv.length - i - 1
    switch (word(argv[i])) {
      case 'asc':
        found.descending = false
        break
      case 'desc':
        found.descending = true
        break
      case 'alpha':
        found.alpha = true
        break
      case 'limit':
        if (left < 2) syntaxError()
        found.limit = [integer(argv[i + 1]), integer(argv[i + 2])]
        i += 2
        break
      case 'store':
        if (left < 1 || !mayStore) syntaxError()
        found.store = name(argv[++i])
        break
      case 'by':
        if (left < 1) syntaxError()
        found.by = name(argv[++i])
        if (cluster && found.by.includes('*')) throw new CommandError('ERR BY option of SORT denied in cluster mode.')
        break
      case 'get':
        if (left < 1) syntaxError()
        if (cluster) throw new CommandError('ERR GET option of SORT denied in cluster mode.')
        found.get.push(name(argv[++i]))
        break
      default:
        syntaxError()
    }
  }
  return found
}

/** Resolves `weight_*` or `object_*->field` with the element in place of the first star; `#` is the element itself. */
function dereference({ keys }: CommandContext, pattern: string, element: string): Buffer | undefined {
  if (pattern === '#') return bytes(element)
  const star = pattern.indexOf('*')
  if (star < 0) return undefined
  const arrow = pattern.indexOf('->', star)
  const hasField = arrow >= 0 && arrow + 2 < pattern.length
  const keyPattern = hasField ? pattern.slice(0, arrow) : pattern
  const value = keys.lookup(keyPattern.replace('*', () => element))?.value
  if (hasField) return value instanceof StoredHash ? value.fields.get(pattern.slice(arrow + 2)) : undefined
  return value instanceof StoredString ? value.bytes : undefined
}

function elements(context: CommandContext, key: string): string[] {
  const value = context.keys.lookup(key)?.value
  if (!value) return []
  if (value instanceof StoredList) return [...value.items].map(name)
  if (value instanceof StoredSet) return value.list()
  if (value instanceof StoredZSet) return value.members.slice(0, value.size).map(({ member }) => member)
  throw new CommandError(WRONG_TYPE)
}

function weigh(context: CommandContext, { by, alpha }: SortOptions, element: string): Weighted {
  const weight = by === undefined ? bytes(element) : dereference(context, by, element)
  if (alpha) return { element, text: name(weight), score: weight ? 0 : -1 }
  const score = weight ? parseDouble(name(weight)) : 0
  if (score === undefined) throw new CommandError("ERR One or more scores can't be converted into double")
  return { element, text: element, score }
}

function ordered(context: CommandContext, list: string[], sorting: SortOptions): string[] {
  const { by, alpha, descending } = sorting
  const dontSort = by !== undefined && !by.includes('*')
  if (dontSort) return descending ? list.reverse() : list
  const sign = descending ? -1 : 1
  return list
    .map((element) => weigh(context, sorting, element))
    .sort((a, b) => {
      if (alpha) return sign * (a.score - b.score || compareText(a.text, b.text))
      return sign * (a.score - b.score || compareText(a.element, b.element))
    })
    .map(({ element }) => element)
}

function store({ keys }: CommandContext, key: string, list: Buffer[]): CommandReply {
  if (list.length > 0) {
    keys.putValue(key, new StoredList(new Deque(list)))
    keys.modified(key)
    keys.event('sortstore', key)
  } else if (keys.remove(key)) {
    keys.modified(key)
    keys.event('del', key)
  }
  return list.length
}
