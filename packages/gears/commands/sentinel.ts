import { command } from '../command'
import { integer, list, map, nullable, pairs, text, tuple } from '../reply'
import { NO_DANGERS } from './dangers'

// What a sentinel is asked. Not among the commands of the index: no user of the server itself needs them.

/** Where the master of this name is, as this sentinel sees it; null where it knows none. */
export const sentinelMaster = command({
  name: 'SENTINEL',
  subcommand: 'GET-MASTER-ADDR-BY-NAME',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  reads: true,
  args: (name: string) => [name],
  // The port is a text, too.
  decode: nullable(map(tuple(text, text), ([host, port]) => ({ host, port: integer(port) }))),
})

/** The names of the masters that it watches. */
export const sentinelNames = command({
  name: 'SENTINEL',
  subcommand: 'MASTERS',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  reads: true,
  args: () => [],
  decode: list(map(pairs({ name: text }), ({ name }) => name)),
})
