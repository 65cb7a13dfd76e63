import { configKey } from '@gearboard/gears/vocabulary/config-keys'
import { type ConnectionPlace, PLACE_WORDS } from '@gearboard/gears/vocabulary/connection-place'
import {
  type AclLines,
  type RefusalFacts,
  refusalHelp,
  refusalInWords,
  refusalOf,
  type ServerRefusal,
} from '@gearboard/gears/vocabulary/server-refusal'
import type { ClusterInfo, ShardAnswer, SlotRange } from '@gearboard/gears/vocabulary/shard'
import { SLOTS } from '@gearboard/gears/vocabulary/slots'
import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import type { SentinelView } from '../connection/connection'
import type { ConfigRow } from '../environment/config-view'
import type { Execution } from '../executions/execution'
import { failsEverywhere, type Registration } from '../registrations/registration'
import { formatDuration, listInWords } from '../text/format'
import { visibleText } from '../text/visible-text'
import { nodeAgreement } from './cluster-view'
import { answersOtherwise, type OldSlotMap, type ShardState } from './shard'
import { shardName, slotCount } from './shard-order'
import { quoted } from './unreached'

/** Something that is wrong with the cluster. */
export interface ClusterFinding {
  readonly kind:
    | 'endpoint'
    | 'balancer'
    | 'silent'
    | 'refusing'
    | 'role'
    | 'enterprise'
    | 'unread-map'
    | 'sentinels'
    | 'disowned'
    | 'uninitialised'
    | 'old-map'
    | 'uncovered'
    | 'unreached'
    | 'idle'
    | 'registrations'
    | 'versions'
    | 'configuration'
  readonly severity: 'failed' | 'warning'
  readonly title: string
  readonly meaning: string
  readonly todo: string
  /** RG.REFRESHCLUSTER is what helps. */
  readonly refresh?: true
}

/** The input of the rules; undefined means not known yet, and no rule reports on it. */
export interface ClusterFacts {
  /** Redis Cluster is on. */
  readonly cluster: boolean
  /** Gearboard reaches the servers by TLS. */
  readonly tls: boolean
  /** Where the connection is changed. */
  readonly place: ConnectionPlace
  readonly shards: readonly ShardState[]
  /** The ACL lines that grant what Gearboard needs, where a shard refuses some of it. */
  readonly acl?: AclLines | undefined
  /** `host:port` that hides the cluster. */
  readonly endpoint?: string | undefined
  readonly oldSlotMap?: OldSlotMap | undefined
  /** The master that sentinels name. */
  readonly sentinel?: SentinelView | undefined
  /** RG.INFOCLUSTER as each master sees it. */
  readonly views: readonly ShardAnswer<ClusterInfo>[]
  /** The slots that each master says it holds itself. */
  readonly claims?: readonly ShardAnswer<readonly SlotRange[]>[] | undefined
  readonly registrations?: readonly Pick<Registration, 'key' | 'id' | 'name' | 'mode' | 'missingOn'>[] | undefined
  readonly executions?: readonly Pick<Execution, 'abortCause' | 'endSeen' | 'registered' | 'origin'>[] | undefined
  readonly config?: readonly Pick<ConfigRow, 'name' | 'drifts'>[] | undefined
  /** Our clock, ms. */
  readonly now: number
}

/** Executions that idled out so lately say something of the cluster as it is, ms. */
const LATELY_MS = 15 * 60_000

/** A restart is reported for this long, ms. */
const RESTART_TOLD_MS = 3_600_000
const REASON_CHARS = 300

type ClusterRule = (facts: ClusterFacts) => ClusterFinding | undefined

/** The gravest first. */
const RULES: readonly ClusterRule[] = [
  endpoint,
  balancer,
  silent,
  refusing,
  role,
  enterprise,
  unreadMap,
  sentinels,
  disowned,
  uninitialised,
  oldMap,
  uncovered,
  unreached,
  registrations,
  idle,
  versions,
  configuration,
]

