import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { commands, GearsError, type RedisGears, type Shard, type ShardReply } from '@gearboard/gears'
import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import type { ErrorDetail } from '@gearboard/gears/vocabulary/errors'
import { plural } from '@gearboard/gears/vocabulary/text'
import type { ProfiledRunState } from '@/lib/model/profile/profile'
import { ApiRefusal, knownError } from '../errors'
import type { History } from '../history/history'
import { isTerminal } from '../hub/merge/merge-execution'
import { partOn } from '../hub/poll/part-on'
import { log } from '../log'
import type { ConnectionParts } from './connection-parts'
import { recordOwnAction } from './own-action'
import type { PageReads } from './page-reads'

const KEY = 'ProfileExecutions'
/**
 * A user key beside it on each shard that was switched: what to restore, and which Gearboard does. It is stored on the server that was
 * switched, and a restart of that server clears both; a Gearboard that finds the mark of one that ended restores in its place.
 */
const MARK = 'GearboardProfiledRun'

/** A Gearboard that has not renewed its mark for this long has ended, as seen from another machine, ms. */
const LEASE_MS = 60_000
/** How often the run is asked for its end, and how soon what failed is tried again, ms. */
const PACE = { lookMs: 500, retryMs: 5000 } as const
/** After this long profiling is switched back, whatever still runs, ms. */
const LONGEST_MS = 30 * 60_000

export interface Mark {
  readonly before: string
  readonly until: number
  readonly pid: number
  readonly host: string
}

const markText = ({ before, until, pid, host }: Mark): string =>
  `before=${before} until=${until} pid=${pid} host=${host}`

/** Undefined for the empty value that a run leaves, and for a text that is no mark of ours. */
export function readMark(text: string): Mark | undefined {
  const [, before, until, pid, host] = /^before=(\d+) until=(\d+) pid=(\d+) host=(\S+)$/.exec(text) ?? []
  if (before === undefined || host === undefined) return undefined
  return { before, until: Number(until), pid: Number(pid), host }
}

/**
 * Whether the Gearboard that left a mark is known to be no more. Only on its own machine a process can be looked for; elsewhere the mark is
 * renewed as long as it runs. Another machine's clock may show anything, so what counts is how long it was seen to stay the same.
 * @param unchangedMs by the steady clock
 */
