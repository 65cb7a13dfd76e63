/** A function as cProfile names it: `<string>:12(parse_order)`, `{built-in method time.sleep}`. Labels are unique within a profile. */
export interface ProfiledFunction {
  readonly label: string
  /** `parse_order`; the whole label where it is built in. */
  readonly name: string
  /** `<string>` is the submitted script. Null where it is built in. */
  readonly file: string | null
  readonly line: number | null
  readonly calls: number
  /** Calls that are no recursion. */
  readonly primitiveCalls: number
  /** In it alone, s. The text has three decimals: 0 is anything below half a millisecond. */
  readonly ownS: number
  /** In it and all that it called, s. */
  readonly totalS: number
}

/** What a function cost when that caller called it. */
export interface ProfiledCall {
  readonly caller: string
  readonly callee: string
  readonly calls: number
  readonly totalS: number
}

export interface ProfileStats {
  readonly calls: number
  readonly seconds: number
  /** As printed: most own time first. */
  readonly functions: readonly ProfiledFunction[]
  /** Null if the text lists no callers. */
  readonly callers: readonly ProfiledCall[] | null
  /** Lines beyond the bound that were not read. */
  readonly cut: boolean
}

/** Functions read at most; a profile of a large library has some thousands. */
const MAX_FUNCTIONS = 5000

const SUMMARY = /^\s*(\d+) function calls(?: \(\d+ primitive calls\))? in ([\d.]+) (?:CPU )?seconds/
// `5/3` calls are 5, of which 3 no recursion; then tottime, percall, cumtime, percall.
const ROW = /^\s*(\d+)(?:\/(\d+))?\s+([\d.]+)\s+[\d.]+\s+([\d.]+)\s+[\d.]+\s+(\S.*)$/
const EDGE = /^\s*(\d+)(?:\/\d+)?\s+([\d.]+)\s+([\d.]+)\s{2}(\S.*)$/
const CALLERS = 'was called by...'
const CALLEES = /^Function\s+called\.\.\.$/

/** Parses the reply of RG.PYPROFILE STATS: pstats' table, followed on RedisGears 1.2 by the callers. Undefined if it is no such text. */
export function parsePstats(text: string): ProfileStats | undefined {
  const lines = text.split('\n')
  const summary = lines.map((line) => SUMMARY.exec(line)).find((match) => match !== null)
  if (!summary) return undefined
  const heading = lines.findIndex((line) => line.startsWith('Function') && line.trimEnd().endsWith(CALLERS))
  const table = heading < 0 ? lines : lines.slice(0, heading)
  const functions = table.flatMap((line) => functionOf(line) ?? [])
  return {
    calls: Number(summary[1]),
    seconds: Number(summary[2]),
    functions: functions.slice(0, MAX_FUNCTIONS),
    callers: heading < 0 ? null : callersOf(lines.slice(heading)),
    cut: functions.length > MAX_FUNCTIONS,
  }
}

function functionOf(line: string): ProfiledFunction | undefined {
  const [, calls, primitive, own, total, label] = ROW.exec(line) ?? []
  if (label === undefined) return undefined
  return {
    label,
    ...(placeOf(label) ?? { name: label, file: null, line: null }),
    calls: Number(calls),
    primitiveCalls: Number(primitive ?? calls),
    ownS: Number(own),
    totalS: Number(total),
  }
}

/** `file:line(name)`; functions of the interpreter have no place. */
function placeOf(label: string): Pick<ProfiledFunction, 'file' | 'line' | 'name'> | undefined {
  const found = label.endsWith(')') ? [...label.matchAll(/:(\d+)\(/g)].at(-1) : undefined
  if (!found) return undefined
  const [between, line] = found
  const file = label.slice(0, found.index)
  return { file, line: Number(line), name: label.slice(found.index + between.length, -1) }
}

/** The callees' section says the same the other way round. */
function callersOf([heading = '', ...lines]: readonly string[]): readonly ProfiledCall[] {
  // Names are padded to the column where the heading's words begin.
  const width = heading.indexOf(CALLERS)
  const calls: ProfiledCall[] = []
  let callee = ''
  for (const line of lines) {
    if (CALLEES.test(line.trimEnd()) || calls.length >= 4 * MAX_FUNCTIONS) break
    const name = line.slice(0, width).trim()
    const begins = line.slice(width, width + 2) === '<-'
    if (begins) callee = name
    const [, count, , total, caller] = EDGE.exec(begins ? line.slice(width + 2) : line) ?? []
    if (caller === undefined || callee === '') continue
    calls.push({ caller, callee, calls: Number(count), totalS: Number(total) })
  }
  return calls
}

/** RG.PYPROFILE STATS fails so where a session ran nothing while ProfileExecutions was on: pstats has nothing to make statistics of. */
export const isEmptyProfile = (error: string): boolean =>
  error.includes("Cannot create or construct a <class 'pstats.Stats'> object from")