/** All that is wrong with the cluster, the gravest first. */
export const clusterFindings = (facts: ClusterFacts): readonly ClusterFinding[] =>
  RULES.flatMap((rule) => rule(facts) ?? [])

const namesOf = (keys: readonly string[], { shards }: ClusterFacts): string =>
  listInWords(keys.map((key) => shardName(key, shards)))

/** The shards behind an endpoint that Gearboard does not reach are listed here by name, not as failing servers. */
function endpoint({ endpoint: address, shards, place }: ClusterFacts): ClusterFinding | undefined {
  const beyond = shards.filter(({ state, address: at }) => state === 'silent' && at !== address)
  if (address === undefined || beyond.length === 0) return undefined
  const names = listInWords(beyond.map(({ key, address: at }) => `${shardName(key, shards)} (${at})`))
  return {
    kind: 'endpoint',
    severity: 'failed',
    title: `${address} hides a cluster: ${shards.length - beyond.length} of ${plural(shards.length, 'shard')} can be reached from here.`,
    meaning: `RedisGears there knows ${plural(shards.length, 'shard')}; not reachable from here: ${names}. Running, registering, unregistering and triggering reach the whole cluster through the endpoint. Executions, counters, memory and configuration cover only the reachable shards, so every total is partial.`,
    todo: `Set ${PLACE_WORDS[place].url} to the shards’ own addresses, reachable from here, with the same user and password: redis://a:6379,b:6379. On Redis Enterprise, enable the OSS Cluster API of the database, so that CLUSTER SLOTS is answered.`,
  }
}

/** Which shards of the embedded RedisGears broke down lately, and why. Past breakdowns are no finding: the cluster may be healthy again. */
export function restartsInWords(
  shards: readonly ShardState[],
  now: number,
): { readonly title: string; readonly text: string } | undefined {
  const again = shards.flatMap(({ key, restart }) =>
    restart && now - restart.at < RESTART_TOLD_MS
      ? [{ name: shardName(key, shards), why: `${visibleText(restart.reason, REASON_CHARS)}.` }]
      : [],
  )
  const [first, ...others] = again
  if (!first) return undefined
  const alone = shards.length === 1 ? 'The embedded RedisGears' : `The shard ${first.name}`
  const why = others.length === 0 ? first.why : again.map((each) => `${each.name}: ${each.why}`).join(' ')
  return {
    title: `${others.length === 0 ? alone : `The shards ${listInWords(again.map(({ name }) => name))}`} restarted.`,
    text: `${why} Unsaved keys, running executions and results were lost; registrations were restored. A script that crashes the interpreter does so every time: see Executions for what ran there.`,
  }
}

/** Run ids that take turns are no restarts. */
function balancer({ shards, place }: ClusterFacts): ClusterFinding | undefined {
  const several = shards.filter(({ servers = 1 }) => servers > 1)
  if (several.length === 0) return undefined
  const told = several.map(({ address, servers = 1 }) => `${address} leads to ${plural(servers, 'server')}`)
  return {
    kind: 'balancer',
    severity: 'failed',
    title: `${listInWords(told)}.`,
    meaning: `They run at the same time, so this is not a restart: a proxy between Gearboard and ${several.length === 1 ? 'the address' : 'each address'} sends each connection to another server. Pages show only the server that Gearboard’s own connection reached. Actions are sent only over a connection to that server and may need several attempts.`,
    todo: `Set ${PLACE_WORDS[place].url} to the servers’ own addresses, with a connection for each server outside a cluster.`,
  }
}