export function isAbandoned(mark: Mark, unchangedMs: number, alive: (pid: number) => boolean): boolean {
  if (mark.host === hostname()) return mark.pid === process.pid || !alive(mark.pid)
  return unchangedMs > LEASE_MS
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another client's run is in progress.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** What a shard says of a profiled run. */
interface Switch {
  readonly value: string
  readonly mark: Mark | undefined
}

/** What profiling needs of its connection. */
interface ProfiledConnection {
  readonly name: string
  readonly gears: Pick<RedisGears, 'configGet' | 'onShard'>
  readonly history: Pick<History, 'recordAudit'>
  readonly reads: Pick<PageReads, 'configChanged'>
}

export interface ProfiledParts extends ConnectionParts {
  readonly profiling: Profiling
}

/**
 * ProfileExecutions for the length of one run: switched on wherever it is off, and back to what each shard had, whatever happens between:
 * the script fails, the browser goes, a shard does not answer, Gearboard itself is killed.
 */
export class Profiling {
  private run: { readonly since: number; executionId: string | null } | undefined
  /** What each shard is to get back. */
  private readonly owed = new Map<string, string>()
  /** Of those that could not be restored, why. */
  private readonly reasons = new Map<string, string>()
  /** Of each shard the mark that it has, and since when it is the same, on the steady clock, ms. */
  private readonly seenMarks = new Map<string, { readonly text: string; readonly since: number }>()
  private readonly ending = new AbortController()

  constructor(
    private readonly connection: ProfiledConnection,
    private readonly pace: { readonly lookMs: number; readonly retryMs: number } = PACE,
  ) {}

  get state(): ProfiledRunState {
    return {
      run: this.run ? { ...this.run } : null,
      owed: [...this.reasons].map(([at, message]) => ({ at, message })),
    }
  }

  /** @throws ApiRefusal `invalid_request` while another profiled run is in progress; `partial` where a shard does not follow, with nothing left on */
  async begin(): Promise<void> {
    if (this.run) throw new ApiRefusal('invalid_request', 'Another profiled run is in progress.')
    if (this.owed.size > 0) {
      throw new ApiRefusal('partial', 'ProfileExecutions is not restored after an earlier run yet.', this.state.owed)
    }
    this.run = { since: wallMs(), executionId: null }
    try {
      await this.switchOn()
    } catch (error) {
      await this.restore()
      throw error
    }
  }

  /** Switches back when the run ends; returns at once. */
  follow(shard: Shard, executionId: string): void {
    if (this.run) this.run.executionId = executionId
    void this.untilEnd(shard, executionId).finally(() => this.restore())
  }

  /** Switches back now. Never throws: what is still owed is tried again until it is paid. */
  async restore(): Promise<void> {
    // `close` does it then.
    if (this.ending.signal.aborted) return
    if (this.owed.size > 0) await this.pay('the run ended')
    this.run = undefined
    if (this.owed.size > 0) void this.keepPaying()
  }

  /** Undoes what a Gearboard left that was killed during a profiled run. @param writable false: only says so */
  async recover(writable: boolean): Promise<void> {
    while (!this.ending.signal.aborted) {
      const wait = await this.lookForMarks(writable)
      if (wait === undefined) return
      await this.pause(wait)
    }
  }

  async close(): Promise<void> {
    this.ending.abort()
    if (this.owed.size > 0) await this.pay('Gearboard ended')
  }

  private async switchOn(): Promise<void> {
    const { gears } = this.connection
    const answers = (await gears.configGet(KEY, MARK)).map(switchOf)
    const failures = answers.flatMap(failureOf)
    if (failures.length > 0) throw notSwitched(failures, answers.length)
    const held = answers.find(
      (answer) => 'value' in answer && answer.value.mark && !this.isAbandoned(answer.shard.key, answer.value.mark),
    )
    if (held)
      throw new ApiRefusal('invalid_request', 'Another Gearboard has a profiled run in progress on this server.')
    for (const answer of answers) {
      // A mark whose restore is still due knows the former value better.
      if ('value' in answer) this.owed.set(answer.shard.key, answer.value.mark?.before ?? answer.value.value)
    }
    const refused = await this.onShards([...this.owed.keys()], (before) => [
      [MARK, this.mark(before)],
      [KEY, '1'],
    ])
    if (refused.length > 0) throw notSwitched(refused, answers.length)
  }

  private async untilEnd(shard: Shard, id: string): Promise<void> {
    const last = steadyMs() + LONGEST_MS
    let renewAt = steadyMs() + LEASE_MS / 3
    while (!this.ending.signal.aborted && steadyMs() < last) {
      if (await hasEnded(shard, id)) return
      await this.pause(this.pace.lookMs)
      if (steadyMs() < renewAt) continue
      renewAt = steadyMs() + LEASE_MS / 3
      await this.onShards([...this.owed.keys()], (before) => [[MARK, this.mark(before)]])
    }
  }

  /** Gives the shards back what they had, as far as they take it, and puts it in history. */
  private async pay(why: string): Promise<void> {
    const all = this.owed.size
    const words = [...this.owed].map(([shard, before]) => `${before} on ${shard}`).join(', ')
    const failures = await this.onShards([...this.owed.keys()], (before) => [
      [KEY, before],
      [MARK, ''],
    ])
    for (const shard of [...this.owed.keys()]) {
      const failure = failures.find(({ at }) => at === shard)
      if (failure) {
        this.reasons.set(shard, failure.message)
        continue
      }
      this.owed.delete(shard)
      this.reasons.delete(shard)
    }
    await recordOwnAction(this.connection, {
      who: 'gearboard',
      action: 'restoreProfiling',
      target: KEY,
      before: why,
      after: words,
      outcome: failures.length === 0 ? 'ok' : failures.length < all ? 'partial' : 'failed',
      error: failures.length === 0 ? null : failures.map(({ at, message }) => `${at}: ${message}`).join('\n'),
    })
  }

  private async keepPaying(): Promise<void> {
    while (this.owed.size > 0 && !this.ending.signal.aborted) {
      await this.pause(this.pace.retryMs)
      if (!this.ending.signal.aborted) await this.pay('tried again')
    }
  }

  /** How long to wait before the next check, ms; undefined when nothing is left to restore. */
  private async lookForMarks(writable: boolean): Promise<number | undefined> {
    let answers: readonly ShardReply<Switch>[]
    try {
      answers = (await this.marks()).map(switchOf)
    } catch (error) {
      return knownError(error) ? this.pace.retryMs : this.unexpected(error)
    }
    // Meanwhile a run of our own began: its marks are no leftovers.
    if (this.run) return undefined
    const marked = answers.flatMap((answer) =>
      'value' in answer && answer.value.mark ? [{ shard: answer.shard.key, mark: answer.value.mark }] : [],
    )
    const left = marked.filter(({ shard, mark }) => this.isAbandoned(shard, mark))
    for (const { shard, mark } of left) {
      if (writable) this.owed.set(shard, mark.before)
      else
        this.reasons.set(
          shard,
          `ProfileExecutions was ${mark.before} before an unfinished profiled run; this Gearboard is read-only`,
        )
    }
    if (writable && left.length > 0) await this.pay('Gearboard stopped during a profiled run')
    if (this.owed.size > 0) void this.keepPaying()
    const silent = answers.some((answer) => 'error' in answer && answer.error.code !== 'rejected')
    return left.length < marked.length || silent ? this.pace.retryMs : undefined
  }

  /** What each shard says; the mark is asked where profiling is on: a key that was never set is a warning in the server's log. */
  private async marks(): Promise<Awaited<ReturnType<RedisGears['configGet']>>> {
    const { gears } = this.connection
    return Promise.all(
      (await gears.configGet(KEY)).map(async (answer) => {
        const [value] = 'value' in answer ? answer.value : []
        if (!value || 'error' in value || String(value.value) === '0') return answer
        return { shard: answer.shard, value: await gears.onShard(answer.shard.key, commands.configGet, KEY, MARK) }
      }),
    )
  }

  private isAbandoned(shard: string, mark: Mark): boolean {
    const text = markText(mark)
    const known = this.seenMarks.get(shard)
    const since = known?.text === text ? known.since : steadyMs()
    this.seenMarks.set(shard, { text, since })
    return isAbandoned(mark, steadyMs() - since, alive)
  }

  private mark(before: string): string {
    return markText({ before, until: wallMs() + LEASE_MS, pid: process.pid, host: hostname() })
  }

  /** Sets keys on these shards, each by what it had before; says which did not take it. */
  private async onShards(
    keys: readonly string[],
    entries: (before: string) => readonly commands.ConfigEntry[],
  ): Promise<readonly ErrorDetail[]> {
    const { gears } = this.connection
    const failures = await Promise.all(
      keys.map(async (at): Promise<readonly ErrorDetail[]> => {
        try {
          const results = await gears.onShard(at, commands.configSet, ...entries(this.owed.get(at) ?? '0'))
          return results.flatMap((result) => ('error' in result ? [{ at, message: result.error }] : []))
        } catch (error) {
          const known = knownError(error)
          if (!known) this.unexpected(error)
          return [{ at, message: known?.message ?? 'internal error' }]
        }
      }),
    ).finally(() => this.connection.reads.configChanged())
    return failures.flat()
  }

  private unexpected(error: unknown): undefined {
    log.error({ err: error, connection: this.connection.name }, 'a profiled run went wrong')
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.ending.signal, ref: false }).catch(() => undefined)
  }
}

