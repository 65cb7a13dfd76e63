import { GearsError, type ShardReply } from '@gearboard/gears'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import type { ErrorDetail } from '@gearboard/gears/vocabulary/errors'
import type { ShardRegistration } from '@gearboard/gears/vocabulary/registration'
import type { ActionReply, TargetReply } from '@/lib/api/action-reply'
import type { Registration, RegistrationPart } from '@/lib/model/registrations/registration'
import { clearStatisticsBlocked, registrationBlocked } from '@/lib/model/registrations/registration-blocked'
import type { RegistrationStreams } from '@/lib/model/registrations/stream-state'
import type { ConnectionParts } from '../connection/connection-parts'
import { ApiRefusal } from '../errors'
import { changingSessions } from './changing-sessions'
import { answering, locateRegistration } from './locate'
import type { Override } from './override'
import { eachOf, partial } from './partial'
import { holdAll, reachedOf, type SeenIdentities, seenRegistrations } from './seen'
import { explainingSilence, refuseWhileSilent } from './silent'
import { throughOne } from './through-one'

/** 1.2 and 1.0 say it differently (protocol 1.5). */
const NOT_REGISTERED = /^execution (?:is not|does not) registered$/

/**
 * Unregisters on every shard, and checks which of them still list it: the command answers before it has reached the others.
 * @throws GearsError, ApiRefusal `not_found`, `changed`, `partial` naming the shards where it may be still
 */
export const unregister = changingSessions(unregisterEverywhere)

async function unregisterEverywhere(
  connection: ConnectionParts,
  name: string,
  seen: SeenIdentities,
  abortPending: boolean,
): Promise<TargetReply> {
  const { hub, gears } = connection
  const targets = await seenRegistrations(connection, name, seen)
  const [named] = targets
  const { id } = named
  const holders = [...new Set(targets.flatMap(holdersOf))]
  let saidOk: string | undefined
  const send = async (shard: string) => {
    await explainingSilence(gears.unregister(id, { abortPending, shard }))
    saidOk = shard
  }
  const quiet = new Set<string>()
  const answeringStill = () => new Set([...answering(connection)].filter((shard) => !quiet.has(shard)))
  let known = false
  try {
    known = await throughOne(connection, holdersOf(named), send, NOT_REGISTERED, quiet)
  } finally {
    if (!known) await hub.pollNow('registrations')
  }
  const saidOkAt = steadyMs()
  if (!known) throw new ApiRefusal('not_found', `The registration ${id} was removed.`)
  const listing = () =>
    new Set(targets.flatMap(({ key }) => hub.feed.registrations.get(key)?.perShard.map(({ shard }) => shard) ?? []))
  await hub.settle(() => {
    const left = listing()
    return ![...answeringStill()].some((shard) => left.has(shard))
  }, 'registrations')
  const left = listing()
  const lookedAt = hub.listedSince('registrations', saidOkAt)
  const now = answeringStill()
  const silent = hub.feed.shardStates.map((shard) => shard.key).filter((shard) => !now.has(shard))
  const mayHave = (shard: string) =>
    holders.includes(shard) || targets.some(({ key, missingOn }) => key === id && !missingOn.includes(shard))
  // The one that said OK has removed it; of the others its word says nothing.
  const unsure = [...left].filter((shard) => now.has(shard) && !lookedAt.has(shard) && shard !== saidOk)
  const unlisted = eachOf(unsure, 'is slow to list its registrations and may still have it')
  const failures = [
    ...eachOf(
      [...left].filter((shard) => now.has(shard) && lookedAt.has(shard)),
      'still lists it',
    ),
    ...eachOf(silent.filter(mayHave), 'does not answer; it may still have it'),
    ...unlisted,
  ]
  const shards = holders.filter((shard) => !failures.some(({ at }) => at === shard))
  if (failures.length === 0) return { shards, reached: reachedOf(targets) }
  throw partial('Unregistered', { taken: shards.length, of: shards.length + failures.length }, failures)
}

const holdersOf = ({ perShard }: Registration): readonly string[] => perShard.map(({ shard }) => shard)

/** The streams of one reader, or of all. @throws GearsError, ApiRefusal `not_found` */
export async function streams(connection: ConnectionParts, name?: string): Promise<readonly RegistrationStreams[]> {
  const { hub, streamInspector } = connection
  const all = [...hub.feed.registrations.values()]
  streamInspector.keepStreamsOf(all)
  return name === undefined
    ? streamInspector.readStreams(all, false)
    : streamInspector.readStreams([await locateRegistration(connection, name)], true)
}

/**
 * Pauses a stream reader on every shard, and asks each what it says now: the command's OK is not believed. Runs that have begun finish.
 * @throws GearsError, ApiRefusal `not_found`, `changed`, `invalid_request` with the reason, `partial` naming the shards where it is not paused
 */
export async function pauseRegistration(
  connection: ConnectionParts,
  name: string,
  seen: SeenIdentities,
  override: Override = [],
): Promise<TargetReply> {
  const targets = await streamsToChange(connection, name, seen, { override, blocked: registrationBlocked.pause })
  return changeEverywhere(connection, targets, {
    send: (shard) => explainingSilence(connection.gears.pauseRegistration(targets[0].id, { shard })),
    done: 'Paused',
    // Pausing one that has stopped after an error changes nothing (protocol 3.4): it does not run anyway.
    reached: ({ status }) => status === 'PAUSED' || status === 'ABORTED',
  })
}

/**
 * Resumes a stream reader on every shard, after each has just confirmed that it is paused there: resuming one that runs would make it
 * process without acknowledging from then on (protocol 3.4).
 * @throws as `pauseRegistration`
 */