function silent(facts: ClusterFacts): ClusterFinding | undefined {
  const quiet = facts.shards.filter(
    (shard) =>
      shard.state === 'silent' &&
      !answersOtherwise(shard) &&
      (facts.endpoint === undefined || shard.address === facts.endpoint),
  )
  if (quiet.length === 0) return undefined
  const names = namesOf(
    quiet.map(({ key }) => key),
    facts,
  )
  const one = quiet.length === 1
  return {
    kind: 'silent',
    severity: 'failed',
    title: facts.cluster
      ? `Shard${one ? '' : 's'} ${names} ${one ? 'does' : 'do'} not answer.`
      : 'The server does not answer.',
    meaning: `Pages show ${one ? 'its' : 'their'} last answer. Distributed executions wait for ${one ? 'it' : 'them'} until they time out, and Gearboard does not see its registrations fire.`,
    todo: `Check that ${listInWords(quiet.map(({ address }) => address))} is running and reachable from here: ${quiet[0]?.error?.message ?? 'reason unknown'}.`,
  }
}

function refusing(facts: ClusterFacts): ClusterFinding | undefined {
  const others = facts.shards.filter((shard) => shard.state === 'silent' && answersOtherwise(shard))
  const [first] = others
  if (!first?.error) return undefined
  const names = namesOf(
    others.map(({ key }) => key),
    facts,
  )
  const one = others.length === 1
  const { message } = first.error
  const refusal = refusalOf(first.error)
  const told = refusal && refusal !== 'other' && others.every(({ error }) => error && refusalOf(error) === refusal)
  return {
    kind: 'refusing',
    severity: 'failed',
    title: told
      ? `${facts.cluster ? (one ? names : `Each of ${names}`) : 'The server'} ${refusalInWords(refusal)}.`
      : facts.cluster
        ? `Shard${one ? '' : 's'} ${names} ${one ? 'answers' : 'answer'}, but RedisGears does not.`
        : 'The server answers, but RedisGears does not.',
    meaning: `Pages show older data of ${one ? 'it' : 'them'}. ${one ? 'It is running' : 'They are running'} and may execute functions that Gearboard cannot see.`,
    todo: `${refusingTodo(first, facts)} ${listInWords(others.map(({ address }) => address))} ${one ? 'answers' : 'answer'}: ${message}`,
  }
}

function refusingTodo({ address, error }: ShardState, { place, acl, tls }: ClusterFacts): string {
  const refusal = error && refusalOf(error)
  return refusal ? helpInWords(refusal, { address, place, acl, tls }) : 'Load the module there, as on the other shards.'
}

function helpInWords(refusal: ServerRefusal, facts: RefusalFacts): string {
  const help = refusalHelp(refusal, facts)
  // What comes without a command behind the first is said where the server as a whole refuses.
  return help
    .filter(({ command }, at) => at === 0 || (refusal === 'permission' && command !== undefined))
    .map(({ text, command }) => [text, ...(command === undefined ? [] : [`${command}.`])].join(' '))
    .join(' ')
}

function role(facts: ClusterFacts): ClusterFinding | undefined {
  const replicas = facts.shards.filter((shard) => shard.role === 'replica')
  if (replicas.length === 0) return undefined
  const addresses = listInWords(replicas.map(({ address }) => address))
  return {
    kind: 'role',
    severity: 'failed',
    title: `${addresses} ${replicas.length === 1 ? 'is a replica' : 'are replicas'}, not ${replicas.length === 1 ? 'a master' : 'masters'}.`,
    meaning:
      'A replica accepts functions and registrations only for itself, and loses them with the next synchronisation. Gearboard is read-only there.',
    todo: facts.cluster
      ? 'A failover is probably in progress: the slot map still lists it as a master. When it is over, refresh.'
      : 'Connect Gearboard to its master: INFO replication on it names the master’s host and port.',
  }
}

function enterprise(facts: ClusterFacts): ClusterFinding | undefined {
  const without = facts.views.filter((view) => 'error' in view && /^ERRCLUSTER\b/.test(view.error.message))
  if (without.length === 0) return undefined
  return {
    kind: 'enterprise',
    severity: 'failed',
    title: `RedisGears has no cluster state on ${namesOf(
      without.map(({ shard }) => shard.key),
      facts,
    )} (ERRCLUSTER).`,
    meaning:
      'Only Redis Enterprise reports this: its proxy has not sent the topology to RedisGears there. Every RG command is refused until it does.',
    todo: 'Wait for the proxy, or restart the shard from the Enterprise console. RG.REFRESHCLUSTER is for open-source clusters and does not help.',
  }
}

