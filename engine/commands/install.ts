import type { LocalShard } from '../local-shard'
import { connection } from './connection'
import { type Handlers, redisSpec } from './spec'
import { strings } from './strings'
import table from './table.json'

const FAMILIES: readonly Handlers[] = [connection, strings]

/** Gives a shard Redis's commands. A command that no family implements is unknown to clients. */
export function installCommands(shard: LocalShard): void {
  const handlers = new Map(FAMILIES.flatMap((family) => Object.entries(family)))
  const containers = new Set(
    [...handlers.keys()].flatMap((name) => (name.includes('|') ? [name.slice(0, name.indexOf('|'))] : [])),
  )
  for (const name of Object.keys(table)) {
    const run = handlers.get(name)
    if (run || containers.has(name)) shard.define(redisSpec(name, run))
  }
}