export async function resumeRegistration(
  connection: ConnectionParts,
  name: string,
  seen: SeenIdentities,
  override: Override = [],
): Promise<TargetReply> {
  const targets = await streamsToChange(connection, name, seen, { override, blocked: registrationBlocked.resume })
  return changeEverywhere(connection, targets, {
    send: (shard) => explainingSilence(connection.gears.unpauseRegistration(targets[0].id, { shard })),
    done: 'Resumed',
    // It may fail and stop again at once: then it has been triggered meanwhile.
    reached: ({ status, counters }, before) =>
      status !== 'PAUSED' && (status !== 'ABORTED' || counters.triggered !== before.counters.triggered),
  })
}

interface Permission {
  readonly override: Override
  /** Why this one cannot be changed so; undefined where it can. */
  readonly blocked: typeof registrationBlocked.pause
}

/** What a pause or a resume hits, where nothing is against it. @throws as `pauseRegistration` */
async function streamsToChange(
  connection: ConnectionParts,
  name: string,
  seen: SeenIdentities,
  { override, blocked }: Permission,
): Promise<readonly [Registration, ...Registration[]]> {
  const targets = await seenRegistrations(connection, name, seen)
  refuseWhileSilent(connection, override)
  for (const target of targets) refuse(blocked(target, connection.hub.found))
  return targets
}

/**
 * Zeroes the counters of all registrations on all shards. @param seen of each that is there: the command leaves none out
 * @throws GearsError, ApiRefusal `invalid_request`, `changed`, `partial`
 */
export async function clearStatistics(
  connection: ConnectionParts,
  seen: SeenIdentities,
  override: Override = [],
): Promise<ActionReply> {
  const { gears, hub } = connection
  await hub.pollAgain('registrations')
  const registrations = [...hub.feed.registrations.values()]
  refuse(clearStatisticsBlocked(registrations, hub.found))
  holdAll(registrations, seen)
  refuseWhileSilent(connection, override)
  const [shard] = answering(connection)
  hub.clearing()
  await explainingSilence(gears.clearRegistrationsStats({ shard }))
  await hub.pollNow('registrations')
  const { shardStates } = hub.feed
  const shards = shardStates.map(({ key }) => key)
  const silent = shardStates.flatMap(({ key, state }) => (state === 'silent' ? [key] : []))
  if (silent.length === 0) return { shards }
  const failures = eachOf(silent, 'does not answer; its counters may be unchanged')
  throw partial('Cleared', { taken: shards.length - silent.length, of: shards.length }, failures)
}

interface StatusChange {
  readonly send: (shard: string | undefined) => Promise<void>
  /** `Paused`. */
  readonly done: string
  readonly reached: (now: StatusNow, before: RegistrationPart) => boolean
}

type StatusNow = Pick<RegistrationPart, 'status' | 'counters'>

/** Sends a command that reaches all shards, and holds it against what each of them says afterwards. */
async function changeEverywhere(
  connection: ConnectionParts,
  targets: readonly [Registration, ...Registration[]],
  { send, done, reached }: StatusChange,
): Promise<TargetReply> {
  const { gears, hub } = connection
  const [named] = targets
  const parts = targets.flatMap(({ perShard }) => perShard)
  const up = answering(connection)
  let refusal: GearsError | undefined
  try {
    await send(holdersOf(named).find((shard) => up.has(shard)))
  } catch (error) {
    // One shard's refusal says nothing of the others: what they say now does.
    if (!(error instanceof GearsError && error.code === 'rejected')) throw error
    refusal = error
  }
  const answers = await gears.dumpRegistrations({ reader: 'StreamReader' })
  await hub.pollNow('registrations')
  const shards: string[] = []
  const failures: ErrorDetail[] = []
  for (const before of parts) {
    const answer = answers.find(({ shard }) => shard.key === before.shard)
    const problem = answer ? problemOf(answer, named.id, (now) => reached(now, before)) : 'is no longer a master'
    if (problem === undefined) shards.push(before.shard)
    else failures.push({ at: before.shard, message: problem })
  }
  // A shard that was silent ever since may have it too.
  const { coverage, perShard, missingOn } = named
  if (coverage.of > perShard.length + missingOn.length) {
    for (const answer of answers) {
      const told = parts.some(({ shard }) => shard === answer.shard.key)
      if ('error' in answer && !told) failures.push({ at: answer.shard.key, message: silence(answer.error) })
    }
  }
  if (failures.length === 0) return { shards, reached: reachedOf(targets) }
  if (shards.length === 0 && refusal) throw refusal
  const words = refusal ? ` The server said: ${refusal.message}` : ''
  throw partial(done, { taken: shards.length, of: Math.max(coverage.of, parts.length) }, failures, words)
}

const silence = ({ code, message }: GearsError): string =>
  `${code === 'rejected' ? 'does not report it' : 'does not answer'} (${message})`

/** Why the change has not reached a shard; undefined where it has. */
function problemOf(
  answer: ShardReply<readonly ShardRegistration[]>,
  id: string,
  reached: (now: StatusNow) => boolean,
): string | undefined {
  if ('error' in answer) return silence(answer.error)
  const there = answer.value.find((each) => each.id === id)
  if (there?.reader !== 'StreamReader') return 'no longer knows it'
  return reached(there) ? undefined : `reports ${there.status ?? 'no status'}`
}

function refuse(reason: string | undefined): void {
  if (reason !== undefined) throw new ApiRefusal('invalid_request', reason)
}
