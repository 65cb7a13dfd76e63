import { WATCHDOG } from '@/lib/model/audit'
import type { Execution } from '@/lib/model/execution'
import { formatDuration } from '@/lib/model/format'
import type { Connection } from './connection'
import { knownError } from './errors'
import { log } from './log'

const LOOK_MS = 1000
/** An abort that was refused is tried again, so often in all: RG.ABORTEXECUTION says no to some that it cannot reach yet. */
const MAX_TRIES = 3
/** Aborts wait until running Python has stopped: so many at a time. */
const AT_ONCE = 4

/** Aborts what runs for longer than a limit, as observed, and says so in the audit log. */
export class Watchdog {
  private readonly timer: NodeJS.Timeout
  private readonly tries = new Map<string, number>()
  private readonly aborting = new Set<string>()

  constructor(
    private readonly connection: Connection,
    private readonly limitMs: number,
  ) {
    this.timer = setInterval(() => this.look(Date.now()), LOOK_MS)
    this.timer.unref()
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private look(now: number): void {
    const overdue = [...this.connection.hub.feed.executions.values()].filter((each) => this.isOverdue(each, now))
    const keys = new Set(overdue.map(({ key }) => key))
    for (const key of this.tries.keys()) if (!keys.has(key)) this.tries.delete(key)
    for (const execution of overdue) {
      if (this.aborting.size >= AT_ONCE) return
      const tries = this.tries.get(execution.key) ?? 0
      if (tries >= MAX_TRIES || this.aborting.has(execution.key)) continue
      this.tries.set(execution.key, tries + 1)
      void this.abort(execution, now)
    }
  }

  private isOverdue({ live, outcome, firstSeen }: Execution, now: number): boolean {
    return live && outcome === 'running' && now - firstSeen > this.limitMs
  }

  private async abort({ key, firstSeen }: Execution, now: number): Promise<void> {
    this.aborting.add(key)
    let error: string | null = null
    try {
      await this.connection.abort(key)
    } catch (failure) {
      const known = knownError(failure)
      if (!known) log.error({ err: failure, execution: key }, 'the watchdog could not abort')
      error = known?.message ?? 'internal error'
    } finally {
      this.aborting.delete(key)
    }
    this.connection.chronicle.record((history) =>
      history.recordAudit({
        at: Date.now(),
        connection: this.connection.name,
        who: WATCHDOG,
        ip: null,
        action: 'abortExecution',
        target: key,
        before: `running for over ${formatDuration(now - firstSeen)}; the limit is ${formatDuration(this.limitMs)}`,
        after: null,
        outcome: error === null ? 'ok' : 'failed',
        error,
      }),
    )
  }
}
