import { CommandError } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, OK, ReplyMap, type ShardInfo, Verbatim } from '../../core'
import { keySlot } from '../../keyspace/key-slot'
import { arg, bytes, integer, name } from '../arguments'
import type { CommandHandler, CommandHandlers } from '../spec'

const SLOTS = 16384
/** The offset of the cluster bus above a node's port; nothing listens there. */
const BUS = 10000

type NodeSlots = ShardInfo & { readonly slots: readonly [number, number] }

const owners = ({ shard }: CommandContext): NodeSlots[] =>
  shard.peers.flatMap((peer) => (peer.slots ? [{ ...peer, slots: peer.slots }] : []))

function info(context: CommandContext): CommandReply {
  const nodes = owners(context)
  const assigned = nodes.reduce((sum, { slots }) => sum + slots[1] - slots[0] + 1, 0)
  const fields: [string, string | number][] = [
    ['cluster_state', assigned === SLOTS ? 'ok' : 'fail'],
    ['cluster_slots_assigned', assigned],
    ['cluster_slots_ok', assigned],
    ['cluster_slots_pfail', 0],
    ['cluster_slots_fail', 0],
    ['cluster_known_nodes', context.shard.peers.length],
    ['cluster_size', nodes.length],
    ['cluster_current_epoch', nodes.length],
    ['cluster_my_epoch', epoch(context.shard.self)],
    ['cluster_stats_messages_sent', 0],
    ['cluster_stats_messages_received', 0],
    ['total_cluster_links_buffer_limit_exceeded', 0],
  ]
  return new Verbatim(fields.map(([field, value]) => `${field}:${value}\r\n`).join(''))
}

const epoch = ({ slots, index }: ShardInfo): number => (slots ? index + 1 : 0)

function nodes({ shard }: CommandContext): CommandReply {
  const lines = shard.peers.map((peer) => {
    const myself = peer.index === shard.self.index ? 'myself,' : ''
    const range = peer.slots ? ` ${peer.slots[0]}-${peer.slots[1]}` : ''
    return `${peer.id} ${peer.host}:${peer.port}@${peer.port + BUS} ${myself}master - 0 0 ${epoch(peer)} connected${range}\n`
  })
  return new Verbatim(lines.join(''))
}

const slots: CommandHandler = (context) =>
  owners(context).map(({ slots: [first, last], host, port, id }) => [first, last, [host, port, id, []]])

const shards: CommandHandler = ({ shard }) =>
  shard.peers.map(
    (peer) =>
      new ReplyMap([
        ['slots', peer.slots ? [...peer.slots] : []],
        [
          'nodes',
          [
            new ReplyMap([
              ['id', peer.id],
              ['port', peer.port],
              ['ip', peer.host],
              ['endpoint', peer.host],
              ['role', 'master'],
              ['replication-offset', 0],
              ['health', 'online'],
            ]),
          ],
        ],
      ]),
  )

function slot(text: Buffer | undefined): number {
  const number = integer(text)
  if (number < 0 || number >= SLOTS) throw new CommandError('ERR Invalid slot')
  return number
}

const keysInSlot = ({ shard }: CommandContext, wanted: number): string[] => {
  const database = shard.keyspace.at(0)
  return [...database.keys()].filter((key) => keySlot(bytes(key)) === wanted)
}

/** Refuses commands that would change the cluster, which is fixed at start. */
const fixed: CommandHandler = (_, argv) => {
  throw new CommandError(
    `ERR CLUSTER ${name(argv[1]).toUpperCase()} is not supported: the shards of this engine are fixed`,
  )
}

const subcommands: CommandHandlers = {
  info,
  nodes,
  slots,
  shards,
  myid: ({ shard }) => shard.self.id,
  keyslot: (_, argv) => keySlot(arg(argv, 2)),
  countkeysinslot: (context, argv) => keysInSlot(context, slot(argv[2])).length,
  getkeysinslot(context, argv) {
    const wanted = slot(argv[2])
    const count = integer(argv[3])
    if (count < 0) throw new CommandError('ERR Invalid number of keys')
    return keysInSlot(context, wanted).slice(0, count).map(bytes)
  },
  links: () => [],
  replicas: () => [],
  slaves: () => [],
  'count-failure-reports': () => 0,
  saveconfig: () => OK,
  ...Object.fromEntries(
    'addslots addslotsrange bumpepoch delslots delslotsrange failover flushslots forget meet replicate reset set-config-epoch setslot'
      .split(' ')
      .map((each) => [each, fixed]),
  ),
}

/** Every subcommand refuses outside cluster mode. */
export const cluster: CommandHandlers = Object.fromEntries(
  Object.entries(subcommands).map(([subcommand, run]): [string, CommandHandler] => [
    `cluster|${subcommand}`,
    (context, argv) => {
      if (!context.shard.clusterEnabled) throw new CommandError('ERR This instance has cluster support disabled')
      return run(context, argv)
    },
  ]),
)
