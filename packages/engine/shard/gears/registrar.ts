import { Binary } from '../../python/native'
import type { ShardApi } from '../core'
import type { Numbers } from './numbers'
import type { Pool } from './pool'
import type { PythonInterpreter } from './python-interpreter'
import type { ReaderRegistration, RegistrationFactory } from './registration'
import type { Registrations } from './registrations'
import type { Requirements } from './requirements'
import { type ScriptSession, sessionInfo } from './script-session'
import type { ScriptSessions } from './script-sessions'
import type { RegistrationBatch, RegistrationInfo } from './shard-messages'
import type { RegisteringReader } from './terms'

/**
 * The prefix of a session's key in the kept data. Each session is stored separately, so that adding one costs the same however many there
 * are.
 */
const KEPT = 'session '

/** Makes the registrations of a script, as a unit, and takes them over from other shards; keeps them for the worker's next start. */
export class Registrar {
  constructor(
    private readonly shard: ShardApi,
    private readonly python: PythonInterpreter,
    private readonly pool: Pool,
    private readonly numbers: Numbers,
    private readonly requirements: Requirements,
    private readonly sessions: ScriptSessions,
    private readonly registrations: Registrations,
    private readonly readers: Readonly<Record<RegisteringReader, RegistrationFactory>>,
  ) {}

  /** The registration does not fire before `commit`. */
  make(info: RegistrationInfo, session: ScriptSession, plan: number): ReaderRegistration {
    return this.readers[info.reader].make({ ...info, session, plan, worker: this.pool.worker() })
  }

  /** Links the session and lets its registrations fire. Those of the replaced session stop first. */
  commit(session: ScriptSession, registrations: readonly ReaderRegistration[], replaces: string | undefined): void {
    const old = replaces === undefined ? undefined : this.sessions.get(replaces)
    if (old && old !== session) {
      for (const { id } of [...old.registrations]) {
        const registration = this.registrations.get(id)
        if (registration) this.registrations.unregister(registration, true)
      }
      this.sessions.unlink(old)
    }
    if (!session.linked) this.sessions.link(session)
    // Requirements that the new session needs too are kept.
    if (old && old !== session) this.requirements.replaced(old.requirements)
    for (const registration of registrations) this.registrations.addRegistration(registration)
    if (old) this.saveSession(old)
    this.saveSession(session)
  }

  /** Takes over a script's registrations from another shard. Returns an error text, or undefined. */
  apply(batch: RegistrationBatch): string | undefined {
    const session = this.sessions.of(batch.session)
    const made: ReaderRegistration[] = []
    for (const info of batch.registrations) {
      const plan = this.python.ask((python) => python.load_plan(session.key, new Binary(info.pickled)))
      if (typeof plan !== 'number') {
        this.sessions.release(session)
        return plan ?? 'the Python interpreter of this shard failed'
      }
      made.push(this.make(info, session, plan))
    }
    this.commit(session, made, batch.replaces)
    return undefined
  }

  /** Returns false if it is not registered here. */
  unregister(id: string, abortPending: boolean): boolean {
    const registration = this.registrations.get(id)
    if (!registration) return false
    this.registrations.unregister(registration, abortPending)
    this.saveSession(registration.init.session)
    return true
  }

  /** Saves the session for a worker that replaces this one after a crash. */
  private saveSession(session: ScriptSession): void {
    const batch = toBatch(session, undefined)
    const alive = session.linked && batch.registrations.length > 0
    this.shard.keepValue(KEPT + session.key, alive ? batch : undefined)
  }

  /** Restores registrations with their ids. Counters and executions start again. */
  restore(): void {
    this.requirements.restore()
    for (const batch of this.shard.keptUnder(KEPT)) {
      if (!isBatch(batch)) continue
      for (const { id } of batch.registrations) this.numbers.restored(id)
      const refusal = this.apply(batch)
      if (refusal !== undefined) this.shard.log('warning', `GEARS: ${batch.session.name}: ${refusal}`)
    }
  }
}

/** All registrations of a session, or those given. */
export function toBatch(
  session: ScriptSession,
  replaces: string | undefined,
  only?: readonly ReaderRegistration[],
): RegistrationBatch {
  const registrations = only ?? [...session.registrations].filter(({ unregistered }) => !unregistered)
  return {
    session: sessionInfo(session),
    replaces,
    registrations: registrations.map(({ init }): RegistrationInfo => {
      const { id, mode, reader, desc, spec, steps, pickled } = init
      return { id, mode, reader, desc, spec, steps, pickled }
    }),
  }
}

/** The format that `keep` stores. */
function isBatch(value: unknown): value is RegistrationBatch {
  return typeof value === 'object' && value !== null && 'session' in value && 'registrations' in value
}
