import { GearsError } from '@gearboard/gears'
import { isOver } from '@gearboard/gears/vocabulary/execution'
import { argsInWords } from '@gearboard/gears/vocabulary/registration'
import { plural } from '@gearboard/gears/vocabulary/text'
import type { Reached } from '@/lib/api/action-reply'
import type { Execution } from '@/lib/model/executions/execution'
import type { AuditLink } from '@/lib/model/record/audit'
import { reachOf } from '@/lib/model/registrations/reach'
import type { Registration } from '@/lib/model/registrations/registration'
import { listInWords, shortenId } from '@/lib/model/text/format'
import type { ConnectionParts } from '../connection/connection-parts'
import { ApiRefusal } from '../errors'
import type { MergedExecution } from '../hub/merge/merge-execution'
import { locateExecution, locateRegistration } from './locate'

/**
 * What a write says that its sender saw: the `identity` of the execution or registration that it names, and of all others that share its id
 * where the cluster knows it once. Ids start over when a server restarts: what has the id now may be another.
 */
export type SeenIdentities = readonly string[]

type Targets<T> = readonly [T, ...T[]]

/**
 * The registrations that a command with the id of this one hits, after a fresh look.
 * @throws ApiRefusal `changed`, `not_found`, `invalid_request`; GearsError where no shard that has it answers
 */
export async function seenRegistrations(
  connection: ConnectionParts,
  name: string,
  seen: SeenIdentities,
): Promise<Targets<Registration>> {
  const { hub } = connection
  const { key, id } = await locateRegistration(connection, name)
  await hub.pollAgain('registrations')
  const { registrations, shardStates } = hub.feed
  const named = registrations.get(key)
  if (!named) throw new ApiRefusal('not_found', `The registration ${id} was removed.`)
  const targets = reachOf(named, registrations.values(), shardStates)
  hold(targets, seen, 'registration', inWords)
  answered(
    connection,
    targets.flatMap(({ perShard }) => perShard.map(({ shard }) => shard)),
  )
  return targets
}

export interface ExecutionTarget {
  readonly entry: MergedExecution
  readonly row: Execution
}

/** As `seenRegistrations`, of executions. One that no shard lists is `not_found`. @param concerned whether one that shares the id is hit, too */
export async function seenExecutions(
  connection: ConnectionParts,
  name: string,
  seen: SeenIdentities,
  concerned: (row: Execution) => boolean,
): Promise<Targets<ExecutionTarget>> {
  const { hub } = connection
  const { key, id } = await locateExecution(connection, name)
  await hub.pollAgain('executions')
  const target = (row: Execution | undefined): ExecutionTarget[] => {
    const entry = row?.live ? hub.entry(row.key) : undefined
    return row && entry ? [{ row, entry }] : []
  }
  const others = (entry: MergedExecution) => target(executions.get(entry.key)).filter(({ row }) => concerned(row))
  const { executions, shardStates } = hub.feed
  const [named] = target(executions.get(key))
  if (!named) throw noLonger(id)
  const alike = hub.entriesOf(id).flatMap(others)
  const reached = reachOf(
    named.row,
    alike.map(({ row }) => row),
    shardStates,
  )
  hold(reached, seen, 'execution', executionInWords)
  answered(connection, [...new Set(reached.flatMap((row) => [...(hub.entry(row.key)?.parts.keys() ?? [])]))])
  return [named, ...alike.filter(({ row }) => row !== named.row && reached.includes(row))]
}

export const noLonger = (id: string): ApiRefusal =>
  new ApiRefusal('not_found', `The execution ${id} is no longer on the server; pages show its history.`)

/** What a command with this id would hit as last looked at, for the audit log: each with what it counted. @throws as `locateRegistration` */
export async function registrationsInWords(connection: ConnectionParts, name: string): Promise<string> {
  return (await registrationsHit(connection, name))
    .map(({ name, status, counters }) => `${name}; ${status ? `${status}; ` : ''}${plural(counters.triggered, 'run')}`)
    .join(' and ')
}