/** All that is said of shards, addresses and slots rests on it. */
function unreadMap({ oldSlotMap, place, acl, tls, now }: ClusterFacts): ClusterFinding | undefined {
  if (!oldSlotMap) return undefined
  const { readAt, error } = oldSlotMap
  const refusal = refusalOf(error)
  const who = error.address ?? 'The server'
  const age = formatDuration(Math.max(0, now - readAt))
  const help = refusal && refusal !== 'other' ? helpInWords(refusal, { address: who, place, acl, tls }) : ''
  return {
    kind: 'unread-map',
    severity: 'failed',
    title:
      refusal === 'no_slots'
        ? `No shard holds a hash slot any longer; the slot map shown is ${age} old.`
        : `The slot map is ${age} old: no shard reports it any longer.`,
    meaning:
      'Shards, addresses and slots may have changed since: Gearboard does not see failovers, new shards or moved slots, and may send a key’s command to the wrong shard.',
    todo: `${help} ${who} ${refusal ? 'answers' : 'does not answer'}: ${error.message}`.trim(),
  }
}

/** The master is still shown, because a sentinel named it before. */
function sentinels({ sentinel }: ClusterFacts): ClusterFinding | undefined {
  if (!sentinel?.error) return undefined
  return {
    kind: 'sentinels',
    severity: 'warning',
    title: `No sentinel reports the address of the master ${quoted(sentinel.master)}.`,
    meaning: `Gearboard keeps using ${sentinel.address ?? 'the last reported address'} and does not see a failover until a sentinel answers.`,
    todo: `Check that the sentinels are running and reachable from here: ${sentinel.error.message}`,
  }
}

/**
 * Slots that the map gives a shard and that no shard says it holds. One that moves is held by the other already; while a shard does not say what
 * it holds, nothing is known.
 */
function disownedBy({ shards, claims = [] }: Pick<ClusterFacts, 'shards' | 'claims'>): ReadonlyMap<string, number> {
  const held = claims.flatMap((claim) => ('value' in claim ? claim.value : []))
  if (claims.length === 0 || claims.some((claim) => 'error' in claim)) return new Map()
  return new Map(
    shards.flatMap(({ key, slots }): (readonly [string, number])[] => {
      const count = slotCount(slots) - overlap(slots, held)
      return count > 0 ? [[key, count]] : []
    }),
  )
}

const overlap = (some: readonly SlotRange[], others: readonly SlotRange[]): number =>
  some
    .flatMap(([first, last]) => others.map(([from, to]) => Math.max(0, Math.min(last, to) - Math.max(first, from) + 1)))
    .reduce((total, count) => total + count, 0)

/** The slot map is read of one shard: what the others gave up, it may still count as theirs. */
function disowned(facts: ClusterFacts): ClusterFinding | undefined {
  const counts = disownedBy(facts)
  if (counts.size === 0) return undefined
  const gone = [...counts.values()].reduce((total, count) => total + count, 0)
  const names = namesOf([...counts.keys()], facts)
  const one = counts.size === 1
  const all = facts.claims?.every((claim) => 'value' in claim && claim.value.length === 0) === true
  return {
    kind: 'disowned',
    severity: 'failed',
    title: all
      ? 'No shard holds a hash slot any longer.'
      : `${names} ${one ? 'does' : 'do'} not hold ${plural(gone, 'slot')} that the slot map assigns to ${one ? 'it' : 'them'}.`,
    meaning: `The slot map comes from one shard; ${one ? 'the shard itself reports' : 'the shards themselves report'} that ${gone === 1 ? 'the slot is' : 'the slots are'} gone. Keys of such slots cannot be read or written; with cluster-require-full-coverage, no keys can.`,
    todo: 'Assign the slots again: run redis-cli --cluster fix with the address of any node, or CLUSTER ADDSLOTSRANGE on the node that should hold them.',
  }
}

