import type { Shard } from '../core'
import { Cluster } from './cluster'
import { CommandReader, CommandRegistration } from './command-reader'
import { Config } from './config'
import type { CommandLink, Execution, ExecutionInit, Mode, ReaderName, StepTriple } from './execution'
import { Executions } from './executions'
import type { Interpreter } from './interpreter'
import { KeysReader, KeysRegistration } from './keys-reader'
import { Pool, type Worker } from './pool'
import type { Registration } from './registration'
import { Requirements } from './requirement'
import { ServerLock } from './server-lock'
import { Session, type SessionInfo, Sessions } from './session'
import { StreamReader } from './stream-reader'
import { TimeEvents } from './time-events'

export interface FireOptions {
  readonly source: (execution: Execution) => string
  /** Runs on every shard, where the registration's mode is async. */
  readonly worker?: Worker
  readonly link?: CommandLink
  readonly eventKey?: Buffer
  readonly asyncAllowed?: boolean
  /** Arguments that other shards give to their part; undefined where theirs is empty. */
  readonly shared?: string
}

/** RedisGears on one shard: what the commands, the readers and Python's calls work on. */
export class Gears {
  readonly config: Config
  readonly executions: Executions
  readonly sessions: Sessions
  readonly registrations = new Map<string, Registration>()
  readonly requirements: Requirements
  readonly pool: Pool
  readonly lock: ServerLock
  readonly cluster: Cluster
  readonly keys: KeysReader
  readonly streams: StreamReader
  readonly commands: CommandReader
  readonly timeEvents: TimeEvents
  /** Sessions by the name that Python knows them by. */
  private readonly byKey = new Map<string, Session>()
  private executionCount = 0
  private registrationCount = 0
  private sessionCount = 0

  constructor(
    readonly shard: Shard,
    readonly python: Interpreter,
    readonly version: '1.0' | '1.2',
    moduleArgs: readonly string[],
  ) {
    this.config = new Config(version, moduleArgs, () => this.configurePython())
    this.cluster = new Cluster(this)
    this.lock = new ServerLock(shard)
    this.pool = new Pool(shard, this.lock, this.config.number('ExecutionThreads'))
    this.executions = new Executions(
      this.config,
      python,
      () => shard.now(),
      this.cluster,
      (ms, task) => shard.timer(ms, task),
      (execution) => this.dropped(execution),
    )
    this.sessions = new Sessions(
      (session) => python.ask((entry) => entry.live_builders(session.key)) ?? 0,
      (session) => {
        // After a reload another may have its place.
        if (this.byKey.get(session.key) !== session) return
        this.byKey.delete(session.key)
        python.ask((entry) => entry.close_session(session.key))
        this.requirements.closed(session)
      },
    )
    this.requirements = new Requirements(this)
    this.keys = new KeysReader(this)
    this.streams = new StreamReader(this)
    this.commands = new CommandReader(this)
    this.timeEvents = new TimeEvents(this)
  }

  /** JSON of what `_rg/host.py` is configured with. */
  pythonSettings(): string {
    return JSON.stringify({
      version: this.version,
      attempt_traceback: this.config.number('PythonAttemptTraceback') !== 0,
    })
  }

  private configurePython(): void {
    this.python.ask((entry) => entry.configure(this.pythonSettings()))
  }

  /** An execution's id; `hidden` ones only leave the gap (protocol 2.1). */
  nextExecutionId(): string {
    return `${this.cluster.shardId}-${this.executionCount++}`
  }

  nextRegistrationId(): string {
    return `${this.cluster.shardId}-${this.nextRegistrationNumber()}`
  }

  nextRegistrationNumber(): number {
    return this.registrationCount++
  }

  /** A registration of the life before a crash came back: its number is taken. */
  restored(id: string): void {
    this.registrationCount = Math.max(this.registrationCount, Number(id.slice(id.lastIndexOf('-') + 1)) + 1)
  }

  /** 1.0 numbers its sessions. */
  nextSessionId(): string {
    return `${this.cluster.shardId}-${this.sessionCount++}`
  }

  /** An execution of another shard's that this one takes part in: both count it, so the numbers of all shards go in step. */
  joined(registered: boolean): void {
    this.executionCount += 1
    if (!registered) this.registrationCount += 1
  }

  /** Registrations of another shard's script: a builder's number and one of its own each, as there. */
  registeredElsewhere(count: number): void {
    if (this.version !== '1.0') this.registrationCount += 2 * count
  }

  /** In 1.2 commands that act on all shards are executions themselves, and use up a number of each kind. */
  countHidden(): void {
    if (this.version === '1.0') return
    this.executionCount += 1
    this.registrationCount += 1
  }

  /** A run of a script: registered = 0, on all shards where `mode` and cluster say so. */
  run(init: {
    session: Session
    plan: number
    steps: readonly StepTriple[]
    mode: Mode
    reader: ReaderName
    source: ExecutionInit['source']
    /** What the other shards read. */
    shared: string
    pickled: Uint8Array | undefined
  }): Execution {
    const distributed = this.cluster.distributes(init.mode)
    const execution = this.executions.create({
      ...init,
      id: this.nextExecutionId(),
      worker: this.pool.worker(),
      ownsPlan: true,
      ...(distributed ? { distribution: this.cluster.distribution() } : {}),
    })
    this.hold(init.session, execution)
    if (distributed) this.cluster.launch(execution, { shared: init.shared, pickled: init.pickled })
    else this.executions.enqueue(execution)
    return execution
  }

