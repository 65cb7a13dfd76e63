import { command } from '../command'
import { integer, list, map, nullable, pairs, text, tuple } from '../reply'

// What a sentinel is asked. Not among the commands of the index: no user of the server itself needs them.

/** Where the master of this name is, as this sentinel sees it; null where it knows none. */
export const sentinelMaster = command({
  name: 'SENTINEL',
  reads: true,
  args: (name: string) => ['GET-MASTER-ADDR-BY-NAME', name],
  // The port is a text, too.
  decode: nullable(map(tuple(text, text), ([host, port]) => ({ host, port: integer(port) }))),
})

/** The names of the masters that it watches. */
export const sentinelNames = command({
  name: 'SENTINEL',
  reads: true,
  args: () => ['MASTERS'],
  decode: list(map(pairs({ name: text }), ({ name }) => name)),
})