const blindOf = ({ views }: ClusterFacts) => views.filter((view) => 'value' in view && view.value.mode === 'none')

function uninitialised(facts: ClusterFacts): ClusterFinding | undefined {
  const { cluster, shards } = facts
  const blind = blindOf(facts)
  if (!cluster || shards.length < 2 || blind.length === 0) return undefined
  return {
    kind: 'uninitialised',
    severity: 'failed',
    title:
      blind.length === shards.length
        ? `RedisGears is not initialised on any of the ${shards.length} shards.`
        : `RedisGears is not initialised on ${namesOf(
            blind.map(({ shard }) => shard.key),
            facts,
          )}.`,
    meaning:
      'It reports “no cluster mode” although this is a cluster: no refresh was sent since it started. Until then each such shard works alone: runs see only its own keys, registrations stay on it, and ids are all zeros.',
    todo: 'Refresh every shard. Repeat this after each start of a shard and each topology change.',
    refresh: true,
  }
}

function oldMap(facts: ClusterFacts): ClusterFinding | undefined {
  const { cluster, shards, views } = facts
  if (!cluster) return undefined
  const old = views.filter((view) =>
    shards.some((shard) => ['old', 'unseen'].includes(nodeAgreement(view, shard).kind)),
  )
  if (old.length === 0) return undefined
  const one = old.length === 1
  const names = namesOf(
    old.map(({ shard }) => shard.key),
    facts,
  )
  return {
    kind: 'old-map',
    severity: 'warning',
    title: `${names} ${one ? 'holds' : 'hold'} an old slot map.`,
    meaning: `${one ? 'It has' : 'They have'} not seen that slots or shards changed: records of moved slots go to the wrong shard, and repartition steps wait for them.`,
    todo: 'Refresh every shard to reload the topology.',
    refresh: true,
  }
}

function uncovered({ cluster, shards }: ClusterFacts): ClusterFinding | undefined {
  const count = SLOTS - shards.reduce((total, shard) => total + slotCount(shard.slots), 0)
  if (!cluster || count === 0) return undefined
  return {
    kind: 'uncovered',
    severity: 'warning',
    title: `${plural(count, 'slot')} ${count === 1 ? 'is' : 'are'} not held by any shard that Gearboard sees.`,
    meaning: 'Keys of such slots cannot be read or written; with cluster-require-full-coverage, no keys can.',
    todo: 'CLUSTER NODES shows whether a master without a replica is down, or a migration stopped halfway (redis-cli --cluster fix).',
  }
}

/** A shard that answers us, to which another shard never had a connection: its run id is unknown there until it has one (protocol 7). */
function unreached(facts: ClusterFacts): ClusterFinding | undefined {
  const up = new Set(facts.shards.filter(({ state }) => state === 'up').map(({ key }) => key))
  const pairs = facts.views.flatMap((view) => {
    if ('error' in view || view.value.mode === 'none') return []
    const { myId, nodes } = view.value
    const missed = nodes.filter(({ id, runId }) => id !== myId && runId === null && up.has(id))
    return missed.map(({ id }) => `${namesOf([view.shard.key], facts)} → ${namesOf([id], facts)}`)
  })
  if (pairs.length === 0) return undefined
  return {
    kind: 'unreached',
    severity: 'failed',
    title: `Shards that answer Gearboard do not reach each other: ${listInWords(pairs)}.`,
    meaning:
      'RedisGears opens its own connections from shard to shard. Without them distributed executions wait until they time out, and registrations do not reach every shard.',
    todo: tlsAdvice(facts.tls),
  }
}

