import { command, noArgs } from '../command'
import type { Guard } from '../guard'
import { type Decoder, describe, integer, list, Mismatch, map, nullable, pairs, type Reply, text } from '../reply'
import type { Replica, SlotRange } from '../vocabulary/shard'
import { NO_DANGERS } from './dangers'

// The few commands of Redis itself that the client needs: what is there, and where.

export interface LoadedModule {
  readonly name: string
  readonly version: number
}

export const moduleList = command({
  name: 'MODULE',
  subcommand: 'LIST',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  reads: true,
  args: () => [],
  decode: list(map(pairs({ name: text, ver: integer }), ({ name, ver }): LoadedModule => ({ name, version: ver }))),
})

/** Sections of INFO that the module writes, or that contain such. */
const MODULE_SECTIONS = /^(?:modules|everything|rg.*)$/i

const INFO_GUARD = {
  dangers: NO_DANGERS,
  sender: 'gearboard',
  refuses: (words) =>
    words.some((word) => MODULE_SECTIONS.test(word)) ? 'its sections of the module are not read' : undefined,
} satisfies Guard

/** INFO as a map of its fields; fields of a section that the server does not have are missing. */
export const info = command({
  name: 'INFO',
  access: 'watch',
  guard: INFO_GUARD,
  reads: true,
  args: (...sections: readonly string[]) => sections,
  decode: (reply): ReadonlyMap<string, string> => infoFields(text(reply)),
})

/** No field of a real INFO is as long; versions and states of it are repeated in every delta. */
const FIELD_CHARS = 1000

function infoFields(body: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of body.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0 && !line.startsWith('#'))
      fields.set(line.slice(0, colon), line.slice(colon + 1, colon + 1 + FIELD_CHARS))
  }
  return fields
}

/** What a server is in its replication, and who copies it. */
export interface Replication {
  readonly role: 'master' | 'replica' | null
  readonly replicas: readonly Replica[]
}

/** INFO replication: `role`, and one `slaveN:ip=…,port=…,state=…,offset=…,lag=…` for each replica that is connected. */
export const replication = command({
  name: 'INFO',
  access: 'watch',
  guard: INFO_GUARD,
  reads: true,
  args: () => ['replication'],
  decode: (reply): Replication => {
    const fields = infoFields(text(reply))
    const role = fields.get('role')
    return {
      role: role === 'master' ? 'master' : role === 'slave' ? 'replica' : null,
      replicas: [...fields].flatMap(([name, value]) => (/^slave\d+$/.test(name) ? replicaOf(value) : [])),
    }
  },
})

function replicaOf(line: string): Replica[] {
  const fields = new Map(
    line.split(',').map((pair): [string, string] => {
      const equals = pair.indexOf('=')
      return [pair.slice(0, equals), pair.slice(equals + 1)]
    }),
  )
  const [ip, port] = [fields.get('ip'), fields.get('port')]
  if (ip === undefined || port === undefined) return []
  const lag = Number(fields.get('lag'))
  return [
    {
      address: `${ip}:${port}`,
      state: fields.get('state') ?? 'unknown',
      lagS: fields.has('lag') && Number.isInteger(lag) ? lag : null,
    },
  ]
}

/** Of these commands, the names in lower case of those that the server has. */
export const commandInfo = command({
  name: 'COMMAND',
  subcommand: 'INFO',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  reads: true,
  args: (...names: readonly string[]) => [...names],
  decode: (reply): ReadonlySet<string> =>
    new Set(list(nullable(commandName))(reply).flatMap((name) => (name === null ? [] : [name.toLowerCase()]))),
})

const commandName: Decoder<string> = (reply) => {
  if (!Array.isArray(reply)) throw new Mismatch('an array', describe(reply))
  return text(first(reply))
}

const first = (elements: readonly Reply[]): Reply => elements[0] ?? null

/** A master of CLUSTER SLOTS. `host` is null where the server leaves it to us: the one that it was asked under. */
export interface SlotOwner {
  readonly slots: SlotRange
  readonly host: string | null
  readonly port: number
  /** Redis before 4.0 sends none. */
  readonly nodeId: string | null
}

const slotOwner: Decoder<SlotOwner> = (reply) => {
  if (!Array.isArray(reply) || reply.length < 3) throw new Mismatch('an array of at least 3', describe(reply))
  const [start, end, master]: readonly Reply[] = reply
  if (!Array.isArray(master) || master.length < 2)
    throw new Mismatch('an array of at least 2', describe(master ?? null)).within('[2]')
  const [host, port, nodeId]: readonly Reply[] = master
  const name = nullable(text)(host ?? null)
  return {
    slots: [integer(start ?? null), integer(end ?? null)],
    // `?` is a hostname that the node does not know.
    host: name === '' || name === '?' ? null : name,
    port: integer(port ?? null),
    nodeId: nodeId === undefined ? null : nullable(text)(nodeId),
  }
}

export const clusterSlots = command({
  name: 'CLUSTER',
  subcommand: 'SLOTS',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  reads: true,
  args: () => [],
  decode: list(slotOwner),
})

/** CLUSTER INFO; `rejected` where cluster support is off. */
export const clusterState = command({
  name: 'CLUSTER',
  subcommand: 'INFO',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  reads: true,
  args: () => [],
  decode: (reply): ReadonlyMap<string, string> => infoFields(text(reply)),
})

/** The cluster node id of the server that answers; `rejected` where cluster support is off. */
export const clusterMyId = command({
  name: 'CLUSTER',
  subcommand: 'MYID',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  reads: true,
  args: () => [],
  decode: text,
})

export const ping = command({
  name: 'PING',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  reads: true,
  args: noArgs,
  decode: text,
})
