import type { ShardApi } from '../core'
import type { ShardExecution } from './execution'
import type { Executions } from './executions'
import type { GearsConfig } from './gears-config'
import type { PythonInterpreter } from './python-interpreter'
import type { ReaderRegistration } from './registration'
import type { ScriptSessions } from './script-sessions'
import type { GearsVersion } from './terms'

/** The registrations of a shard, each until the last of its executions has ended (protocol 3). */
export class Registrations {
  private readonly byId = new Map<string, ReaderRegistration>()

  constructor(
    private readonly shard: ShardApi,
    private readonly python: PythonInterpreter,
    private readonly config: GearsConfig,
    private readonly executions: Executions,
    private readonly sessions: ScriptSessions,
    private readonly version: GearsVersion,
  ) {}

  get size(): number {
    return this.byId.size
  }

  list(): ReaderRegistration[] {
    return [...this.byId.values()]
  }

  get(id: string): ReaderRegistration | undefined {
    return this.byId.get(id)
  }

  addRegistration(registration: ReaderRegistration): void {
    this.byId.set(registration.id, registration)
    registration.init.session.registrations.add(registration)
    registration.attach()
    const error = this.python.run((entry) => entry.registered(registration.init.plan))
    if (error) this.shard.log('warning', `GEARS: onRegistered of ${registration.id} failed: ${error}`)
  }

  /** Stops firing immediately; running executions finish (protocol 3.6). */
  unregister(registration: ReaderRegistration, abortPending: boolean): void {
    registration.unregistered = true
    this.byId.delete(registration.id)
    registration.detach()
    if (abortPending) this.abortPending(registration)
    this.freeIfOver(registration)
  }

  /**
   * In 1.2, StreamReader has its own rule. In 1.0, executions that run on this shard alone are aborted too, and those that have ended leave
   * the list.
   */
  private abortPending(registration: ReaderRegistration): void {
    if (this.version === '1.0') {
      for (const execution of [...registration.live].filter(({ part, started }) => !(part && started)))
        this.executions.abort(execution, () => this.executions.dropEverywhere(execution))
      this.dropKept(registration)
    } else if (registration.init.reader !== 'StreamReader') {
      for (const execution of [...registration.live]) this.executions.stopPending(execution)
    }
  }

  /**
   * Keeps the last executions of a KeysReader or StreamReader. Distributed executions of a KeysReader do not count towards the limit
   * (protocol 2.4).
   */
  keepExecution(registration: ReaderRegistration, execution: ShardExecution): void {
    const { reader } = registration.init
    if (!execution.listed || reader === 'CommandReader' || (reader === 'KeysReader' && execution.part)) return
    const { kept } = registration
    kept.add(execution)
    const limit = this.config.number('MaxExecutionsPerRegistration')
    for (const oldest of kept) {
      if (limit <= 0 || kept.size <= limit) return
      kept.delete(oldest)
      this.executions.dropEverywhere(oldest)
    }
  }

  /** Frees it after it was unregistered and the last of its executions has ended. */
  freeIfOver(registration: ReaderRegistration): void {
    if (!registration.unregistered || registration.live.size > 0) return
    const { session, plan } = registration.init
    if (!session.registrations.delete(registration)) return
    this.dropKept(registration)
    this.python.ask((entry) => entry.drop_plan(plan))
    this.sessions.release(session)
  }

  private dropKept({ kept }: ReaderRegistration): void {
    for (const execution of kept) this.executions.dropEverywhere(execution)
    kept.clear()
  }
}