/** "max idle reached" with every shard alive: measured to be a TLS mismatch between shards more than once. */
function idle(facts: ClusterFacts): ClusterFinding | undefined {
  const { cluster, shards, executions, now } = facts
  if (!cluster || !executions || shards.some(({ state }) => state !== 'up') || blindOf(facts).length > 0)
    return undefined
  const missing = new Set(missingEverywhere(facts).map(({ id }) => id))
  const count = executions.filter(
    (execution) =>
      execution.abortCause === 'idle' &&
      execution.endSeen !== null &&
      execution.endSeen > now - LATELY_MS &&
      !explained(execution, missing),
  ).length
  if (count === 0) return undefined
  return {
    kind: 'idle',
    severity: 'warning',
    title: `${plural(count, 'execution')} timed out waiting for another shard in the last 15 minutes, though every shard answers.`,
    meaning: `“Execution max idle reached”: ${count === 1 ? 'it' : 'each'} received nothing from another shard for ExecutionMaxIdleTime. Either the shards cannot reach each other, or one step took longer than that.`,
    todo: `${tlsAdvice(facts.tls)} If only long steps are affected, raise ExecutionMaxIdleTime.`,
  }
}

/** A firing of a registration that a shard lacks times out for that alone; of unknown firings it is the known reason, a guess is not. */
const explained = (
  { registered, origin }: Pick<Execution, 'registered' | 'origin'>,
  missing: ReadonlySet<string>,
): boolean => (origin.kind === 'registration' ? missing.has(origin.registrationId) : registered && missing.size > 0)

const missingEverywhere = ({ registrations: all = [] }: ClusterFacts) => all.filter(failsEverywhere)

const tlsAdvice = (tls: boolean): string =>
  tls
    ? 'A likely cause is TLS: Gearboard reaches this cluster by TLS, and the shards must use it among themselves too (tls-cluster yes, with tls-port and a client certificate if required). The log of each shard lists refused connections.'
    : 'Check the log of each shard for refused connections: a firewall, an announced address that the others cannot reach, a password, or TLS on one side only. Then refresh.'

function registrations(facts: ClusterFacts): ClusterFinding | undefined {
  const missing = facts.registrations?.filter(({ missingOn }) => missingOn.length > 0) ?? []
  if (missing.length === 0) return undefined
  const shards = [...new Set(missing.flatMap(({ missingOn }) => missingOn))]
  const everywhere = missingEverywhere(facts)
  const local = missing.filter((registration) => !failsEverywhere(registration))
  const namesIn = (each: typeof missing) => listInWords(each.map(({ name }) => name))
  const meaning = [
    ...(everywhere.length > 0
      ? [
          `${namesIn(everywhere)}: every run fails on every shard with “Execution max idle reached”. Mode async runs on all shards, and a shard that does not know the registration never answers.`,
        ]
      : []),
    ...(local.length > 0 ? [`${namesIn(local)}: events on ${namesOf(shards, facts)} do not fire it.`] : []),
    'A shard that was down or not refreshed at the time of registration does not get it later, nor does a shard that restarted without its data.',
  ]
  return {
    kind: 'registrations',
    severity: everywhere.length > 0 ? 'failed' : 'warning',
    title: `${plural(missing.length, 'registration')} ${missing.length === 1 ? 'is' : 'are'} missing on ${namesOf(shards, facts)}${
      everywhere.length === 0
        ? ''
        : everywhere.length === missing.length
          ? ': every run fails on every shard'
          : `; every run of ${namesIn(everywhere)} fails on every shard`
    }.`,
    meaning: meaning.join(' '),
    todo: 'Refresh if a shard was added or restarted. Then register again (upgrade the session), which reaches every shard.',
  }
}

