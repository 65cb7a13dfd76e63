import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { commands, GearsError, NO_SUCH_COMMAND, type Shard, unsent } from '@gearboard/gears'
import type { Capability } from '@gearboard/gears/vocabulary/capability'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import type { ErrorDetail } from '@gearboard/gears/vocabulary/errors'
import { abortCause, type Outcome } from '@gearboard/gears/vocabulary/execution'
import type { ShardRegistration } from '@gearboard/gears/vocabulary/registration'
import { plural } from '@gearboard/gears/vocabulary/text'
import type { z } from 'zod'
import type { SubmitReply, submitBody } from '@/lib/api/contract/functions'
import { inspectText } from '@/lib/functions/python/lint'
import { effectsOf } from '@/lib/functions/python/script'
import { needsEveryShard } from '@/lib/functions/submission'
import { SILENT_OVERRIDE, silenceBlocks } from '@/lib/model/cluster/silence'
import { boundErrors, REPORTED_ERRORS } from '@/lib/model/executions/error-bounds'
import type { AuditLink } from '@/lib/model/record/audit'
import type { SubmittedSource } from '@/lib/model/record/source'
import type { ConnectionParts } from '../connection/connection-parts'
import { parsePython } from '../connection/parse-python'
import type { ProfiledParts } from '../connection/profiling'
import type { Source, SourceOutcome } from '../connection/source-store'
import { ApiRefusal, knownError } from '../errors'
import type { Hub } from '../hub/hub'
import { keyOn } from '../hub/merge/merge-execution'
import { changingSessions } from './changing-sessions'
import { firstResults } from './results'
import { isUnanswered, refuseWhileSilent } from './silent'

type SubmitRequest = z.output<typeof submitBody>

/** What only 1.2 takes besides the script (protocol 1.3). */
const SINCE_1_2 = ['id', 'description', 'upgrade', 'replaceWith', 'forceReinstallRequirements'] as const

/**
 * Runs a script and records it with the server's reply.
 * @param author null where signing in is not required.
 * @throws GearsError, ApiRefusal
 */
export const submit = changingSessions(run)

/** What a submission brought about, for the audit log. */
export const linksOfSubmission = (reply: SubmitReply): readonly AuditLink[] => [
  { kind: 'source', id: reply.sourceId },
  ...('registrations' in reply ? reply.registrations.map((id) => ({ kind: 'registration' as const, id })) : []),
  ...('executionId' in reply ? [{ kind: 'execution' as const, id: reply.executionId }] : []),
]

async function run(connection: ProfiledParts, body: SubmitRequest, author: string | null = null): Promise<SubmitReply> {
  const { hub, gears, sources } = connection
  const { generation, unavailable } = hub.found ?? (await gears.probe())
  // Up to 1.2.1 there are no sessions: without this command nothing takes an id.
  const modern = generation === '1.2' && !unavailable.some(lacksSessions)
  if (!modern) refuseModern(body)
  const { script, requirements, profiled, override = [], ...options } = body
  const hazards = override.filter((name) => name !== SILENT_OVERRIDE)
  refuseWithoutEveryShard(connection, body)
  gears.refuseHazards(script, hazards, { blocking: options.blocking && profiled !== true })
  // The server would make up forty hex digits as well; ours we know, and find the new registrations by.
  const session = modern ? (body.id ?? randomBytes(20).toString('hex')) : undefined
  const adding = sources.addSource({
    script,
    requirements,
    author,
    options: given({
      ...options,
      blocking: options.blocking && profiled !== true,
      profiled,
      session: body.id === undefined ? session : undefined,
      override: override.length > 0 ? override.join(', ') : undefined,
    }),
  })
  const source = await adding.catch((error: unknown) => {
    throw notKept(error)
  })
  const wire: SentMark = { sent: undefined }
  try {
    const sending: SubmissionInFlight = { source, session, hazards, wire }
    const sent = (profiled ? sendProfiled : send)(connection, body, sending)
    const reply = await sent.catch((error: unknown) => becameOf(connection, error, sending))
    await sources.answered(source, outcomeOf(reply))
    return reply
  } catch (error) {
    await sources.answered(source, failureOf(error))
    throw error
  }
}

/** What is sent can be looked up afterwards, or it is not sent. */
function notKept(error: unknown): unknown {
  const known = knownError(error)
  return known
    ? new ApiRefusal('no_history', `The script was not sent, because it could not be recorded. ${known.message}`)
    : error
}

