import { commands, type Gears } from '@gearboard/gears'
import type { ConfigValue, PythonSession, PythonStats, Requirement } from '@gearboard/gears/vocabulary/environment'
import type { ClusterInfo, SlotRange } from '@gearboard/gears/vocabulary/shard'
import { cutMiddle } from '@gearboard/gears/vocabulary/text'
import type { ReadAge } from '@/lib/model/cluster/shard'
import { keepNewest } from '@/lib/server/keep-newest'
import { type SharedQuestion, SharedRead } from './shared-read'

/** Sets of keys that RG.CONFIGGET is asked for: each has a pace of its own, and those asked for last are kept. */
const CONFIGS = 20

/** Every shard lists every session: the whole text is in the private data of each registration of the session. */
const DESCRIPTION_CHARS = 4000

const withShortDescription = (session: PythonSession): PythonSession =>
  session.description === null
    ? session
    : { ...session, description: cutMiddle(session.description, DESCRIPTION_CHARS) }

/** What open pages ask every shard of a connection again and again. */
export class PageReads {
  readonly memory: SharedRead<PythonStats>
  readonly requirements: SharedRead<readonly Requirement[]>
  /** The linked ones, then the dead that something still holds. */
  readonly sessions: SharedRead<readonly PythonSession[]>
  readonly clusterViews: SharedRead<ClusterInfo>
  /**
   * The slots that each shard says it holds itself. What others say of a shard may be older than what it says of itself: that it gave up
   * slots is not passed on (measured on Redis 7.0).
   */
  readonly ownSlots: SharedRead<readonly SlotRange[]>
  private readonly configs = new Map<string, SharedRead<readonly ConfigValue[]>>()

  constructor(
    private readonly gears: Pick<Gears, 'eachShard'>,
    private readonly lifeOf: (shard: string) => string | undefined,
  ) {
    this.memory = this.shared({
      command: commands.pyStats.name,
      ask: ({ send }) => send(commands.pyStats),
      sizeOf: () => 1,
    })
    this.requirements = this.shared({
      command: commands.pyDumpReqs.name,
      ask: ({ send }) => send(commands.pyDumpReqs),
      sizeOf: (list) => list.length,
    })
    this.sessions = this.shared({
      command: commands.pyDumpSessions.name,
      ask: async ({ send }) => {
        const linked = await send(commands.pyDumpSessions)
        const dead = await send(commands.pyDumpSessions, { dead: true })
        return [...linked, ...dead].map(withShortDescription)
      },
      sizeOf: (list) => list.length,
    })
    this.clusterViews = this.shared({
      command: commands.infoCluster.name,
      ask: ({ send }) => send(commands.infoCluster),
      sizeOf: (info) => (info.mode === 'cluster' ? info.nodes.length : 0),
    })
    this.ownSlots = this.shared({
      command: 'CLUSTER SLOTS',
      ask: async ({ key, send }) => {
        const map = await send(commands.clusterSlots)
        return map.filter(({ nodeId }) => nodeId === key).map(({ slots }) => slots)
      },
      sizeOf: (list) => list.length,
    })
  }

  /** @param keys in the order of the answer */
  config(keys: readonly string[]): SharedRead<readonly ConfigValue[]> {
    const name = JSON.stringify(keys)
    const read =
      this.configs.get(name) ??
      this.shared({
        command: commands.configGet.name,
        ask: ({ send }) => send(commands.configGet, ...keys),
        sizeOf: (list) => list.length,
      })
    this.configs.delete(name)
    this.configs.set(name, read)
    keepNewest(this.configs, CONFIGS)
    return read
  }

  /** Scripts were added or removed, and their requirements with them. */
  sessionsChanged(): void {
    this.sessions.changed()
    this.requirements.changed()
  }

  clusterChanged(): void {
    this.clusterViews.changed()
    this.ownSlots.changed()
  }

  configChanged(): void {
    for (const each of this.configs.values()) each.changed()
  }

  private shared<T>(question: SharedQuestion<T>): SharedRead<T> {
    return new SharedRead(this.gears, question, this.lifeOf)
  }
}

/** Of several answers that are shown together. */
export function ageOf(...ages: readonly ReadAge[]): ReadAge {
  const known = ages.flatMap(({ readAt }) => readAt ?? [])
  return { readAt: known.length === 0 ? null : Math.min(...known), costly: ages.flatMap(({ costly }) => costly) }
}
