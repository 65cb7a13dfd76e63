import type { z } from 'zod'
import { jsonOf } from '@/lib/model/text/json'
import { ApiRefusal } from './errors'
import type { KeptRecord } from './history'
import { log } from './log'

/** Where small records of several kinds are kept. Changes throw where it cannot be written. */
export interface RecordStore<Kind extends string> {
  /** Undefined: they cannot be read at the moment. */
  all(kind: Kind): readonly KeptRecord[] | undefined
  write(kind: Kind, record: KeptRecord): Promise<void>
  update(kind: Kind, record: KeptRecord): Promise<void>
  remove(kind: Kind, id: string): Promise<void>
}

interface KeptKind<Kind extends string, T> {
  readonly kind: Kind
  readonly store: RecordStore<Kind>
  /** What an earlier Gearboard may have written. */
  readonly schema: z.ZodType<T>
  readonly idOf: (record: T) => string
  /** On a clock that is never set, ms. */
  readonly now: () => number
  /** What its records are: `Users and grants`. */
  readonly noun: string
}

/** How long what was read counts as the present, ms: every request asks. What changes here counts at once. */
const FRESH_MS = 1000

/** Records of one kind by id. Where they cannot be read for a while, those that were read last count. */
export class RecordsById<Kind extends string, T> {
  private known: ReadonlyMap<string, T> | undefined
  private readAt = Number.NEGATIVE_INFINITY
  private readonly listeners = new Set<() => void>()

  constructor(private readonly kept: KeptKind<Kind, T>) {}

  /** Undefined: they were never readable. */
  get byId(): ReadonlyMap<string, T> | undefined {
    const { now, store, kind } = this.kept
    if (now() - this.readAt >= FRESH_MS || !this.known) {
      const rows = store.all(kind)
      if (rows) this.known = this.parsed(rows)
      this.readAt = now()
    }
    return this.known
  }

  get all(): readonly T[] {
    return [...(this.byId?.values() ?? [])]
  }

  /** Of what is about to be changed. @throws ApiRefusal `no_history` */
  get present(): ReadonlyMap<string, T> {
    this.readAt = Number.NEGATIVE_INFINITY
    const { byId } = this
    if (!byId) throw new ApiRefusal('no_history', `${this.kept.noun} cannot be read at the moment.`)
    return byId
  }

  async write(record: T): Promise<void> {
    const { store, kind } = this.kept
    await store.write(kind, this.row(record))
    this.changed()
  }

  /** Nothing where it was removed meanwhile. */
  async update(record: T): Promise<void> {
    const { store, kind } = this.kept
    await store.update(kind, this.row(record))
    this.readAt = Number.NEGATIVE_INFINITY
  }

  async remove(record: T): Promise<void> {
    const { store, kind, idOf } = this.kept
    await store.remove(kind, idOf(record))
    this.changed()
  }

  /** Calls `listener` after a record was added, changed or removed here. */
  onChange(listener: () => void): void {
    this.listeners.add(listener)
  }

  private row(record: T): KeptRecord {
    return { id: this.kept.idOf(record), value: JSON.stringify(record) }
  }

  private changed(): void {
    this.readAt = Number.NEGATIVE_INFINITY
    for (const listener of this.listeners) listener()
  }

  private parsed(rows: readonly KeptRecord[]): ReadonlyMap<string, T> {
    const { kind, schema } = this.kept
    const records = rows.flatMap(({ id, value }): [string, T][] => {
      const record = schema.safeParse(jsonOf(value)).data
      if (record === undefined) log.warn({ kind, id }, 'a damaged record is ignored')
      return record === undefined ? [] : [[id, record]]
    })
    return new Map(records)
  }
}