/** Before a script that registers or installs something. @throws ApiRefusal while a shard is silent that has to agree */
function refuseWithoutEveryShard(
  connection: ConnectionParts,
  { script, requirements, override = [] }: SubmitRequest,
): void {
  if (silenceBlocks(connection.hub.feed.shardStates) === undefined) return
  const act = needsEveryShard(effectsOf(inspectText(script, parsePython).script), requirements)
  if (act) refuseWhileSilent(connection, override, act)
}

/** Whether a registration is one that the script made. */
type IsOurs = (one: ShardRegistration) => boolean

/** Once RG.PYEXECUTE was begun, how to know what it registers: what failed before it kept the script from leaving. */
interface SentMark {
  sent: IsOurs | undefined
}

interface SubmissionInFlight {
  readonly source: Source
  /** Undefined: the server has no sessions. */
  readonly session: string | undefined
  /** Those that it is sent in spite of. */
  readonly hazards: readonly string[]
  readonly wire: SentMark
}

/** What kept a script from being sent, with just that said. */
const beforeSending = (error: unknown): unknown =>
  error instanceof GearsError ? unsent(error, 'The script was not sent: ') : error

/**
 * What happened to a script whose submission failed. If the server did not answer it completely, each shard is asked what it lists now.
 * @throws what is known of it
 */
async function becameOf(
  connection: ConnectionParts,
  error: unknown,
  { source, wire }: SubmissionInFlight,
): Promise<SubmitReply> {
  if (!wire.sent) throw beforeSending(error)
  if (!(error instanceof GearsError) || error.notSent || !leavesDoubt(error)) throw error
  const spread = await spreadOf(connection, wire.sent)
  await connection.hub.pollNow('registrations')
  const { registrations, taken, lacking, silent } = spread
  if (taken.length === 0 || lacking.length + silent.length > 0) throw doubtful(error, spread)
  return { kind: 'registered', registrations, sourceId: source.id, unanswered: error.message }
}

/**
 * No shard answered, or the cluster interrupted the wait: a silent shard may do its part later (measured on 1.2.13: a registration that was
 * answered with CLUSTERDOWN appeared on two of three shards once the third continued).
 */
const leavesDoubt = (error: GearsError): boolean =>
  error.code === 'timeout' || error.code === 'unreachable' || error.code === 'bad_reply' || isUnanswered(error)

/** The server has no such command; that differs from a user who may not send it. */
const lacksSessions = ({ command, reason }: Capability['unavailable'][number]): boolean =>
  command === commands.pyDumpSessions.name && reason === NO_SUCH_COMMAND

/** Without what was left out. */
const given = (options: Readonly<Record<string, string | boolean | undefined>>): SubmittedSource['options'] =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) => (value === undefined || value === false ? [] : [[name, value]])),
  )

function outcomeOf(reply: SubmitReply): SourceOutcome {
  switch (reply.kind) {
    case 'registered':
      return { outcome: reply.kind, registrations: reply.registrations, error: reply.unanswered ?? null }
    case 'started':
      return { outcome: reply.kind, executionId: reply.executionId }
    case 'finished':
      return { outcome: reply.kind, error: reply.errors[0] ?? null }
    case 'nothing':
      return { outcome: reply.kind }
  }
}

/** Only the server's no is one: what was never answered may have been carried out, unless it was never sent. */
function failureOf(error: unknown): SourceOutcome {
  const known = knownError(error)
  const message = known?.message ?? null
  if (error instanceof PartlyRegistered)
    return { outcome: 'partial', error: message, registrations: error.registrations }
  if (known?.notSent) return { outcome: 'not_sent', error: message }
  return { outcome: known?.code === 'rejected' ? 'rejected' : 'sent', error: message }
}

/** Profiles until the run ends, whether or not the client still waits. */
async function sendProfiled(connection: ProfiledParts, body: SubmitRequest, sending: SubmissionInFlight) {
  const { profiling } = connection
  const shard = await anyShard(connection)
  await profiling.begin()
  let reply: SubmitReply
  try {
    reply = await send(connection, { ...body, blocking: false }, sending, shard)
  } catch (error) {
    await profiling.restore()
    throw error
  }
  if (reply.kind === 'started') profiling.follow(shard, reply.executionId)
  else await profiling.restore()
  return reply
}

