import type { Incident } from '@/lib/model/alerts/incident'
import type { AlertSeverity } from '@/lib/model/alerts/kinds'
import type { AlertDelivery, DeliveryState } from '@/lib/model/alerts/notification'
import type { HistoryState } from '@/lib/model/connection/connection'
import type { Execution } from '@/lib/model/executions/execution'
import type { AuditEntry, AuditPage, AuditQuery } from '@/lib/model/record/audit'
import type { AuditChainCheck } from '@/lib/model/record/audit-chain'
import type { Deployment } from '@/lib/model/record/deployment'
import type { FunctionHistory, FunctionQuery } from '@/lib/model/record/function-history'
import type { Growth } from '@/lib/model/record/growth'
import type {
  ErrorQuery,
  ExecutionPage,
  ExecutionPast,
  ExecutionQuery,
  HistoryStats,
  LostRegistration,
  RecordedErrorGroup,
  RecordedSeries,
  RememberedDetail,
  RememberedRegistration,
  SeriesQuery,
} from '@/lib/model/record/history'
import type { Sample } from '@/lib/model/record/sample'
import type { SavedView, ViewPage } from '@/lib/model/record/saved-view'
import type { SourcePage, SourceQuery, SourceWithScript, SubmittedSource } from '@/lib/model/record/source'
import type { Registration } from '@/lib/model/registrations/registration'
import type { ExecutionKnowledge } from './sqlite/executions/execution-intake'
import type { SessionRow } from './sqlite/people/sessions'
import type { Tally } from './sqlite/readable'
import type { GoneEntry } from './sqlite/registrations/registration-intake'
import type { StretchOfTime } from './sqlite/series/growth-reads'

/** An execution that the server still has: what is recorded under its key and was seen since then is that one, ms. */
export interface HeldSince {
  readonly key: string
  readonly since: number
}

export interface ExecutionHistory {
  /** A row of the hub's list as it changed. @param known what else is known of it; the run id as it was first seen */
  record(connection: string, execution: Execution, known?: ExecutionKnowledge): void
  /** Newest first. */
  page(query: ExecutionQuery): Promise<ExecutionPage>
  /** How many a page after the other would bring, of those not held as `held` says; no filter and no group of errors. */
  count(
    query: Omit<ExecutionQuery, 'filter' | 'errorGroup' | 'cursor' | 'limit'>,
    held: readonly HeldSince[],
  ): Promise<number>
  /** The latest execution under this key, or that of an epoch; undefined if none was ever recorded, or it is forgotten. */
  one(connection: string, key: string, epoch?: number): RememberedDetail | undefined
  /** What is recorded of the execution that this key named in the server process of this run id; undefined: nothing. */
  past(connection: string, key: string, runId: string): ExecutionPast | undefined
  /** Runs by function over a range. */
  functions(query: FunctionQuery): Promise<FunctionHistory>
}

export interface RegistrationHistory {
  /** All registrations after a poll, changed or not: of each, one poll in 5 s is taken. @param at when the poll was, ms */
  record(connection: string, at: number, registrations: readonly Registration[]): void
  /** Registrations that no shard lists any longer, as they were last listed. */
  recordGone(connection: string, gone: readonly GoneEntry[]): void
  /** @param tally counts those that are damaged and left out */
  all(connection: string, tally?: Tally): readonly RememberedRegistration[]
  /** What is known of a registration that no shard lists, by its key or id. */
  lost(connection: string, name: string): LostRegistration
  /** @param tally as `all` */
  errorGroups(query: ErrorQuery, tally?: Tally): readonly RecordedErrorGroup[]
}

export interface SeriesHistory {
  recordSample(connection: string, sample: Sample): void
  read(query: SeriesQuery): RecordedSeries
  growth(stretch: StretchOfTime): Growth
}

export interface SourceHistory {
  /** As it is sent, and again with its outcome. Resolves when it is on the disk. @throws HistoryError `unusable`: it waits in memory */
  record(source: SubmittedSource, script: string): Promise<void>
  page(query: SourceQuery): SourcePage
  one(id: string): SourceWithScript | undefined
  deployments(stretch: StretchOfTime): readonly Deployment[]
}

export interface AuditHistory {
  /** Resolves when it is on the disk. @throws HistoryError `unusable`: it waits in memory */
  record(entry: AuditEntry): Promise<void>
  page(query: AuditQuery): AuditPage
  /** Checks the chain of hashes over all entries; those who ask meanwhile share the check. */
  verify(): Promise<AuditChainCheck>
}

export interface ViewHistory {
  /** By name. @param tally counts those that are damaged and left out */
  all(connection: string, page: ViewPage, tally?: Tally): readonly SavedView[]
  /** Undefined: there is none of this number. */
  one(connection: string, id: number): SavedView | undefined
  /** A new one where it has no `id`. Resolves when it is written. @throws HistoryError `invalid`, `unusable` where another one writes */
  write(connection: string, view: Omit<SavedView, 'id'> & { readonly id: number | null }): Promise<SavedView>
  /** @throws HistoryError `unusable` where another one writes */
  remove(id: number): Promise<void>
}

export interface SessionHistory {
  /** Undefined if the session has ended, or another Gearboard writes: its sessions are not known here. */
  one(digest: string): SessionRow | undefined
  /** Newest first. */
  all(): readonly SessionRow[]
  /** Resolves when it is written. @throws HistoryError `unusable` where another one writes */
  write(session: SessionRow): Promise<void>
  /** That it was used at this time, ms since the epoch. @throws HistoryError `unusable` where another one writes */
  touch(digest: string, at: number): Promise<void>
  /** @throws HistoryError `unusable` where another one writes */
  remove(digest: string): Promise<void>
}