/** A shard that does not know the mark has none; one that does not tell ProfileExecutions is as good as silent. */
function switchOf(answer: Awaited<ReturnType<RedisGears['configGet']>>[number]): ShardReply<Switch> {
  const { shard } = answer
  if ('error' in answer) return answer
  const [value, mark] = answer.value
  if (!value || 'error' in value)
    return { shard, error: new GearsError('rejected', value?.error ?? 'it does not report it') }
  const text = mark && 'value' in mark ? String(mark.value) : ''
  return { shard, value: { value: String(value.value), mark: readMark(text) } }
}

const failureOf = (answer: ShardReply<unknown>): readonly ErrorDetail[] =>
  'error' in answer ? [{ at: answer.shard.key, message: answer.error.message }] : []

const notSwitched = (failures: readonly ErrorDetail[], of: number): ApiRefusal =>
  new ApiRefusal(
    'partial',
    `Not run: ProfileExecutions could not be switched on for ${failures.length} of ${plural(of, 'shard')}.`,
    failures,
  )

/** False also while the shard does not answer: it may come back with the run. */
async function hasEnded(shard: Shard, id: string): Promise<boolean> {
  try {
    const part = await partOn(shard, id)
    return part === null || isTerminal(part.status)
  } catch (error) {
    if (error instanceof GearsError) return false
    throw error
  }
}
