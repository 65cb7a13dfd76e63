import { randomBytes } from 'node:crypto'
import { Binary } from '../../python/native'
import { checked, hasFields, isListOf, isNullOr, isNumber, isOneOf, isText } from '../../type-guards'
import { BLOCKED, type CommandOutcome, type CommandReply, type Context, Failure, OK, type PendingReply } from '../core'
import type { ShardExecution } from './execution'
import type { GearsModule } from './gears'
import { isRunRequest } from './launcher'
import { toBatch } from './registrar'
import type { ReaderRegistration } from './registration'
import { ScriptSession } from './script-session'
import type { RegistrationInfo } from './shard-messages'
import { type GearsVersion, isExecutionMode, isStepTriple } from './terms'
import { errorTexts, resultReply } from './values'

/** The options of RG.PYEXECUTE. */
export interface ScriptOptions {
  readonly blocking: boolean
  readonly id: string | undefined
  readonly description: string | undefined
  readonly upgrade: boolean
  readonly replaceWith: string | undefined
  readonly forceReinstall: boolean
  readonly requirements: readonly string[]
}

/** What `register` in _rg/flat_execution.py sends. */
interface RegistrationRequest extends Pick<RegistrationInfo, 'mode' | 'reader' | 'spec' | 'steps'> {
  readonly desc: string | null
  /** The builder's number, which 1.0 reuses in the registration's id. */
  readonly builder: number
}

const isRegistrationRequest = hasFields<RegistrationRequest>({
  mode: isExecutionMode,
  reader: isOneOf('KeysReader', 'StreamReader', 'CommandReader'),
  desc: isNullOr(isText),
  // The reader that makes the registration checks its arguments.
  spec: (_spec): _spec is unknown => true,
  steps: isListOf(isStepTriple),
  builder: isNumber,
})

/** A script that is running, and what it has run and registered so far. */
interface RunningScript {
  readonly session: ScriptSession
  readonly replaces: string | undefined
  run: ShardExecution | undefined
  readonly registrations: ReaderRegistration[]
}

/** Runs scripts, and answers their calls of `run` and `register`, also from callbacks later. */
export class PythonScripts {
  private current: RunningScript | undefined
  private created = 0
  /** Distinguishes the sessions of this worker from restored ones. */
  private readonly life = randomBytes(4).toString('hex')

  constructor(private readonly gears: GearsModule) {}

  /** Implements RG.PYEXECUTE with checked options. */
  execute(context: Context, source: Buffer, options: ScriptOptions): CommandOutcome {
    const { lock, numbers, requirements, version } = this.gears
    const refusal = this.refusalOf(options)
    if (refusal) return refusal
    const name = options.id ?? numbers.sessionName()
    const absent = requirements.absent(options.requirements, options.forceReinstall)
    if (absent.length === 0) return this.start(() => context.block({ measured: true }), name, source, options, false)
    const pending = context.block()
    const begin = (failed: string | undefined): void => {
      // Another script may have taken the session's name meanwhile.
      const refused = failed === undefined ? this.refusalOf(options) : new Failure(failed)
      if (refused) requirements.release(absent.flatMap((name) => requirements.get(name) ?? []))
      const outcome = refused ?? this.start(() => pending, name, source, options, true)
      if (outcome !== BLOCKED) pending.reply(outcome)
    }
    requirements.install(absent, (failed) => {
      if (version === '1.2' || failed !== undefined) begin(failed)
      else this.installElsewhere(absent, (refused) => lock.whenFree(() => begin(refused)))
    })
    return BLOCKED
  }

  /**
   * In 1.0, an installation is an execution on every shard that ends before the script starts, so every shard has the requirement whatever
   * the script does.
   */
  private installElsewhere(names: readonly string[], then: (failed: string | undefined) => void): void {
    const { numbers, questions, requirements } = this.gears
    numbers.countHidden()
    const installed = names.flatMap((name) => requirements.get(name) ?? [])
    const wheels = installed.flatMap((requirement) => requirements.bytesOf(requirement))
    questions.askOthers({ op: 'require', names, wheels }, (answers) =>
      then([...answers.values()].find(({ error }) => error !== undefined)?.error),
    )
  }

  private refusalOf({ id, replaceWith, upgrade }: ScriptOptions): Failure | undefined {
    const { sessions } = this.gears
    const exists = id !== undefined && sessions.get(id) !== undefined
    if (replaceWith !== undefined) {
      if (exists) return new Failure(`Can not replace an existing session ${id} with ${replaceWith}`)
      if (!sessions.get(replaceWith))
        return new Failure(`Can not replace with ${replaceWith}, session does not exists.`)
    }
    return exists && !upgrade ? new Failure(`Session ${id} already exists`) : undefined
  }

  /**
   * Starts a script whose requirements are available; `installed` says whether they had to be installed for it. `block`
   * blocks the client, or returns the existing block.
   */
  private start(
    block: () => PendingReply,
    name: string,
    source: Buffer,
    options: ScriptOptions,
    installed: boolean,
  ): CommandOutcome {
    const { gears } = this
    const replaces = options.replaceWith ?? (options.upgrade && gears.sessions.get(name) ? name : undefined)
    this.created += 1
    const key = `${name}@${gears.shard.self.index}.${this.life}.${this.created}`
    const session = new ScriptSession(name, key, options.description, installed)
    gears.sessions.open(session, options.requirements)
    const script: RunningScript = { session, replaces, run: undefined, registrations: [] }
    const error = this.runScript(script, source)
    if (error !== '') {
      this.giveUp(script)
      return new Failure(error.trimEnd())
    }
    return this.finish(block, script, options.blocking)
  }