/** A connection that a person added. Its secrets are sealed: whoever reads the database learns none. */
export interface StoredConnection {
  readonly name: string
  /** JSON, without secrets. */
  readonly definition: string
  /** JSON: the sealed secrets by their field. */
  readonly secrets: string
  /** The fingerprint of the key that sealed them. */
  readonly sealedBy: string
  /** ms since the epoch */
  readonly changedAt: number
  readonly changedBy: string | null
}

export interface StoredConnections {
  /** By name. @param tally counts those that are damaged and left out */
  all(tally?: Tally): readonly StoredConnection[]
  /** Resolves when it is written; one of this name is replaced. @throws HistoryError `unusable` where another one writes */
  write(stored: StoredConnection): Promise<void>
  /** @throws HistoryError `unusable` where another one writes */
  remove(name: string): Promise<void>
}

export interface KeptRecord {
  readonly id: string
  /** JSON of its kind. */
  readonly value: string
}

/** Small records by kind and id. */
export interface KeptRecords<Kind extends string> {
  all(kind: Kind): readonly KeptRecord[]
  /** Adds or replaces. Resolves when it is written. @throws HistoryError `unusable` where another one writes */
  write(kind: Kind, record: KeptRecord): Promise<void>
  /** Replaces; nothing where there is none of this id. @throws HistoryError `unusable` where another one writes */
  update(kind: Kind, record: KeptRecord): Promise<void>
  /** @throws HistoryError `unusable` where another one writes */
  remove(kind: Kind, id: string): Promise<void>
}

/** Local users, stored grants, API tokens. */
export type PeopleKind = 'user' | 'grant' | 'token'

/** Rules, receivers, and what is muted until when. */
export type AlertRecordKind = 'rule' | 'receiver' | 'mute'

export interface IncidentQuery {
  /** Only those of these connections; null: of all, those that are gone among them. */
  readonly connections: readonly string[] | null
  /** With those of Gearboard itself. */
  readonly own: boolean
  readonly severity?: AlertSeverity
  readonly cursor?: string
  /** 1 to 500. */
  readonly limit?: number
}

export interface IncidentPage {
  readonly incidents: readonly Incident[]
  readonly next: string | null
  /** Rows of this page that are damaged, and left out. */
  readonly unreadable?: number
}

interface IncidentHistory {
  /**
   * Writes incidents as they are now, and the deliveries that they bring about, in one transaction: an incident that was written is not
   * notified of again. A delivery that is there already stays. Resolves when it is on the disk. @throws HistoryError `unusable`
   */
  write(incidents: readonly Incident[], deliveries: readonly AlertDelivery[]): Promise<void>
  /** Those that fire. @param tally counts those that are damaged and left out */
  firing(tally?: Tally): readonly Incident[]
  /** Those that have ended, the latest start first. @throws HistoryError `invalid` */
  ended(query: IncidentQuery): IncidentPage
}

export interface DeliveryQuery {
  readonly state?: DeliveryState
  readonly cursor?: string
  /** 1 to 500. */
  readonly limit?: number
}

export interface DeliveryPage {
  readonly deliveries: readonly AlertDelivery[]
  readonly next: string | null
  readonly unreadable?: number
}

interface DeliveryHistory {
  /** Writes a delivery as it is now. Resolves when it is on the disk. @throws HistoryError `unusable` where another one writes */
  record(delivery: AlertDelivery): Promise<void>
  /** Those that are still to be tried, oldest first; the oldest 10,000 of them. @param tally counts those that are damaged and left out */
  waiting(tally?: Tally): readonly AlertDelivery[]
  /** Latest first. @throws HistoryError `invalid` */
  page(query: DeliveryQuery): DeliveryPage
}

export interface AlertHistory {
  readonly records: KeptRecords<AlertRecordKind>
  readonly incidents: IncidentHistory
  readonly deliveries: DeliveryHistory
}

/** How recording keeps up. */
export interface HistoryLoad extends Readonly<HistoryStats['queue']> {
  /** What is recorded reaches the disk, by this Gearboard. */
  readonly writes: boolean
  /** On disk, with the log. */
  readonly bytes: number
}

/**
 * The history of all connections, on disk, by noun. There is always one, whatever the directory is like: what hinders is in `state`, and is
 * tried again. `record` returns at once and never throws, but for what people did, which resolves when it is on the disk. Where another
 * Gearboard writes to the directory it does nothing. All reads are bounded; they throw HistoryError `invalid` for a bad question, and another
 * one where nothing can be read. Entries can be read some 250 ms after they were recorded, or after `flush`.
 */
export interface HistoryStore {
  readonly executions: ExecutionHistory
  readonly registrations: RegistrationHistory
  readonly series: SeriesHistory
  readonly sources: SourceHistory
  readonly audit: AuditHistory
  readonly views: ViewHistory
  readonly sessions: SessionHistory
  readonly connections: StoredConnections
  readonly people: KeptRecords<PeopleKind>
  readonly alerts: AlertHistory
  /** Marks a notice as read. False: there is none of this number. @throws HistoryError `unusable` where another one writes */
  acknowledge(id: number, by: string | null): Promise<boolean>
  /** Whether this one writes, and what is wrong; without asking the database. */
  readonly state: HistoryState
  /** Writing is blocked, or what is written does not reach the disk. */
  readonly isFailing: boolean
  /** How recording keeps up, without asking the database. */
  readonly load: HistoryLoad
  stats(): HistoryStats
  /** Writes what waits. `stats().error` says whether it succeeded. */
  flush(): Promise<void>
  /** Enforces the retention now; it happens by itself, too. */
  maintain(): Promise<void>
  /** Writes what waits, and leaves the directory to the next. */
  close(): Promise<void>
}
