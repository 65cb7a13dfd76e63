import type { CommandShard } from '../command-shard'
import { clients } from './clients/clients'
import { connection } from './clients/connection'
import { scripting } from './clients/lua-scripts'
import { pubsub } from './clients/pubsub'
import { transactions } from './clients/transactions'
import { bits } from './data/bits'
import { geo } from './data/geo'
import { hashes } from './data/hashes'
import { hyperloglogs } from './data/hyperloglogs'
import { lcsCommand } from './data/lcs'
import { lists } from './data/lists'
import { sets } from './data/sets'
import { strings } from './data/strings'
import { zsetOperations } from './data/zset-operations'
import { zsets } from './data/zsets'
import { dumping } from './keys/dump'
import { keys } from './keys/keys'
import { acl } from './server/acl'
import { cluster } from './server/cluster'
import { command } from './server/command'
import { help, server } from './server/server'
import { type CommandHandler, type CommandHandlers, redisSpec } from './spec'
import { streamGroups } from './streams/stream-groups'
import { streamReading } from './streams/stream-read'
import { streams } from './streams/streams'
import table from './table.json'

const FAMILIES: readonly CommandHandlers[] = [
  acl,
  bits,
  clients,
  cluster,
  command,
  connection,
  dumping,
  geo,
  hashes,
  hyperloglogs,
  keys,
  lcsCommand,
  lists,
  pubsub,
  scripting,
  server,
  sets,
  streamGroups,
  streamReading,
  streams,
  strings,
  transactions,
  zsetOperations,
  zsets,
]

/** Defines Redis's commands on a shard. Commands without a handler are unknown to clients. */
export function installCommands(shard: CommandShard): void {
  const handlers = new Map(FAMILIES.flatMap((family) => Object.entries(family)))
  const containers = withHelp(handlers)
  for (const name of Object.keys(table)) {
    const run = handlers.get(name)
    if (run || containers.has(name)) shard.define(redisSpec(name, run))
  }
}

/** Adds HELP to every container command. */
function withHelp(handlers: Map<string, CommandHandler>): Set<string> {
  const subcommands = new Map<string, string[]>()
  for (const name of handlers.keys()) {
    const [container, subcommand] = name.split('|')
    if (container === undefined || subcommand === undefined) continue
    subcommands.set(container, [...(subcommands.get(container) ?? []), subcommand])
  }
  for (const [container, names] of subcommands) handlers.set(`${container}|help`, help(container, names))
  return new Set(subcommands.keys())
}