  /** The script's top level holds the server lock, as in RedisGears (protocol 2.3). */
  private runScript(script: RunningScript, source: Buffer): string {
    const { lock, python } = this.gears
    const outer = this.current
    this.current = script
    const { key } = script.session
    try {
      return lock.hold(() => python.run((entry) => entry.run_script(key, new Binary(source)))) ?? python.failure
    } finally {
      this.current = outer
    }
  }

  private giveUp({ session, run, registrations }: RunningScript): void {
    const { gears } = this
    if (run) {
      gears.executions.abort(run, () => {})
      gears.executions.dropEverywhere(run)
    }
    for (const registration of registrations) this.discard(registration)
    gears.sessions.release(session)
    gears.requirements.release(session.requirements)
  }

  private discard(registration: ReaderRegistration): void {
    this.gears.python.ask((entry) => entry.drop_plan(registration.init.plan))
  }

  private finish(block: () => PendingReply, script: RunningScript, blocking: boolean): CommandOutcome {
    const { run, registrations, session } = script
    if (run || registrations.length > 0) this.gears.requirements.markUsed(session)
    if (registrations.length > 0) return this.applyEverywhere(block, script)
    if (!run) {
      this.gears.sessions.release(session)
      this.gears.requirements.release(session.requirements)
      return OK
    }
    if (!blocking) return run.id
    const pending = block()
    run.onFinished((execution) => {
      pending.reply(resultsReply(execution, this.gears.version))
      this.gears.executions.dropEverywhere(execution)
    })
    return BLOCKED
  }

  private applyEverywhere(
    block: () => PendingReply,
    { session, replaces, registrations }: RunningScript,
  ): CommandOutcome {
    const { gears } = this
    if (gears.version === '1.2') gears.numbers.countHidden()
    gears.registrar.commit(session, registrations, replaces)
    if (!gears.cluster.formed) return OK
    const batch = toBatch(session, replaces, registrations)
    if (gears.version === '1.0') {
      gears.cluster.tell({ op: 'register', batch })
      return OK
    }
    const pending = block()
    this.shareRequirements(session)
    gears.questions.askOthers({ op: 'register', batch }, (answers) => {
      const failures = [...answers].flatMap(([index, { error }]): CommandReply[] => {
        const shard = gears.shard.peers[index]?.id ?? ''
        return error === undefined ? [] : [new Failure(`-ERR shard-${shard}: ${error}`)]
      })
      pending.reply(failures.length > 0 ? failures : OK)
    })
    return BLOCKED
  }

  private shareRequirements(session: ScriptSession): void {
    const { requirements } = session
    if (requirements.length === 0) return
    const names = requirements.map(({ name }) => name)
    const wheels = requirements.flatMap((requirement) => this.gears.requirements.bytesOf(requirement))
    this.gears.cluster.tell({ op: 'require', names, wheels })
  }

  // -- called by Python -----------------------------------------------------------------------------------------------------------

  private builder = 0

  builderCreated(): number {
    this.builder = this.gears.numbers.nextRegistrationNumber()
    return this.builder
  }

  /** A builder's `run`: once per script, any number of times in callbacks. Returns an error text, or ''. */
  run(key: string, plan: number, request: unknown, pickled: Uint8Array | null, parent: number): string {
    const { gears } = this
    const script = this.current?.session.key === key ? this.current : undefined
    const nested = parent !== -1
    if (script?.run && !nested) return 'Can not run more then 1 executions in a single script'
    const session = script?.session ?? this.gears.sessions.byKey(key)
    this.shareRequirements(session)
    const execution = gears.launcher.run(checked(isRunRequest, request, 'a run'), session, plan, pickled ?? undefined)
    if (script && !nested) script.run = execution
    else execution.onFinished(() => gears.executions.dropEverywhere(execution))
    return ''
  }

  /**
   * Returns the id, or '-' and an error text. In a script, the registration takes effect at the script's end; in a callback, immediately.
   */
  register(key: string, plan: number, request: unknown, pickled: Uint8Array): string {
    const { gears } = this
    const script = this.current?.session.key === key ? this.current : undefined
    const session = script?.session ?? this.gears.sessions.byKey(key)
    const { mode, reader, desc, spec, steps, builder } = checked(isRegistrationRequest, request, 'a registration')
    const { numbers, registrar, sessions } = gears
    const id = gears.version === '1.0' ? numbers.registrationId(builder) : numbers.nextRegistrationId()
    const info = { id, mode, reader, desc: desc ?? undefined, spec, steps, pickled }
    const registration = registrar.make(info, session, plan)
    const replaced = script?.replaces === undefined ? undefined : sessions.get(script.replaces)
    const refusal = registration.refusal(script?.registrations ?? [], replaced)
    if (refusal !== undefined) return `-${refusal}`
    if (script) {
      script.registrations.push(registration)
    } else {
      registrar.commit(session, [registration], undefined)
      gears.cluster.tell({ op: 'register', batch: toBatch(session, undefined, [registration]) })
    }
    return id
  }
}

/** The `[results, errors]` of a finished execution. */
export function resultsReply(execution: ShardExecution, version: GearsVersion): CommandReply {
  const { results, errors } = execution.outcome ?? { results: [], errors: [] }
  return [results.map((result) => resultReply(result, version)), errorTexts(errors, version)]
}