/** Distinguishes the four shapes of the reply. */
async function send(
  connection: ConnectionParts,
  body: SubmitRequest,
  { source, session, hazards, wire }: SubmissionInFlight,
  given?: Shard,
): Promise<SubmitReply> {
  const { hub, gears } = connection
  const shard = given ?? (await anyShard(connection))
  // Also shows that the shard answers: a script sent to a silent one may run later.
  const before = new Set((await shard.send(commands.dumpRegistrations)).map((registration) => registration.id))
  const startedAt = steadyMs()
  const isOurs: IsOurs = (one) => !before.has(one.id) && isOf(one, session)
  wire.sent = isOurs
  const reply = await gears.pyexecute(body.script, {
    shard: shard.key,
    override: hazards,
    unblocking: !body.blocking,
    id: session,
    description: body.description,
    upgrade: body.upgrade,
    replaceWith: body.replaceWith,
    forceReinstallRequirements: body.forceReinstallRequirements,
    requirements: body.requirements,
  })
  const durationMs = Math.round(steadyMs() - startedAt)
  const sourceId = source.id
  switch (reply.kind) {
    case 'execution':
      hub.attribute(keyOn(reply.id, shard.key, shard.nodeId !== null), {
        kind: 'submission',
        name: source.name,
        sourceId,
      })
      await hub.pollNow('executions')
      return { kind: 'started', executionId: reply.id, sourceId }
    case 'results': {
      await hub.pollNow('executions')
      const { results } = reply
      const outcome = finishedOutcome(reply.errors)
      const { errors, leftOut } = boundErrors(reply.errors, REPORTED_ERRORS)
      return {
        kind: 'finished',
        outcome,
        results: firstResults(results),
        resultCount: results.length,
        errors,
        ...(leftOut > 0 && { errorsLeftOut: leftOut }),
        durationMs,
        sourceId,
      }
    }
    case 'partial': {
      const spread = await spreadOf(connection, isOurs)
      await hub.pollNow('registrations')
      throw refusedBy(connection, reply.failures, spread)
    }
    case 'ok': {
      const after = await registrationsAfter(hub, shard)
      const registrations = after.filter(isOurs).map((each) => each.id)
      return registrations.length > 0 ? { kind: 'registered', registrations, sourceId } : { kind: 'nothing', sourceId }
    }
  }
}

/** The script is carried out by now: that it cannot be looked at is no failure of it. @throws ApiRefusal `partial` */
async function registrationsAfter(hub: Hub, shard: Shard): Promise<readonly ShardRegistration[]> {
  const doneAt = steadyMs()
  await hub.pollNow('registrations')
  try {
    // The page needs a poll after the script in any case; its list is asked for again only where that failed or takes long.
    return hub.registrationsSince(shard.key, doneAt) ?? (await shard.send(commands.dumpRegistrations))
  } catch (error) {
    if (!(error instanceof GearsError)) throw error
    const words = 'The server accepted the script. What it registered could not be read'
    throw new ApiRefusal('partial', `${words}: ${error.message}`, [{ at: shard.key, message: error.message }])
  }
}

/** 1.0 has no named sessions: what is new since is taken for ours. */
const isOf = ({ privateData }: ShardRegistration, session: string | undefined): boolean =>
  session === undefined || privateData?.session === session

/** A blocking run that is aborted before it runs Python answers like one that succeeded: the two cannot be distinguished (protocol 2.5). */
function finishedOutcome(errors: readonly string[]): Outcome {
  if (abortCause('done', errors)) return 'aborted'
  return errors.length > 0 ? 'failed' : 'ok'
}

function refuseModern(body: SubmitRequest): void {
  const given = SINCE_1_2.filter((name) => body[name] !== undefined && body[name] !== false)
  if (given.length === 0) return
  throw new ApiRefusal(
    'invalid_request',
    'This RedisGears has no sessions.',
    given.map((at): ErrorDetail => ({ at, message: 'needs RedisGears 1.2.2 or later' })),
  )
}

/** One that answers, so that the dumps before and after are of the same shard. */
async function anyShard({ hub, gears }: ConnectionParts) {
  const shards = await gears.shards()
  const up = new Set(hub.feed.shardStates.filter((shard) => shard.state === 'up').map((shard) => shard.key))
  const shard = shards.find(({ key }) => up.has(key)) ?? shards[0]
  if (!shard) throw new ApiRefusal('not_found', 'The cluster has no master.')
  return shard
}

const RECONNECT_MS = 1000

/** Who lists what a script registered, as each shard answers now. */
interface Spread {
  readonly registrations: readonly string[]
  readonly taken: readonly string[]
  readonly lacking: readonly string[]
  readonly silent: readonly ErrorDetail[]
}

