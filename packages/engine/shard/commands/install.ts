import type { CommandShard } from '../command-shard'
import { acl } from './acl'
import { bits } from './bits'
import { clients } from './clients'
import { cluster } from './cluster'
import { command } from './command'
import { connection } from './connection'
import { dumping } from './dump'
import { geo } from './geo'
import { hashes } from './hashes'
import { hyperloglogs } from './hyperloglogs'
import { keys } from './keys'
import { lcsCommand } from './lcs'
import { lists } from './lists'
import { scripting } from './lua-scripts'
import { pubsub } from './pubsub'
import { help, server } from './server'
import { sets } from './sets'
import { type CommandHandler, type CommandHandlers, redisSpec } from './spec'
import { streamGroups } from './stream-groups'
import { streamReading } from './stream-read'
import { streams } from './streams'
import { strings } from './strings'
import table from './table.json'
import { transactions } from './transactions'
import { zsetOperations } from './zset-operations'
import { zsets } from './zsets'

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
