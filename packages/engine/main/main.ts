/** The entry point of the embedded RedisGears: `npm run engine -- --port 6390`. README.md describes what it emulates. */
import { setFlagsFromString } from 'node:v8'
import { printable } from '../printable'
import type { SaveAtEnd } from '../wire/messages'
import { parseOptions, USAGE, UsageError } from './options'
import { Engine } from './server'

/** Where bin/engine.mjs has put the bundles and the sources. */
export interface Launch {
  readonly root: string
  readonly shard: URL
  readonly wheels: URL
  /** The default user's password if the command line has none. */
  readonly password: string | undefined
}

/** Runs until SIGTERM or SIGINT. Exits with 1 if it could not start, with 2 for invalid options. */
export async function main(args: readonly string[], launch: Launch): Promise<void> {
  // Node 20's V8 crashes ("unreachable code" in Deoptimizer::DoComputeBuiltinContinuation) when it deoptimises an inlined call from
  // JavaScript to WebAssembly, and Python makes such calls by the thousand.
  setFlagsFromString('--no-turbo-inline-js-wasm-calls')
  // Functions run in the shards' workers, where no string may be compiled as JavaScript.
  setFlagsFromString('--disallow-code-generation-from-strings')
  try {
    const options = parseOptions(args, launch.password)
    if (options === 'help') return console.log(USAGE)
    let ending = false
    const end = (save: SaveAtEnd): void => {
      if (ending) return
      ending = true
      engine.stop(save).finally(() => process.exit(0))
    }
    const engine = await Engine.start(options, launch, {
      log: (_, text) => process.stderr.write(`${printable(text)}\n`),
      shutdown: end,
    })
    process.on('SIGTERM', () => end('with-save-points'))
    process.on('SIGINT', () => end('with-save-points'))
    const [first = options.port] = engine.ports
    const range = options.shards > 1 ? `${first}-${first + options.shards - 1} (${options.shards} shards)` : `${first}`
    console.log(`RedisGears (embedded) ready on ${options.host}:${range}`)
    // A parent with a channel need not parse the output.
    process.send?.('ready')
  } catch (error) {
    console.error(printable(error instanceof Error ? error.message : String(error)))
    if (error instanceof UsageError) console.error('Run engine --help for the options.')
    // Clients that connected meanwhile, and the channel to a parent, would keep an engine alive that serves nobody.
    process.exit(error instanceof UsageError ? 2 : 1)
  }
}