async function spreadOf({ gears }: ConnectionParts, isOurs: IsOurs): Promise<Spread> {
  let answers = await gears.everyShard(commands.dumpRegistrations)
  if (answers.some((answer) => 'error' in answer && answer.error.code === 'unreachable')) {
    // A connection that broke with the submission is made again.
    await delay(RECONNECT_MS)
    answers = await gears.everyShard(commands.dumpRegistrations)
  }
  const told = answers.flatMap((answer) =>
    'value' in answer ? [{ key: answer.shard.key, ids: answer.value.filter(isOurs).map(({ id }) => id) }] : [],
  )
  return {
    registrations: [...new Set(told.flatMap(({ ids }) => ids))],
    taken: told.filter(({ ids }) => ids.length > 0).map(({ key }) => key),
    lacking: told.filter(({ ids }) => ids.length === 0).map(({ key }) => key),
    silent: answers.flatMap((answer) =>
      'error' in answer ? [{ at: answer.shard.key, message: answer.error.message }] : [],
    ),
  }
}

/** Some shards have the registrations, or may have them. */
class PartlyRegistered extends ApiRefusal {
  constructor(
    message: string,
    details: readonly ErrorDetail[],
    readonly registrations: readonly string[],
  ) {
    super('partial', message, details)
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof ApiRefusal && 'registrations' in value
  }
}

/** The server answered with errors, which tell of shards only where they name them: what the shards list decides. */
function refusedBy(
  { hub }: ConnectionParts,
  failures: readonly { readonly shard: string | null; readonly message: string }[],
  { registrations, taken, lacking, silent }: Spread,
): GearsError | PartlyRegistered {
  const named = failures.map(({ shard, message }) => ({
    at: hub.feed.shardStates.find(({ gearsId }) => gearsId === shard)?.key ?? shard ?? 'the server',
    message,
  }))
  const of = taken.length + lacking.length + silent.length
  const details = [...named, ...unasked(silent)]
  if (taken.length > 0) {
    const words = `Registered on ${taken.length} of ${plural(of, 'shard')}; nothing was rolled back.${unknownOf(silent)}`
    return new PartlyRegistered(words, details, registrations)
  }
  const said = failures.map(({ message }) => message).join(' ')
  if (silent.length > 0)
    return new GearsError('timeout', `${said} Checked afterwards: ${noneOf(lacking)}${unknownOf(silent)}`, { details })
  return new GearsError('rejected', `Nothing was registered: none of ${plural(of, 'shard')} lists it. ${said}`, {
    details,
  })
}

/** As `refusedBy`, where the server did not answer to the end: what no shard lists now may appear later. */
function doubtful(
  { code, message, command, address, refusal }: GearsError,
  { registrations, taken, lacking, silent }: Spread,
): GearsError | PartlyRegistered {
  const of = taken.length + lacking.length + silent.length
  const details = unasked(silent)
  const said = `${message.trim().replace(/[.]$/, '')}. Checked afterwards:`
  if (taken.length > 0) {
    const listed = `${taken.length} of ${plural(of, 'shard')} ${taken.length === 1 ? 'lists' : 'list'} ${plural(registrations.length, 'registration')} of it.`
    return new PartlyRegistered(`${said} ${listed}${unknownOf(silent)}`, details, registrations)
  }
  const where = {
    ...(command !== undefined && { command }),
    ...(address !== undefined && { address }),
    details,
    refusal,
  }
  return new GearsError(code === 'rejected' ? 'timeout' : code, `${said} ${noneOf(lacking)}${unknownOf(silent)}`, where)
}

/** What cannot be said of them, and of each why. */
const unknownOf = (silent: readonly ErrorDetail[]): string =>
  silent.length > 0 ? ` We don't know about ${plural(silent.length, 'shard')} that did not answer.` : ''

const unasked = (silent: readonly ErrorDetail[]): readonly ErrorDetail[] =>
  silent.map(({ at, message }) => ({
    at,
    message: `Its registrations could not be read: ${message.replace(/; it may still be carried out$/, '')}`,
  }))

/** Of the shards that answer. */
const noneOf = (lacking: readonly string[]): string =>
  lacking.length === 0
    ? 'no shard answers.'
    : `${plural(lacking.length, 'shard')} ${lacking.length === 1 ? 'answers and lists' : 'answer and list'} no registration of it.`