function versions(facts: ClusterFacts): ClusterFinding | undefined {
  const spread = (of: 'gearsVersion' | 'redisVersion') => {
    const by = new Map<string, string[]>()
    for (const shard of facts.shards) {
      const version = shard[of]
      if (version !== null) by.set(version, [...(by.get(version) ?? []), shard.key])
    }
    return [...by]
  }
  const told = (all: readonly (readonly [string, readonly string[]])[]) =>
    all.map(([version, keys]) => `${version} on ${namesOf(keys, facts)}`).join(', ')
  const gears = spread('gearsVersion')
  const redis = spread('redisVersion')
  if (gears.length < 2 && redis.length < 2) return undefined
  const parts = [
    ...(gears.length > 1 ? [`RedisGears ${told(gears)}`] : []),
    ...(redis.length > 1 ? [`Redis ${told(redis)}`] : []),
  ]
  return {
    kind: 'versions',
    severity: 'warning',
    title: `The shards run different versions: ${parts.join('; ')}.`,
    meaning:
      gears.length > 1
        ? 'Shards exchange functions and records in the format of their own version: mixed versions may refuse or lose them.'
        : 'Replies and limits may differ from shard to shard.',
    todo: 'Finish the upgrade: use the same RedisGears and Redis versions everywhere, then refresh.',
  }
}

function configuration(facts: ClusterFacts): ClusterFinding | undefined {
  const drifting = (facts.config ?? []).flatMap(({ name, drifts }) => {
    const key = configKey(name)
    // A key that the module does not know means what its script makes of it.
    const means = key ? key.drift : `scripts read different values of ${name}`
    return drifts && means !== null ? [{ name, means }] : []
  })
  if (drifting.length === 0) return undefined
  const names = listInWords(drifting.map(({ name }) => name))
  const means = listInWords([...new Set(drifting.map(({ means }) => means))])
  return {
    kind: 'configuration',
    severity: 'warning',
    title: `${names} ${drifting.length === 1 ? 'differs' : 'differ'} between shards.`,
    meaning: `${means.charAt(0).toUpperCase()}${means.slice(1)}. RG.CONFIGSET applies only to the shard that receives it.`,
    todo: `Set ${drifting.length === 1 ? 'it' : 'them'} on the Configuration page, which reaches every shard. A module argument needs a restart of the shard.`,
  }
}

/** How much of the cluster is there, in words. */
export function coverageInWords({
  cluster,
  shards,
  oldSlotMap,
  sentinel,
  claims,
}: Pick<ClusterFacts, 'cluster' | 'shards' | 'oldSlotMap' | 'sentinel' | 'claims'>): string {
  const answering = shards.filter(({ state }) => state === 'up').length
  const unasked = shards.filter(({ state }) => state === 'unasked').length
  const disowned = [...disownedBy({ shards, claims }).values()].reduce((total, count) => total + count, 0)
  const covered = shards.reduce((total, shard) => total + slotCount(shard.slots), 0) - disowned
  const answers = `${answering} of ${plural(shards.length, 'shard')} answer${unasked > 0 ? `, ${unasked} not polled yet` : ''}.`
  if (!cluster && shards.some(({ servers = 1 }) => servers > 1)) return 'Pages show only one of the servers.'
  if (sentinel?.address && sentinel.by)
    return `The sentinel ${sentinel.by} reports ${sentinel.address} as the master ${quoted(sentinel.master)}; a failover changes it.`
  if (!cluster) return 'It holds every key and execution; there is nothing to refresh.'
  if (shards.length === 1)
    return 'RedisGears reports “no cluster mode” until there are two shards with slots, and works as on a single server.'
  return `${formatCount(covered)} of ${formatCount(SLOTS)} slots ${oldSlotMap ? 'were covered when the slot map was read' : 'are covered'}; ${answers}`
}

/** The page's answer: the gravest finding, or that all is well. */
export function clusterHeadline(
  { cluster, shards }: Pick<ClusterFacts, 'cluster' | 'shards'>,
  found: readonly ClusterFinding[],
): string {
  const [first, ...others] = found
  if (first) return others.length === 0 ? first.title : `${first.title} ${plural(others.length, 'more finding')} below.`
  if (!cluster) return 'A single server, not a cluster.'
  if (shards.some(({ state }) => state === 'unasked')) return 'Loading shards…'
  if (shards.length === 1) return 'A cluster of one shard.'
  return `All ${shards.length} shards answer and agree on the slot map.`
}
