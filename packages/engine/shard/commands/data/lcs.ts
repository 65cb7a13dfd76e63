import { CommandError } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, ReplyMap } from '../../core'
import { StoredString } from '../../keys/values'
import { EMPTY, integer, name, syntaxError, word } from '../arguments'
import type { CommandHandlers } from '../spec'

/** The maximum size of the table, bytes; Redis's limit is proto-max-bulk-len. */
const MAX_TABLE = 128 * 1024 * 1024

interface LcsOptions {
  readonly indexes: boolean
  readonly length: boolean
  readonly lengths: boolean
  readonly least: number
}

function optionsOf(argv: readonly Buffer[]): LcsOptions {
  const given = new Set<string>()
  let least = 0
  for (let i = 3; i < argv.length; i++) {
    const option = word(argv[i])
    if (option === 'minmatchlen' && i + 1 < argv.length) least = Math.max(0, integer(argv[++i]))
    else if (['idx', 'len', 'withmatchlen'].includes(option)) given.add(option)
    else syntaxError()
  }
  if (given.has('idx') && given.has('len'))
    throw new CommandError('ERR If you want both the length and indexes, please just use IDX.')
  return { indexes: given.has('idx'), length: given.has('len'), lengths: given.has('withmatchlen'), least }
}

/** The lengths of the longest common subsequences of all prefixes of two strings. */
class Table {
  private readonly cells: Uint32Array
  private readonly width: number

  constructor(a: Buffer, b: Buffer) {
    this.width = b.length + 1
    if ((a.length + 1) * this.width * 4 > MAX_TABLE)
      throw new CommandError('ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len')
    this.cells = new Uint32Array((a.length + 1) * this.width)
    for (let i = 1; i <= a.length; i++) {
      for (let j = 1; j <= b.length; j++) {
        this.cells[i * this.width + j] =
          a[i - 1] === b[j - 1] ? this.at(i - 1, j - 1) + 1 : Math.max(this.at(i - 1, j), this.at(i, j - 1))
      }
    }
  }

  at(i: number, j: number): number {
    return this.cells[i * this.width + j] ?? 0
  }
}

/** A run that both strings share: its ranges in each. */
interface Match {
  a: number
  b: number
  length: number
}

/** The runs of one longest common subsequence, last run first. */
function matches(a: Buffer, b: Buffer, table: Table): Match[] {
  const found: Match[] = []
  let open: Match | undefined
  for (let [i, j] = [a.length, b.length]; i > 0 && j > 0; ) {
    if (a[i - 1] !== b[j - 1]) {
      open = undefined
      if (table.at(i - 1, j) > table.at(i, j - 1)) i -= 1
      else j -= 1
      continue
    }
    i -= 1
    j -= 1
    if (open) Object.assign(open, { a: i, b: j, length: open.length + 1 })
    else {
      open = { a: i, b: j, length: 1 }
      found.push(open)
    }
  }
  return found
}

function textOf({ keys }: CommandContext, key: Buffer | undefined): Buffer {
  const entry = keys.lookup(name(key))
  if (!entry) return EMPTY
  if (entry.value instanceof StoredString) return entry.value.bytes
  throw new CommandError('ERR The specified keys must contain string values')
}

function lcs(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const a = textOf(context, argv[1])
  const b = textOf(context, argv[2])
  const { indexes, length, lengths, least } = optionsOf(argv)
  const table = new Table(a, b)
  const total = table.at(a.length, b.length)
  if (length) return total
  const runs = matches(a, b, table)
  if (!indexes) return Buffer.concat(runs.reverse().map((run) => a.subarray(run.a, run.a + run.length)))
  const shown = runs
    .filter((run) => run.length >= least)
    .map((run): CommandReply => {
      const ranges = [run.a, run.b].map((start): CommandReply => [start, start + run.length - 1])
      return lengths ? [...ranges, run.length] : ranges
    })
  return new ReplyMap([
    ['matches', shown],
    ['len', total],
  ])
}

export const lcsCommand: CommandHandlers = { lcs }
