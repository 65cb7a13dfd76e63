import type { Host } from '../../python/entry'
import { ErrorToRaise, type ToPython } from '../../python/native'
import { type CommandReply, Failure, type Origin } from '../core'
import type { GearsModule } from './gears'
import type { PythonScripts } from './python-scripts'
import type { Services } from './services'
import { replyValue } from './values'

const UNKNOWN = 'No such file or directory'
const BAD_ARITY = 'Invalid argument'
const OTHER_SHARD = 'Operation not permitted'

/** The functions that Python calls. None may throw. */
export function createHost(gears: GearsModule, scripts: PythonScripts, services: Services): Host {
  const { shard, version } = gears
  /** Where 1.2 raises the text of errno, 1.0 returned None. */
  const errno = (text: string): null | ErrorToRaise => (version === '1.0' ? null : new ErrorToRaise(text))
  const answer = (reply: CommandReply): ToPython | ErrorToRaise => {
    if (!(reply instanceof Failure)) return replyValue(reply)
    if (/^(MOVED|CROSSSLOT|CLUSTERDOWN|ASK|TRYAGAIN) /.test(reply.text)) return errno(OTHER_SHARD)
    return new ErrorToRaise(`${reply.text}\r\n`)
  }
  const run = (argv: readonly Buffer[], origin: Origin): ToPython | ErrorToRaise => {
    const command = shard.commands.get(argv[0]?.toString('latin1').toLowerCase() ?? '')
    if (!command) return errno(UNKNOWN)
    const { arity } = command
    if (arity >= 0 ? argv.length !== arity : argv.length < -arity) return errno(BAD_ARITY)
    return answer(shard.call(argv, { origin, db: 0 }))
  }
  const guarded = <T>(fallback: T, task: () => T): T => {
    try {
      return task()
    } catch (error) {
      shard.log('warning', `GEARS: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      return fallback
    }
  }
  const link = (handle: number) => gears.executions.running(handle)?.init.link

  return {
    call: (...argv) => guarded<ToPython | ErrorToRaise>(null, () => run(argv, 'python')),
    serve: () => guarded(undefined, () => gears.python.serve()),
    wait: (ms) =>
      guarded(undefined, () => {
        // A signal of the main thread ends the wait early; the interpreter reads it from the buffer afterwards.
        Atomics.wait(shard.python.buffer, 0, 0, ms)
        gears.python.giveWay()
      }),
    signal: () => shard.python.signal(),
    lock: () => gears.lock.acquire(),
    unlock: () => gears.lock.release(),
    log: (level, text) => guarded(undefined, () => shard.log(level, `GEARS: ${text}`)),
    config_get: (key) => gears.config.extraValue(key),
    hashtag: () => services.hashtag(),
    shard_id: () => (gears.cluster.formed ? gears.cluster.shardId : '1'),
    builder_created: () => scripts.builderCreated(),
    distributed: (mode) => mode === 'async' && gears.cluster.formed,
    run: (session, plan, request, pickled, parent) =>
      guarded('the shard could not start the execution', () => scripts.run(session, plan, request, pickled, parent)),
    register: (session, plan, request, pickled) =>
      guarded('-the shard could not register it', () => scripts.register(session, plan, request, pickled)),
    register_time_event: (session, number, seconds, key, pickled) =>
      guarded(false, () => {
        const name = key === null ? undefined : Buffer.from(key)
        return gears.timeEvents.register(gears.sessions.byKey(session), number, seconds, name, pickled ?? undefined)
      }),
    keys_batch: (handle, count) => guarded(undefined, () => gears.executions.running(handle)?.scan?.batch(count)),
    keys_unread: (handle, used) => gears.executions.running(handle)?.scan?.unread(used),
    call_next: (handle, words) =>
      guarded<ToPython | ErrorToRaise>(null, () => {
        const next = link(handle)?.next
        if (!next) return new ErrorToRaise('Can not get CommandHook ctx')
        const command = shard.commands.get(link(handle)?.argv[0]?.toString('latin1').toLowerCase() ?? '')
        const arity = command?.arity ?? -1
        const count = words.length + 1
        if (arity >= 0 ? count !== arity : count < -arity) return errno(BAD_ARITY)
        return answer(next(words.map((word) => Buffer.from(word))))
      }),
    get_command: (handle) => {
      const owner = link(handle)
      return owner?.override ? owner.argv : new ErrorToRaise('Can not get command ctx')
    },
    override_reply: (handle, result) =>
      guarded<undefined | ErrorToRaise>(undefined, () => {
        const override = link(handle)?.override
        if (!override) return new ErrorToRaise('Can not get command ctx')
        const refusal = override(result)
        return refusal === undefined ? undefined : new ErrorToRaise(refusal)
      }),
    begun: (handle) => guarded(undefined, () => gears.executions.running(handle)?.part?.begun()),
    send: (handle, step, target, data) => gears.executions.running(handle)?.part?.send(step, target, data ?? undefined),
    shard_of: (key) => services.shardOf(key),
    loop_at: (ms) => services.pumpIn(ms),
    start_thread: (number) =>
      shard.later(() =>
        gears.lock.whenFree(() => {
          gears.python.run((entry) => entry.run_thread(number))
        }),
      ),
    execution_ready: (handle) => {
      const execution = gears.executions.running(handle)
      if (execution) gears.executions.wake(execution)
    },
  }
}
