import { plural } from '@gearboard/gears/vocabulary/text'
import { groupBy } from '../list/group-by'
import type { Registration } from '../registrations/registration'
import { formatDuration, formatSpan } from '../text/format'
import type { CostlyAnswer, ShardCostly, ShardState } from './shard'

/** An answer that takes a server long, in words. */
export interface CostlyInWords {
  readonly title: string
  /** The title without its numbers, which change: `RG.PYSTATS is slow on this server.` */
  readonly subject: string
  /** What is shown of it, continued by its age: `The registrations are shown as of`. */
  readonly shown: string
  /** Our clock, ms; null: it was never answered. */
  readonly toldAt: number | null
  /** What makes it long, and what helps; null where that is not known. */
  readonly cause: string | null
  /** Why the last question was not answered. */
  readonly problem: string | null
}

/** The fields of a registration that explain why its list is long. */
interface ListedRegistration extends Pick<Registration, 'privateData'> {
  readonly perShard: readonly Pick<Registration['perShard'][number], 'shard'>[]
}

/** From here on the ids of one session are most of what RG.DUMPREGISTRATIONS answers. */
const LARGE_SESSION = 200

/** From here on fewer sessions help; below, something else makes their list slow. */
const LARGE_LIST = 200

const SHOWN: ReadonlyMap<string, string> = new Map([
  ['RG.DUMPREGISTRATIONS', 'Registrations and their counters'],
  ['RG.DUMPEXECUTIONS', 'Executions'],
  ['RG.PYSTATS', 'Python’s memory'],
  ['INFO memory', 'Memory of the server'],
  ['RG.INFOCLUSTER', 'The shard’s view of the cluster'],
  ['CLUSTER SLOTS', 'The shard’s slots'],
  ['RG.PYDUMPREQS', 'Requirements'],
  ['RG.PYDUMPSESSIONS', 'Sessions'],
  ['RG.CONFIGGET', 'The configuration'],
])

/** The commands that take each shard long to answer, the slowest first. @param nameOf how a shard is called */
export function costlyInWords(
  shards: readonly ShardState[],
  registrations: readonly ListedRegistration[],
  nameOf: (shard: string) => string,
): readonly CostlyInWords[] {
  const all = shards.flatMap((shard) => (shard.costly ?? []).map((costly) => ({ shard, costly })))
  return all
    .sort((a, b) => b.costly.costMs - a.costly.costMs)
    .map(({ shard, costly }) =>
      inWords(costly, shards.length === 1 ? 'this server' : nameOf(shard.key), causeOf(costly, shard, registrations)),
    )
}

/** Like `costlyInWords`, for the lists of one page. @param shards how many there are */
export function costlyReadsInWords(
  reads: readonly ShardCostly[],
  shards: number,
  nameOf: (shard: string) => string,
): readonly CostlyInWords[] {
  return [...reads]
    .sort((a, b) => b.costMs - a.costMs)
    .map((costly) => inWords(costly, shards <= 1 ? 'this server' : nameOf(costly.shard), causeOfRead(costly)))
}

/** Which notes were announced to screen readers, as notes appear and disappear. */
export interface Announced {
  readonly before: ReadonlySet<string>
  /** What they hear now; empty: nothing new. */
  readonly now: string
}

export const NOTHING_ANNOUNCED: Announced = { before: new Set(), now: '' }

/** Each subject is announced once. Returns `state` itself where nothing changes. @param subjects of the notes shown now */
export function announced(state: Announced, subjects: readonly string[]): Announced {
  const fresh = subjects.filter((subject) => !state.before.has(subject))
  if (fresh.length > 0) return { before: new Set([...state.before, ...fresh]), now: fresh.join(' ') }
  return subjects.length > 0 || state.now === '' ? state : { ...state, now: '' }
}

const inWords = (costly: CostlyAnswer, who: string, cause: string | null): CostlyInWords => ({
  title: `${costly.command} takes ${formatDuration(costly.costMs)} on ${who}, so Gearboard sends it only every ${formatSpan(costly.everyMs)}.`,
  subject: `${costly.command} is slow on ${who}.`,
  shown: SHOWN.get(costly.command) ?? 'What it reports',
  toldAt: costly.toldAt,
  cause,
  problem: costly.error?.message ?? null,
})

function causeOfRead({ command, lists }: ShardCostly): string | null {
  if (lists === null) return null
  if (command === 'RG.PYDUMPSESSIONS' && lists < LARGE_LIST) return `It lists ${plural(lists, 'session')}.`
  if (command === 'RG.PYDUMPSESSIONS')
    return `It lists ${plural(lists, 'session')}. Unregister functions that are no longer needed to shorten it.`
  if (command === 'RG.PYDUMPREQS') return `It lists ${plural(lists, 'requirement')}.`
  return null
}

function causeOf(
  { command }: CostlyAnswer,
  { key, executions }: ShardState,
  registrations: readonly ListedRegistration[],
): string | null {
  if (command === 'RG.DUMPEXECUTIONS' && executions !== null)
    return `It lists ${plural(executions, 'execution')}. A lower MaxExecutions shortens it.`
  if (command !== 'RG.DUMPREGISTRATIONS') return null
  const there = registrations.filter(({ perShard }) => perShard.some(({ shard }) => shard === key))
  const sessions = groupBy(
    there.filter(({ privateData }) => privateData?.session),
    ({ privateData }) => privateData?.session ?? '',
  )
  const [largest] = [...sessions].sort(([, a], [, b]) => b.length - a.length)
  if (!largest || largest[1].length < LARGE_SESSION)
    return there.length === 0 ? null : `It lists ${plural(there.length, 'registration')}.`
  const [session, those] = largest
  return `Session ${session} has ${plural(those.length, 'registration')}, and RedisGears repeats that list in each one, so the answer grows with the square. Register them with several scripts, each in its own session.`
}
