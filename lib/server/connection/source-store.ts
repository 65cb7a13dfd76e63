import { randomUUID } from 'node:crypto'
import { wallMs } from '@gearboard/gears/vocabulary/clock'
import { givenName, type SubmittedSource, sessionOf } from '@/lib/model/record/source'
import { nameOfDescription } from '@/lib/model/registrations/description'
import { keepNewest } from '@/lib/server/keep-newest'
import type { History } from '../history/history'
import { wordsOf } from '../history/history-error'
import { log } from '../log'

export interface Source {
  readonly id: string
  /** What people call it: the description, else the session id, else `submission 12`. */
  readonly name: string
  readonly givenName: string | null
  readonly script: string
  readonly requirements: readonly string[]
  /** Our clock, ms. */
  readonly submittedAt: number
}

/** What of a submission is recorded with its script. */
export type NewSource = Pick<SubmittedSource, 'author' | 'options'> & {
  readonly script: string
  readonly requirements: readonly string[]
}

/** The fields of a registration by which its script is looked up. */
export interface Registered {
  readonly id: string
  /** Null on 1.0, and where the server did not say. */
  readonly session: string | null
}

export type SourceOutcome = Pick<SubmittedSource, 'outcome'> &
  Partial<Pick<SubmittedSource, 'error' | 'executionId' | 'registrations'>>

const MAX_SOURCES = 500
const MAX_CHARS = 20_000_000
const MAX_REGISTERED = 5000
const UNNAMED = /^submission (\d{1,9})$/

/** The scripts submitted through this Gearboard: the latest at hand, all of them in the history. */
export class SourceStore {
  private readonly sources = new Map<string, Source>()
  private readonly sent = new Map<string, SubmittedSource>()
  /** The source of each registration, by its id: the history has it a moment later, or not at all. */
  private readonly registered = new Map<
    string,
    { readonly session: string | null; readonly source: string; readonly script: string }
  >()
  private chars = 0
  private count: number | undefined

  constructor(
    private readonly connection: string,
    private readonly history: History,
  ) {}

  /** A script that is about to be sent. Resolves when it is on the disk. @throws HistoryError where it cannot be kept: do not send it */
  async addSource({ script, requirements, author, options }: NewSource): Promise<Source> {
    const given = givenName({ options })
    const source: Source = {
      id: randomUUID(),
      name: (given && nameOfDescription(given)) || `submission ${this.nextNumber()}`,
      givenName: given,
      script,
      requirements,
      submittedAt: wallMs(),
    }
    this.sources.set(source.id, source)
    this.chars += script.length
    for (const [id, oldest] of this.sources) {
      if (this.sources.size <= MAX_SOURCES && this.chars <= MAX_CHARS) break
      this.sources.delete(id)
      this.chars -= oldest.script.length
    }
    const sent: SubmittedSource = {
      id: source.id,
      connection: this.connection,
      at: source.submittedAt,
      author,
      name: source.name,
      requirements,
      options,
      outcome: 'sent',
      error: null,
      executionId: null,
      registrations: [],
    }
    this.sent.set(source.id, sent)
    try {
      await this.history.recordSource(sent, script)
    } catch (error) {
      const message = wordsOf(error)
      await this.answered(source, { outcome: 'not_sent', error: message })
      throw error
    }
    return source
  }

  /** What the server said to it. Resolves when that is on the disk, or in the log where the disk does not take it. Never rejects. */
  async answered({ id, script }: Source, outcome: SourceOutcome): Promise<void> {
    const sent = this.sent.get(id)
    if (!sent) return
    this.sent.delete(id)
    for (const registration of outcome.registrations ?? [])
      this.registered.set(registration, { session: sessionOf(sent), source: id, script })
    keepNewest(this.registered, MAX_REGISTERED)
    try {
      await this.history.recordSource({ ...sent, ...outcome }, script)
    } catch (error) {
      const why = wordsOf(error)
      log.warn({ source: { ...sent, ...outcome }, why }, 'what became of a script is not in the history yet')
    }
  }

  get(id: string): Pick<Source, 'script' | 'requirements' | 'givenName'> | undefined {
    const known = this.sources.get(id)
    if (known) return known
    const recorded = this.history.readIfPossible((store) => store.sources.one(id))
    return recorded && { ...recorded, givenName: givenName(recorded) }
  }

  /**
   * The id of the source that made a registration; undefined where it was not sent through Gearboard. Ids start over when a server restarts, so
   * the session has to be the same, too.
   */
  madeBy({ id, session }: Registered): string | undefined {
    const known = this.registered.get(id)
    if (known?.session === session) return known.source
    const query = { connection: this.connection, registration: id, ...(session !== null && { session }) }
    const page = this.history.readIfPossible((store) => store.sources.page(query))
    return page?.sources.find((one) => sessionOf(one) === session)?.id
  }

  /** The script of `madeBy`. */
  scriptOf(registered: Registered): string | undefined {
    const known = this.registered.get(registered.id)
    if (known?.session === registered.session) return known.script
    const source = this.madeBy(registered)
    return source && this.get(source)?.script
  }

  /** Continues the numbers of earlier runs of Gearboard: a repeated number would look like a version of the same function. */
  private nextNumber(): number {
    this.count ??= this.lastNumber()
    return ++this.count
  }

  private lastNumber(): number {
    const page = this.history.readIfPossible((store) => store.sources.page({ connection: this.connection, limit: 200 }))
    return Math.max(0, ...(page?.sources ?? []).map(({ name }) => Number(UNNAMED.exec(name)?.[1] ?? 0)))
  }
}
