import { Binary } from '../../python/native'
import type { ShardApi } from '../core'
import type { AtomicLock } from './atomic-lock'
import type { PythonInterpreter } from './python-interpreter'
import { type ScriptSession, sessionInfo } from './script-session'
import type { ScriptSessions } from './script-sessions'
import type { SessionInfo } from './shard-messages'

/** A timer with a key, as it is kept for a restart. */
interface SavedTimeEvent {
  readonly session: SessionInfo
  readonly seconds: number
  /** The key's bytes as Latin-1. */
  readonly key: string
  readonly pickled: Uint8Array
}

const KEPT = 'time-events'
const DATABASE = 0

/** Implements `registerTE`. A timer with a key, a value of type `rg_timeev`, lives as long as the key. */
export class TimeEvents {
  private readonly kept = new Map<number, SavedTimeEvent>()

  constructor(
    private readonly shard: ShardApi,
    private readonly python: PythonInterpreter,
    private readonly lock: AtomicLock,
    private readonly sessions: ScriptSessions,
  ) {}

  /** Returns false if the key exists. `pickled` is the callback of a timer with a key. */
  register(
    session: ScriptSession,
    number: number,
    seconds: number,
    key: Buffer | undefined,
    pickled: Uint8Array | undefined,
  ): boolean {
    const { shard } = this
    if (key && shard.peek(DATABASE, key)) return false
    session.timers.add(number)
    const stop = this.repeat(session, number, seconds)
    if (!key) return true
    shard.putModuleValue(DATABASE, key, {
      typeName: 'rg_timeev',
      freed: () => {
        stop()
        this.kept.delete(number)
        this.saveEvents()
      },
    })
    if (pickled) this.kept.set(number, { session: sessionInfo(session), seconds, key: key.toString('latin1'), pickled })
    this.saveEvents()
    return true
  }

  /** Calls the timer until its first exception. Returns a function that stops it. */
  private repeat(session: ScriptSession, number: number, seconds: number): () => void {
    const { shard, python, lock, sessions } = this
    let stopped = false
    let timer: { cancel(): void }
    const stop = (): void => {
      if (stopped) return
      stopped = true
      timer.cancel()
      session.timers.delete(number)
      python.ask((entry) => entry.drop_time_event(number))
      sessions.release(session)
    }
    const tick = (): void => {
      if (stopped) return
      const goesOn = lock.hold(() => python.run((entry) => entry.time_event(number))) ?? false
      if (stopped) return
      if (goesOn) again()
      else stop()
    }
    const again = (): void => {
      timer = shard.timer(Math.max(1, seconds * 1000), () => lock.whenFree(tick))
    }
    again()
    return stop
  }

  private saveEvents(): void {
    this.shard.keepValue(KEPT, this.kept.size === 0 ? undefined : [...this.kept.values()])
  }

  /** Restores the timers with their keys after a crash; the module saves the keys. */
  restore(): void {
    const { shard, python } = this
    const events = shard.kept(KEPT)
    if (!isKept(events)) return
    for (const { session: info, seconds, key, pickled } of events) {
      const session = this.sessions.of(info)
      const number = python.ask((entry) => entry.load_time_event(session.key, new Binary(pickled)))
      if (number !== undefined) this.register(session, number, seconds, Buffer.from(key, 'latin1'), pickled)
    }
  }
}

/** The format that `keep` stores. */
function isKept(value: unknown): value is SavedTimeEvent[] {
  return Array.isArray(value)
}
