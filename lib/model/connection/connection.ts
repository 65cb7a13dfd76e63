import type { Capability } from '@gearboard/gears/vocabulary/capability'
import { type ConnectionPlace, PLACE_WORDS } from '@gearboard/gears/vocabulary/connection-place'
import type { ErrorBody } from '@gearboard/gears/vocabulary/errors'
import type { AclLines } from '@gearboard/gears/vocabulary/server-refusal'
import type { Coverage, OldSlotMap } from '../cluster/shard'
import type { HistoryNotice } from '../record/history-notice'

/**
 * `starting`: the embedded RedisGears is not ready yet. `connecting`: not every master has been asked yet. `live`: every master answers. `partial`: some do. `module_missing`: Redis answers, RedisGears is not
 * loaded. `refused`: a server answers and refuses service, `error` holds its words. `unreachable`: nothing answers. In the last three what is
 * shown is old.
 */
export type ConnectionStatus =
  | 'starting'
  | 'connecting'
  | 'live'
  | 'partial'
  | 'module_missing'
  | 'refused'
  | 'unreachable'

/** The colours that a connection can be marked with. */
export const CONNECTION_COLOURS = ['blue', 'green', 'amber', 'red', 'violet', 'cyan', 'pink', 'grey'] as const
export type ConnectionColour = (typeof CONNECTION_COLOURS)[number]

export interface ConnectionState {
  readonly name: string
  /** What its users call it; absent where it was not named. */
  readonly label?: string
  /** Who declares it: only what the settings declare can be changed in the browser. */
  readonly origin: ConnectionPlace
  readonly colour?: ConnectionColour
  /** By which people group connections, and grants select them: `team:payments`. */
  readonly labels: readonly string[]
  /** What people should know of it. */
  readonly note?: string
  /** `redis://host:port`, never a user's name or password. */
  readonly address: string
  /** The user that Gearboard signs in as; null: the default user. */
  readonly user: string | null
  /** The RedisGears that this Gearboard started itself. */
  readonly embedded: boolean
  /** The process of the embedded RedisGears; absent where it is not reported. */
  readonly engine?: EngineState
  /** A database number that the URL names. It does nothing: RedisGears works in database 0, and so does Gearboard. */
  readonly ignoredDatabase?: number
  /** Marked as one that others depend on: what changes something asks for its name to be typed. */
  readonly production: boolean
  readonly status: ConnectionStatus
  readonly error?: ErrorBody
  /** The ACL lines that grant this user what Gearboard sends; set while a server refuses some of it. */
  readonly acl?: AclLines
  readonly capability: Capability | null
  readonly coverage: Coverage
  readonly oldSlotMap?: OldSlotMap
  readonly sentinel?: SentinelView
  readonly named?: NamedMasters
  /** `host:port` that hides a cluster: it leads to one shard, and the others are reached at their own addresses or not at all. */
  readonly endpoint?: string
  /** Our clock, ms: when any master last answered, since Gearboard started. */
  readonly answeredAt: number | null
  /** Why every write is refused, if it is. */
  readonly readOnlyReason: string | null
  /** What runs for longer is aborted by this Gearboard, ms; null: nothing is. */
  readonly watchdogMs?: number | null
  /** Whether what happens here is remembered; absent from Gearboards that never do. */
  readonly history?: HistoryState
  /** How the outcomes of ended executions are read; absent until the first poll. */
  readonly details?: DetailSampling
}

/** What `npm start` says of the embedded RedisGears. `at`: since when, our clock, ms. */
export type EngineState =
  | { readonly state: 'starting' | 'ready'; readonly at: number }
  /** `reason`: an exit code or a signal, in words. It is started again after `waitMs`. */
  | { readonly state: 'ended'; readonly at: number; readonly reason: string; readonly waitMs: number }

/** Whether there is anything to show: before the first answer an empty list would say that nothing runs. */
export const hasAnswered = ({ status, answeredAt }: Pick<ConnectionState, 'status' | 'answeredAt'>): boolean =>
  answeredAt !== null && status !== 'connecting' && status !== 'starting'

/** The master that sentinels name, and that a failover moves. */
export interface SentinelView {
  /** The name that the sentinels know it by. */
  readonly master: string
  /** `host:port`; null before a sentinel named it. */
  readonly address: string | null
  /** `host:port` of the sentinel that named it last; null while none does. */
  readonly by: string | null
  /** The last failover that this Gearboard saw: where the master was, and when that was seen by our clock, ms. */
  readonly moved?: { readonly from: string; readonly at: number }
  /** Why no sentinel can be asked now: a failover would not be seen. */
  readonly error?: ErrorBody
}

/** A server answers and names the masters, and none of them gives service. */
export interface NamedMasters {
  /** `host:port`: a node of the cluster, or a sentinel. */
  readonly by: string
  /** How many there are. */
  readonly of: number
  /** The first of them, and why each refuses service. */
  readonly masters: readonly { readonly address: string; readonly message: string }[]
}

/** Whether Gearboard connects by TLS, by the address of a connection. */
export const usesTls = (address: string): boolean => /^rediss[:+]/.test(address)

const SOCKET = 'unix://'

/** The servers that a connection's address names, `host:port` or the path of a unix socket: seeds, or sentinels. */
export const hostsOf = (address: string): readonly string[] =>
  address.startsWith(SOCKET)
    ? [address.slice(SOCKET.length)]
    : (address.split('://')[1] ?? address).split('/', 1).flatMap((hosts) => hosts.split(','))

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** What a database number in the URL does, since it looks as if it chose the database of the keys. */
export const ignoredDatabaseInWords = (database: number, origin: ConnectionPlace): string =>
  `${capital(PLACE_WORDS[origin].url)} names database ${database}, which has no effect. RedisGears works in database 0, and Gearboard reads keys and streams there.`

/** `writer`: all is well when `reason` is null. `reader`: another Gearboard writes to the directory. `off`: nothing is recorded nor known. */
export interface HistoryState {
  readonly role: 'writer' | 'reader' | 'off'
  /** What is wrong, for people. */
  readonly reason: string | null
  /** Unacknowledged notices, the latest first. */
  readonly notices?: readonly HistoryNotice[]
}

/** RG.GETEXECUTION is asked within a budget: under more churn than that, outcomes are a sample and the rest stays unknown. */
interface DetailSampling {
  /** Highest number of commands per second over all shards; falls while the server answers slowly. */
  readonly budgetPerS: number
  /** Ended executions whose outcome is yet to be read: those that wait to be asked for, and those that are being asked for. */
  readonly queued: number
  /** Ended executions of the last minute that were never asked for, because the queue was full or they were gone. */
  readonly skippedLastMinute: number
}

/** What a person knows a connection by, in tabs and titles: its label, else where it is. */
export const knownAs = ({
  label,
  embedded,
  address,
}: Pick<ConnectionState, 'label' | 'embedded' | 'address'>): string =>
  label ?? (embedded ? 'embedded' : address.replace(/^[\w+-]+:\/\//, ''))
