interface ServerProcess {
  readonly runId: string
  /** On the steady clock, ms: its last answer. */
  answeredAt: number
}

/** What a reply reveals about its sender. `another`: not the former server, which it ran beside. */
export type ProcessChange = 'same' | 'restarted' | 'another'

/** INFO's uptime is in whole seconds, and its start is a moment before it counts. */
const SLACK_MS = 2000

/**
 * Which server process answers behind each shard, by INFO's `run_id`. Another one is a restart, unless both ran at the same time: it has been up
 * for longer than the other one is silent, or it was here before, since no process has the run id of an earlier one.
 */
export class ServerProcesses {
  private readonly now = new Map<string, ServerProcess>()
  /** Run ids of servers that ran side by side behind one shard. */
  private readonly beside = new Map<string, Set<string>>()
  private readonly gone = new Map<string, Set<string>>()

  runId(shard: string): string | undefined {
    return this.now.get(shard)?.runId
  }

  /** How many servers answered side by side; 1 where there was no sign of a second. */
  count(shard: string): number {
    return Math.max(1, this.beside.get(shard)?.size ?? 0)
  }

  /**
   * @param runId null where it may not be read: nothing is known then
   * @param uptimeS null where it was not reported
   * @param at steady clock, ms
   */
  answered(
    shard: string,
    { runId, uptimeS }: { readonly runId: string | null; readonly uptimeS: number | null },
    at: number,
  ): ProcessChange {
    if (runId === null) return 'same'
    const before = this.now.get(shard)
    if (before?.runId === runId) {
      before.answeredAt = at
      return 'same'
    }
    this.now.set(shard, { runId, answeredAt: at })
    if (!before) return 'same'
    const returned = this.gone.get(shard)?.has(runId) === true
    const older = uptimeS !== null && uptimeS * 1000 > at - before.answeredAt + SLACK_MS
    addToSet(this.gone, shard, before.runId)
    if (!returned && !older) return 'restarted'
    // One that takes over from another permanently ran beside it, too: as a replica behind a name that moved with the mastership.
    if (returned) this.metBeside(shard, before.runId, runId)
    return 'another'
  }

  /** Two answered at the same time. */
  metBeside(shard: string, ...runIds: readonly string[]): void {
    for (const runId of runIds) addToSet(this.beside, shard, runId)
  }

  forget(shard: string): void {
    for (const map of [this.now, this.beside, this.gone]) map.delete(shard)
  }
}

function addToSet(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key) ?? new Set()
  // A balancer before many would fill it endlessly.
  if (set.size < 64) set.add(value)
  map.set(key, set)
}
