import { isUtf8 } from 'node:buffer'
import { Failure, type Origin, type Reply, Simple, Verbatim } from '../core'
import type { Host } from '../python/entry'
import type { Gears } from './gears'
import { keyValue } from './key-scan'
import type { Scripts } from './scripts'
import type { Services } from './services'
import { replyValue } from './values'

type Scalar = string | number | bigint | boolean | undefined

const UNKNOWN = 'No such file or directory'
const BAD_ARITY = 'Invalid argument'
const OTHER_SHARD = 'Operation not permitted'

/** What Python calls. Nothing here may throw. */
export function createHost(gears: Gears, scripts: Scripts, services: Services): Host {
  const { shard, version } = gears
  let taken = ''
  const refuse = (text: string): false => {
    taken = text
    return false
  }
  /** 1.0 answered None where 1.2 raises what errno says. */
  const errno = (text: string): Scalar => (version === '1.0' ? undefined : refuse(text))
  const answer = (reply: Reply): Scalar => {
    if (typeof reply === 'string' || typeof reply === 'number' || typeof reply === 'bigint') return reply
    if (reply === null) return undefined
    if (reply instanceof Uint8Array) {
      const buffer = Buffer.from(reply.buffer, reply.byteOffset, reply.length)
      if (isUtf8(buffer)) return buffer.toString()
    } else if (reply instanceof Simple || reply instanceof Verbatim) {
      return reply.text
    } else if (reply instanceof Failure) {
      if (/^(MOVED|CROSSSLOT|CLUSTERDOWN|ASK|TRYAGAIN) /.test(reply.text)) return errno(OTHER_SHARD)
      return refuse(`${reply.text}\r\n`)
    }
    const value = replyValue(reply)
    if (value === null || typeof value === 'string' || typeof value === 'number') return value ?? undefined
    taken = JSON.stringify(value)
    return true
  }
  const run = (argv: readonly Buffer[], origin: Origin): Scalar => {
    const command = shard.commands.get(argv[0]?.toString('latin1').toLowerCase() ?? '')
    if (!command) return errno(UNKNOWN)
    const { arity } = command
    if (arity >= 0 ? argv.length !== arity : argv.length < -arity) return errno(BAD_ARITY)
    return answer(shard.call(argv, { origin, db: 0 }))
  }
  const bytes = (args: readonly string[]): Buffer[] => args.map((argument) => Buffer.from(argument, 'latin1'))
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
    call: (...args) =>
      guarded<Scalar>(undefined, () =>
        run(
          args.map((argument) => Buffer.from(argument)),
          'python',
        ),
      ),
    call_raw: (...args) => guarded<Scalar>(undefined, () => run(bytes(args), 'python')),
    take: () => taken,
    serve: () => guarded(undefined, () => gears.python.serve()),
    wait: (ms) =>
      guarded(undefined, () => {
        // The main thread's signal ends the wait early; the interpreter takes it from the buffer afterwards.
        Atomics.wait(shard.python.buffer, 0, 0, ms)
        gears.python.giveWay()
      }),
    signal: () => shard.python.signal(),
    lock: () => gears.lock.take(),
    unlock: () => gears.lock.release(),
    log: (level, text) => guarded(undefined, () => shard.log(level, `GEARS: ${text}`)),
    config_get: (key) => gears.config.extraValue(key),
    hashtag: () => services.hashtag(),
    shard_id: () => (gears.cluster.formed ? gears.cluster.shardId : '1'),
    builder_created: (session) => scripts.builderCreated(session),
    distributed: (mode) => mode === 'async' && gears.cluster.formed,
    run: (session, plan, json, pickled, parent) =>
      guarded('the shard could not start it', () => scripts.run(session, plan, json, copyOf(pickled), parent)),
    register: (session, plan, json, pickled) =>
      guarded('-the shard could not register it', () => scripts.register(session, plan, json, copyOf(pickled) ?? NONE)),
    register_time_event: (session, number, seconds, key, pickled) =>
      guarded(false, () => {
        const name = key === undefined ? undefined : Buffer.from(key)
        return gears.timeEvents.register(gears.sessions.byKey(session), number, seconds, name, copyOf(pickled))
      }),
    keys_batch: (handle, count) => guarded(undefined, () => gears.executions.running(handle)?.scan?.batch(count)),
    keys_unread: (handle, used) => gears.executions.running(handle)?.scan?.unread(used),
    key_value: (handle) =>
      guarded('["empty",null]', () =>
        JSON.stringify(keyValue(shard, gears.executions.running(handle)?.init.eventKey ?? NONE)),
      ),
    call_next: (handle, ...args) =>
      guarded<Scalar>(undefined, () => {
        const next = link(handle)?.next
        if (!next) return refuse('Can not get CommandHook ctx')
        const command = shard.commands.get(link(handle)?.argv[0]?.toString('latin1').toLowerCase() ?? '')
        const arity = command?.arity ?? -1
        const count = args.length + 1
        if (arity >= 0 ? count !== arity : count < -arity) return errno(BAD_ARITY)
        return answer(next(bytes(args)))
      }),
    get_command: (handle) => {
      const owner = link(handle)
      if (!owner?.override) return refuse('Can not get command ctx')
      taken = JSON.stringify(replyValue([...owner.argv]))
      return true
    },
    override_reply: (handle, json) =>
      guarded<boolean | undefined>(undefined, () => {
        const override = link(handle)?.override
        if (!override) return refuse('Can not get command ctx')
        const refusal = override(json)
        return refusal === undefined ? undefined : refuse(refusal)
      }),
    begun: (handle) => guarded(false, () => gears.executions.begun(handle)),
    send: (handle, step, target, data) => gears.executions.running(handle)?.part?.send(step, target, copyOf(data)),
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

const NONE = Buffer.alloc(0)

/** Python's bytes are a view of its memory, which moves. */
const copyOf = (data: Uint8Array | undefined): Uint8Array | undefined => (data ? Uint8Array.from(data) : undefined)
