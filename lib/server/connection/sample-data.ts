import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { SubmitReply } from '@/lib/api/contract/functions'
import { type AuditEntry, SAMPLE_DATA } from '@/lib/model/record/audit'
import type { SourceVersion } from '@/lib/model/record/source'
import type { Registration } from '@/lib/model/registrations/registration'
import { knownError } from '../errors'
import { scriptHash } from '../history/script-hash'
import { log } from '../log'
import { linksOfSubmission, submit } from '../operations/submit'
import { recordOwnAction } from './own-action'
import type { ProfiledParts } from './profiling'

/** How often an upgrade that waits for runs is looked at, ms. */
const LOOK_MS = 2000
/** The wait before a submission that failed is tried again, and the longest: each is twice as long as the one before, ms. */
const RETRY_MS = { first: 5000, most: 300_000 }

/** packages/engine/seed/functions.json: each session has its script in `functions/<id>.py` and its first version in `functions/<id>.v1.py`. */
const shop = z.object({
  sessions: z.array(z.object({ id: z.string(), upgradeAfterRuns: z.number().int().nonnegative() })),
  /** Scripts that run once. */
  runs: z.array(z.string()),
})

interface Upgrade {
  readonly id: string
  readonly script: string
  readonly afterRuns: number
  /** The submission of the first version: while no other followed, it is the live one. */
  readonly replaces: string
}

type SampleSubmission = Parameters<typeof submit>[1]

/**
 * Submits the functions of the example shop to the embedded RedisGears, which has keys and events of its own but no functions: through the
 * same operation as a person's, so that their sources, versions and audit entries are in history. An engine that started again is empty and
 * gets them again; one that holds any registration is left alone, since it is in use.
 */
export class SampleData {
  private readonly unsubscribe: () => void
  private timer: NodeJS.Timeout | undefined
  /** Run ids of the servers that were looked at. */
  private served = new Set<string>()
  private failures = 0
  private stopped = false
  private busy = false
  private upgrades: Upgrade[] = []

  /** @param folder with functions.json */
  constructor(
    private readonly connection: ProfiledParts,
    private readonly folder: string,
  ) {
    this.unsubscribe = connection.hub.feed.subscribe(() => void this.submitMissing())
  }

  stop(): void {
    this.stopped = true
    this.unsubscribe()
    clearTimeout(this.timer)
  }

  /** Begins where every shard answers and none of them is one that was looked at before. */
  private async submitMissing(): Promise<void> {
    const lives = this.readyLives()
    if (this.busy || this.stopped || lives.length === 0 || lives.some((life) => this.served.has(life))) return
    clearTimeout(this.timer)
    this.served = new Set(lives)
    this.upgrades = []
    if (this.connection.hub.feed.registrations.size > 0) return
    await this.exclusively(async () => {
      await this.submitAll()
      this.failures = 0
      this.upgradeSoon()
    })
  }

  /** The run ids of all shards; empty until each answers and knows its cluster. */
  private readyLives(): readonly string[] {
    const { feed } = this.connection.hub
    const { status, capability } = feed.connection
    if (status !== 'live' || capability === null || (capability.cluster && !capability.clusterInitialised)) return []
    const lives = feed.shardStates.map(({ key }) => this.connection.hub.runIdOf(key))
    return lives.every((life) => life !== undefined) ? lives : []
  }

  /** Runs `work`, and again later where it fails. */
  private async exclusively(work: () => Promise<void>): Promise<void> {
    this.busy = true
    try {
      await work()
    } catch (error) {
      if (!knownError(error)) log.error({ err: error }, 'the example shop could not be submitted')
      const wait = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** this.failures++)
      this.again(wait, () => this.exclusively(work))
    } finally {
      this.busy = false
    }
  }

  private again(ms: number, act: () => Promise<void>): void {
    clearTimeout(this.timer)
    if (!this.stopped) this.timer = setTimeout(() => void act(), ms).unref()
  }

  private async submitAll(): Promise<void> {
    const { sessions, runs } = shop.parse(JSON.parse(await readFile(join(this.folder, 'functions.json'), 'utf8')))
    const listed = new Set([...this.connection.hub.feed.registrations.values()].map(sessionOf))
    for (const { id, upgradeAfterRuns: afterRuns } of sessions) {
      if (listed.has(id)) continue
      const script = await this.scriptOf(id)
      if (this.hasShown(id, script)) await this.submit(id, { script, id, upgrade: true })
      else {
        const first = await this.submit(id, { script: await this.scriptOf(`${id}.v1`), id, upgrade: true })
        this.upgrades.push({ id, script, afterRuns, replaces: first.sourceId })
      }
    }
    for (const run of runs) await this.submit(run, { script: await this.scriptOf(run), description: run })
  }

  private upgradeSoon(): void {
    if (this.upgrades.length > 0) this.again(LOOK_MS, () => this.exclusively(() => this.upgradeThoseThatRan()))
  }

  private async upgradeThoseThatRan(): Promise<void> {
    for (const upgrade of this.upgrades) {
      const { id, script, afterRuns, replaces } = upgrade
      const own = [...this.connection.hub.feed.registrations.values()].filter((each) => sessionOf(each) === id)
      const runs = own.reduce((sum, { counters }) => sum + counters.triggered, 0)
      const isLive = own.length > 0 && this.sourcesOf(id)[0]?.id === replaces
      if (isLive && runs < afterRuns) continue
      // A user unregistered or replaced it meanwhile: leave it alone.
      if (isLive) await this.submit(id, { script, id, upgrade: true })
      this.upgrades = this.upgrades.filter((each) => each !== upgrade)
    }
    this.failures = 0
    this.upgradeSoon()
  }

  private scriptOf(name: string): Promise<string> {
    return readFile(join(this.folder, 'functions', `${name}.py`), 'utf8')
  }

  /** Whether both versions are in history from an earlier start, or none ever will be. */
  private hasShown(session: string, script: string): boolean {
    if (this.connection.history.state.role !== 'writer') return true
    const hash = scriptHash(script)
    return this.sourcesOf(session).some((source) => source.hash === hash)
  }

  /** Newest first. */
  private sourcesOf(session: string): readonly SourceVersion[] {
    const { name, history } = this.connection
    return (
      history.readIfPossible((store) => store.sources.page({ connection: name, session, limit: 200 }))?.sources ?? []
    )
  }

  private async submit(
    target: string,
    what: Pick<SampleSubmission, 'script'> & Partial<Pick<SampleSubmission, 'id' | 'description' | 'upgrade'>>,
  ): Promise<SubmitReply> {
    const { connection } = this
    const submission = { requirements: [], blocking: false, upgrade: false, forceReinstallRequirements: false, ...what }
    let outcome: Pick<AuditEntry, 'after' | 'error' | 'links'> = { after: null, error: null }
    try {
      const reply = await submit(connection, submission, SAMPLE_DATA)
      outcome = { after: reply.kind, error: null, links: linksOfSubmission(reply) }
      return reply
    } catch (error) {
      const { message } = knownError(error) ?? { message: 'internal error' }
      outcome = { after: null, error: message }
      throw error
    } finally {
      await recordOwnAction(connection, {
        who: SAMPLE_DATA,
        action: 'submit',
        target,
        before: null,
        outcome: outcome.error === null ? 'ok' : 'failed',
        ...outcome,
      })
    }
  }
}

const sessionOf = ({ privateData }: Pick<Registration, 'privateData'>): string | null => privateData?.session ?? null