/** The sources that made what `registrationsInWords` names, for the audit log: they register it again. */
export async function sourcesOfRegistrations(connection: ConnectionParts, name: string): Promise<readonly AuditLink[]> {
  const made = (await registrationsHit(connection, name)).flatMap(
    ({ id, privateData }) => connection.sources.madeBy({ id, session: privateData?.session ?? null }) ?? [],
  )
  return [...new Set(made)].map((id) => ({ kind: 'source', id }))
}

async function registrationsHit(connection: ConnectionParts, name: string): Promise<readonly Registration[]> {
  const named = await locateRegistration(connection, name)
  const { registrations, shardStates } = connection.hub.feed
  return reachOf(named, registrations.values(), shardStates)
}

/** As `registrationsInWords`; null where no shard lists it. */
export async function executionsInWords(connection: ConnectionParts, name: string): Promise<string | null> {
  const { hub } = connection
  const { key, id } = await locateExecution(connection, name)
  const { executions, shardStates } = hub.feed
  const named = executions.get(key)
  const alike = hub.entriesOf(id).flatMap((entry) => executions.get(entry.key) ?? [])
  const live = named ? reachOf(named, alike, shardStates).filter((row) => row.live) : []
  return live.length === 0 ? null : live.map(executionInWords).join(' and ')
}

export const reachedOf = (targets: readonly Reached[]): readonly Reached[] =>
  targets.map(({ key, name }) => ({ key, name }))

/** What an execution is, for a caller that did not see it. */
export function executionInWords({ id, outcome, origin, status }: Execution): string {
  const of = origin.kind === 'unknown' ? '' : ` of ${origin.name}`
  return `${shortenId(id)}${of} (${isOver(outcome) ? outcome : status})`
}

/** @throws ApiRefusal `changed` with what is there now, by key */
function hold<T extends Pick<Execution | Registration, 'key' | 'identity'>>(
  [named, ...others]: Targets<T>,
  seen: SeenIdentities,
  noun: string,
  words: (each: T) => string,
): void {
  const unseen = [named, ...others].filter(({ identity }) => identity === null || !seen.includes(identity))
  if (unseen.length === 0) return
  const details = unseen.map((each) => ({ at: each.key, message: words(each) }))
  if (unseen.includes(named))
    throw new ApiRefusal(
      'changed',
      `This id now belongs to another ${noun}: ${words(named)}. Nothing was done.`,
      details,
    )
  const shared = `${words(named)} shares its id with ${others.map(words).join(', ')}, so a command affects all of them`
  throw new ApiRefusal('changed', `${shared}. Nothing was done; send the identity of each.`, details)
}

/**
 * For all registrations at once. Those that were removed meanwhile do not matter.
 * @throws ApiRefusal `changed` with those that the client has not seen
 */
export function holdAll(registrations: readonly Registration[], seen: SeenIdentities): void {
  const known = new Set(seen)
  const unseen = registrations.filter(({ identity }) => !known.has(identity))
  if (unseen.length === 0) return
  const details = unseen.slice(0, MOST_NAMED).map((each) => ({ at: each.key, message: inWords(each) }))
  const came = `${plural(unseen.length, 'registration')} ${unseen.length === 1 ? 'was' : 'were'} added or changed since you looked`
  throw new ApiRefusal(
    'changed',
    `${came}: ${listInWords(
      unseen.map(({ name }) => name),
      MOST_NAMED,
    )}. Nothing was done.`,
    details,
  )
}

const MOST_NAMED = 5

const inWords = (r: Registration): string => `${r.name} (${r.reader}, ${argsInWords(r)})`

/** @throws GearsError `unreachable` where none of these shards answers: what is known of them may be of before a restart */
function answered({ hub }: ConnectionParts, shards: readonly string[]): void {
  const states = hub.feed.shardStates.filter(({ key }) => shards.includes(key))
  if (states.some(({ state }) => state === 'up')) return
  const why = states.find(({ error }) => error)?.error?.message ?? 'no shard that has it is still a master'
  throw new GearsError('unreachable', `Nothing was sent: ${why}`)
}