  /** A run keeps its session until it is dropped. */
  hold(session: Session, execution: Execution): void {
    session.runs.add(execution)
  }

  /** An execution left the list, by command or eviction; its session goes with the last of them. */
  private dropped(execution: Execution): void {
    const { session } = execution.init
    if (!session.runs.delete(execution)) return
    execution.onFinished(() => this.sessions.release(session))
  }

  /** The session that Python speaks of; one that this shard only knows from another is made. */
  sessionByKey(key: string): Session {
    const known = this.byKey.get(key)
    if (known) return known
    const session = new Session(key.slice(0, key.lastIndexOf('@')), key, undefined, false)
    this.open(session, [])
    return session
  }

  /** A session that another shard speaks of. */
  sessionOf({ name, key, description, installed, requirements }: SessionInfo): Session {
    const known = this.byKey.get(key)
    if (known) return known
    const session = new Session(name, key, description, installed)
    this.open(session, requirements)
    return session
  }

  /** Python knows the session from now on; its requirements are installed. */
  open(session: Session, requirements: readonly string[]): void {
    this.byKey.set(session.key, session)
    this.requirements.attach(session, requirements)
    const folders = JSON.stringify(session.requirements.map(({ path }) => path))
    this.python.ask((entry) => entry.open_session(session.key, folders))
  }

  /** Why a registration can not be made. `queued` are its script's others; the session named `replaced` is about to go. */
  refusal(
    registration: Registration,
    queued: readonly Registration[],
    replaced: string | undefined,
  ): string | undefined {
    if (registration instanceof KeysRegistration) return this.keys.refusal(registration.spec)
    if (!(registration instanceof CommandRegistration)) return undefined
    const old = replaced === undefined ? undefined : this.sessions.get(replaced)
    return this.commands.refusal(registration.spec, queued, (other) => other.init.session === old)
  }

  /** An event or a TRIGGER asks for an execution of a registered function. */
  fire(registration: Registration, options: FireOptions, ended: (execution: Execution) => void): Execution {
    const { session, plan, steps, mode, reader, worker } = registration.init
    registration.counters.triggered += 1
    const distributed = this.cluster.distributes(mode)
    const execution = this.executions.create({
      id: this.nextExecutionId(),
      session,
      plan,
      steps,
      mode,
      reader,
      source: options.source,
      worker: options.worker ?? worker,
      registration,
      ...(options.link ? { link: options.link } : {}),
      ...(options.eventKey ? { eventKey: options.eventKey } : {}),
      asyncAllowed: options.asyncAllowed ?? true,
      ...(distributed ? { distribution: this.cluster.distribution() } : {}),
    })
    registration.live.add(execution)
    execution.onFinished(() => {
      registration.live.delete(execution)
      registration.counters.count(execution, this.version)
      ended(execution)
      if (registration.unregistered && registration.live.size === 0) this.free(registration)
    })
    if (mode === 'sync') this.runInPlace(execution)
    else if (distributed) this.cluster.launch(execution, { shared: options.shared, pickled: undefined })
    else this.executions.enqueue(execution)
    return execution
  }

  private runInPlace(execution: Execution): void {
    this.lock.hold(() => this.executions.runInPlace(execution))
  }

  /** KeysReader and StreamReader keep their last executions; those of a KeysReader on all shards count to no limit (protocol 2.4). */
  keep(registration: Registration, execution: Execution): void {
    if (registration.init.reader === 'KeysReader' && execution.init.distribution) return
    registration.kept.push(execution)
    const limit = this.config.number('MaxExecutionsPerRegistration')
    while (limit > 0 && registration.kept.length > limit) {
      const oldest = registration.kept.shift()
      if (oldest) this.cluster.dropEverywhere(oldest)
    }
  }

  add(registration: Registration): void {
    this.registrations.set(registration.id, registration)
    registration.init.session.registrations.add(registration)
    if (registration.init.reader === 'KeysReader') this.keys.attach(registration)
    else if (registration.init.reader === 'StreamReader') this.streams.attach(registration)
    else this.commands.attach(registration)
    const error = this.python.run((entry) => entry.registered(registration.init.plan))
    if (error) this.shard.log('warning', `GEARS: onRegistered of ${registration.id} failed: ${error}`)
  }

  /** Stops firing at once; running executions finish (protocol 3.6). */
  unregister(registration: Registration, abortPending: boolean): void {
    registration.unregistered = true
    this.registrations.delete(registration.id)
    registration.detach()
    if (abortPending || registration.init.reader === 'StreamReader') {
      for (const execution of [...registration.live]) this.stopPending(execution)
    }
    if (registration.live.size === 0) this.free(registration)
  }

  /** One that waits for its start, and on no other shard: those are known to them too, and go on. */
  stopPending(execution: Execution): void {
    if (!execution.started && !execution.init.distribution) this.executions.stop(execution)
  }

  /** The last of its executions has ended. */
  private free(registration: Registration): void {
    const { session, plan } = registration.init
    if (!session.registrations.delete(registration)) return
    for (const execution of registration.kept.splice(0)) this.cluster.dropEverywhere(execution)
    this.python.ask((entry) => entry.drop_plan(plan))
    this.sessions.release(session)
  }

  /** DEBUG RELOAD: executions and sessions go; what was saved of the registrations is to be restored then. Who runs still ends. */
  forgetAll(): void {
    this.executions.clear()
    for (const registration of [...this.registrations.values()]) this.unregister(registration, true)
    for (const session of this.sessions.list()) {
      if (session.timers.size === 0) this.sessions.forget(session)
    }
  }
}
