import { CommandRegistration, type CommandSpecification } from './command-reader'
import type { Mode, ReaderName, StepTriple } from './execution'
import type { Gears } from './gears'
import { KeysRegistration, type KeysSpec } from './keys-reader'
import type { Answer } from './operations'
import type { Registration, RegistrationInit } from './registration'
import { type Session, type SessionInfo, sessionInfo } from './session'
import { StreamRegistration, type StreamSpec } from './stream-reader'

/** What `gearsCtx.register` of _rg/plan.py sends. */
export interface RegistrationRequest {
  readonly mode: Mode
  readonly reader: ReaderName
  readonly desc: string | null
  readonly spec: unknown
  readonly steps: readonly StepTriple[]
  /** The number that 1.0 reuses for the registration's id. */
  readonly builder: number
}

/** The registrations of one script, as they go to every shard and into what outlives a crash. */
export interface RegistrationBatch {
  readonly session: SessionInfo
  /** The session that this one takes the place of. */
  readonly replaces: string | undefined
  readonly registrations: readonly BatchEntry[]
}

export interface BatchEntry {
  readonly id: string
  readonly mode: Mode
  readonly reader: ReaderName
  readonly desc: string | undefined
  readonly spec: unknown
  readonly steps: readonly StepTriple[]
  readonly pickled: Uint8Array
}

/** The registration a reader makes of a request; `_rg/plan.py` has checked the reader's arguments. */
export function makeRegistration(gears: Gears, init: RegistrationInit): Registration {
  const { spec } = init
  if (init.reader === 'KeysReader') return new KeysRegistration(init, keysSpec(spec), gears.keys)
  if (init.reader === 'StreamReader') return new StreamRegistration(init, streamSpec(spec), gears.streams)
  return new CommandRegistration(init, commandSpec(spec), gears.commands)
}

// The arguments come from _rg/plan.py, which has checked each of them: this is their raw boundary.
const keysSpec = (spec: unknown): KeysSpec => spec as KeysSpec
const streamSpec = (spec: unknown): StreamSpec => spec as StreamSpec
const commandSpec = (spec: unknown): CommandSpecification => spec as CommandSpecification

/** Takes over a script's registrations from another shard, as a unit. */
export function applyBatch(gears: Gears, batch: RegistrationBatch): Answer {
  const session = gears.sessionOf(batch.session)
  const { key } = session
  const made: Registration[] = []
  for (const entry of batch.registrations) {
    const plan = gears.python.ask((python) => python.load_plan(key, entry.pickled))
    if (plan === undefined) return { error: 'the Python interpreter of this shard failed' }
    const { id, mode, reader, desc, spec, steps, pickled } = entry
    made.push(
      makeRegistration(gears, {
        id,
        mode,
        reader,
        desc,
        spec,
        steps,
        pickled,
        session,
        plan,
        worker: gears.pool.worker(),
      }),
    )
  }
  commit(gears, session, made, batch.replaces)
  return {}
}

/** Links the session and makes its registrations fire; the replaced session's stop first. */
export function commit(
  gears: Gears,
  session: Session,
  registrations: readonly Registration[],
  replaces: string | undefined,
): void {
  const old = replaces === undefined ? undefined : gears.sessions.get(replaces)
  if (old && old !== session) {
    for (const registration of [...old.registrations]) {
      if (!registration.unregistered) gears.unregister(registration, true)
    }
    gears.sessions.unlink(old)
  }
  if (!session.linked) gears.sessions.link(session)
  // What the new one needs too stays.
  if (old && old !== session) gears.requirements.replaced(old.requirements)
  for (const registration of registrations) gears.add(registration)
  keepRegistrations(gears)
}

const KEPT = 'gears'

/** What a worker that takes the place of a crashed one starts with. */
export function keepRegistrations(gears: Gears): void {
  const batches = gears.sessions.list().map((session): RegistrationBatch => toBatch(session, undefined))
  gears.shard.keep(KEPT, batches)
}

export function toBatch(
  session: Session,
  replaces: string | undefined,
  only?: readonly Registration[],
): RegistrationBatch {
  const registrations = (only ?? [...session.registrations].filter(({ unregistered }) => !unregistered)).map(
    ({ init }): BatchEntry => {
      const { id, mode, reader, desc, spec, steps, pickled } = init
      return { id, mode, reader, desc, spec, steps, pickled }
    },
  )
  return {
    session: sessionInfo(session),
    replaces,
    registrations,
  }
}

/** Registrations stand, with their ids; counters and executions start anew. */
export function restoreRegistrations(gears: Gears): void {
  gears.requirements.restore()
  const batches = gears.shard.kept(KEPT)
  if (!Array.isArray(batches)) return
  for (const batch of batches) {
    if (!isBatch(batch)) continue
    for (const { id } of batch.registrations) gears.restored(id)
    applyBatch(gears, batch)
  }
}

/** What `keepRegistrations` stored. */
function isBatch(value: unknown): value is RegistrationBatch {
  return typeof value === 'object' && value !== null && 'session' in value && 'registrations' in value
}
