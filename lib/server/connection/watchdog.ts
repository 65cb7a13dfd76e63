import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import { silenceBlocks } from '@/lib/model/cluster/silence'
import { endedByItself } from '@/lib/model/executions/execution-view'
import { WATCHDOG } from '@/lib/model/record/audit'
import { formatDuration } from '@/lib/model/text/format'
import { knownError } from '../errors'
import { log } from '../log'
import { abortExecution } from '../operations/executions'
import type { ConnectionParts } from './connection-parts'
import { recordOwnAction } from './own-action'

const LOOK_MS = 1000
/** How often a refused abort is retried: RG.ABORTEXECUTION refuses some executions that it cannot reach yet. */
const MAX_TRIES = 3
/** How many aborts run at a time: each waits until running Python has stopped. */
const AT_ONCE = 4

interface Overdue {
  readonly identity: string
  readonly ranMs: number
}

/** Aborts what runs for longer than a limit, as observed, and says so in the audit log. */
export class Watchdog {
  private readonly timer: NodeJS.Timeout
  private readonly tries = new Map<string, number>()
  /** Since when each is seen to run, on the steady clock, by key and beginning: ids come again. */
  private readonly running = new Map<string, number>()
  private readonly aborting = new Set<string>()

  constructor(
    private readonly connection: ConnectionParts,
    private readonly limitMs: number,
  ) {
    this.timer = setInterval(() => this.abortOverdue(steadyMs()), LOOK_MS)
    this.timer.unref()
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private abortOverdue(now: number): void {
    const overdue = this.overdue(now)
    // An abort would give up, and be one try less for when that shard answers.
    if (silenceBlocks(this.connection.hub.feed.shardStates) !== undefined) return
    for (const key of this.tries.keys()) if (!overdue.has(key)) this.tries.delete(key)
    for (const [key, { identity, ranMs }] of overdue) {
      if (this.aborting.size >= AT_ONCE) return
      const tries = this.tries.get(key) ?? 0
      if (tries >= MAX_TRIES || this.aborting.has(key)) continue
      this.tries.set(key, tries + 1)
      void this.abort(key, identity, ranMs)
    }
  }

  /** By key, which one it is, and how long it has been seen to run, ms. */
  private overdue(now: number): ReadonlyMap<string, Overdue> {
    const overdue = new Map<string, Overdue>()
    const seen = new Set<string>()
    for (const {
      key,
      identity,
      live,
      outcome,
      firstSeen,
      unheardSince,
    } of this.connection.hub.feed.executions.values()) {
      if (!live || identity === null || outcome !== 'running') continue
      const run = `${key} ${firstSeen}`
      const since = this.running.get(run) ?? now
      this.running.set(run, since)
      seen.add(run)
      // It may have ended since, and its shard would not hear: it has its tries when that answers again.
      if (unheardSince === undefined && now - since > this.limitMs) overdue.set(key, { identity, ranMs: now - since })
    }
    for (const run of this.running.keys()) if (!seen.has(run)) this.running.delete(run)
    return overdue
  }

  private async abort(key: string, identity: string, ranMs: number): Promise<void> {
    this.aborting.add(key)
    let error: string | null = null
    let after: string | null = null
    try {
      const { reached } = await abortExecution(this.connection, key, [identity])
      after = endedByItself(reached) ?? null
    } catch (failure) {
      const known = knownError(failure)
      if (!known) log.error({ err: failure, execution: key }, 'the watchdog could not abort')
      error = known?.message ?? 'internal error'
    } finally {
      this.aborting.delete(key)
    }
    await recordOwnAction(this.connection, {
      who: WATCHDOG,
      action: 'abortExecution',
      target: key,
      before: `running for over ${formatDuration(ranMs)}; the limit is ${formatDuration(this.limitMs)}`,
      after,
      outcome: error === null ? 'ok' : 'failed',
      error,
    })
  }
}
