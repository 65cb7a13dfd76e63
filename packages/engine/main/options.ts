import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { ShardData } from '../wire/messages'

/** The options of the command line; README.md lists them. */
export interface EngineOptions {
  readonly host: string
  readonly port: number
  readonly shards: number
  /** Cluster-enabled, without assigned slots (one shard). */
  readonly unassigned: boolean
  readonly seed: ShardData['seed']
  readonly requirepass: string
  /** The folder to save in; undefined saves nothing. */
  readonly dir: string | undefined
  readonly findLinks: string | undefined
  /** Undefined means no network access. */
  readonly indexUrl: string | undefined
  readonly gearsVersion: '1.0' | '1.2'
  /** Names and values of the module's arguments. */
  readonly moduleArgs: readonly string[]
  /** The maximum memory of each shard's Python, MB. */
  readonly pythonMemoryMb: number
  /** A shard that does not answer for this many seconds is ended and restarted. */
  readonly silenceS: number
}

export const USAGE = `usage: engine [options]

  --port N             first port (6379); shard i listens on N+i
  --host ADDRESS       address to listen on (127.0.0.1)
  --shards N           1 standalone, 2 to 32 a Redis Cluster of N masters (1)
  --cluster            cluster-enabled without slots, one shard
  --seed               start with an example shop: functions and events
  --seed-events        the shop without its functions, which somebody else submits
  --requirepass TEXT   password of the default user; GEARBOARD_ENGINE_PASSWORD hides it from the list of processes
  --dir DIR            folder to save in and load from; without it nothing is saved
  --find-links DIR     folder of wheels, searched before the index
  --index-url URL      simple index for REQUIREMENTS (https://pypi.org/simple)
  --no-index           no downloads from the network
  --gears-version V    1.2 or 1.0 (1.2)
  --module-args TEXT   module arguments: names and values, as in 'ExecutionThreads 1 MaxExecutions 50'
  --python-memory MB   memory limit of each shard's Python, 128 to 2048 (1024)
  --silence S          restart a shard that does not answer for this long, 5 to 86400 seconds (120)
  --help               this text`

/** The command line is invalid; the message names the option and what would be right. */
export class UsageError extends Error {}

const MAX_SHARDS = 32
const PYPI = 'https://pypi.org/simple'
const LAST_PORT = 65535

function whole(name: string, text: string, low: number, high: number): number {
  const value = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= low && value <= high))
    throw new UsageError(`--${name}: expected a whole number from ${low} to ${high}, got '${text}'`)
  return value
}

function folder(path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--dir: expected an existing folder, got '${path}'`)
  return resolve(path)
}

function indexUrl(text: string | undefined, none: boolean): string | undefined {
  if (none && text !== undefined) throw new UsageError('--no-index: contradicts --index-url')
  if (none) return undefined
  const url = text ?? PYPI
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`--index-url: expected an http or https URL such as ${PYPI}, got '${url}'`)
  return url
}

function gearsVersion(text: string): '1.0' | '1.2' {
  if (text === '1.0' || text === '1.2') return text
  throw new UsageError(`--gears-version: expected 1.2 or 1.0, got '${text}'`)
}

function moduleArgs(text: string): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '')
  if (words.length % 2 > 0)
    throw new UsageError(`--module-args: expected names and values, as in 'ExecutionThreads 1', got '${text}'`)
  return words
}

/**
 * Parses the command line. Throws `UsageError`; returns 'help' if help was requested.
 * @param password the default user's password if the command line has none
 */
export function parseOptions(args: readonly string[], password = ''): EngineOptions | 'help' {
  const { values } = readArgs(args)
  if (values.help) return 'help'
  const shards = whole('shards', values.shards, 1, MAX_SHARDS)
  if (values.cluster && shards > 1)
    throw new UsageError('--cluster: allows only one shard; --shards N makes a cluster anyway')
  return {
    host: values.host,
    port: whole('port', values.port, 0, LAST_PORT - shards + 1),
    shards,
    unassigned: values.cluster,
    seed: values.seed ? 'all' : values['seed-events'] ? 'events' : 'none',
    requirepass: values.requirepass ?? password,
    dir: folder(values.dir),
    findLinks: values['find-links'],
    indexUrl: indexUrl(values['index-url'], values['no-index']),
    gearsVersion: gearsVersion(values['gears-version']),
    moduleArgs: moduleArgs(values['module-args']),
    silenceS: whole('silence', values.silence, 5, 86_400),
    pythonMemoryMb: whole('python-memory', values['python-memory'], 128, 2048),
  }
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        port: { type: 'string', default: '6379' },
        host: { type: 'string', default: '127.0.0.1' },
        shards: { type: 'string', default: '1' },
        cluster: { type: 'boolean', default: false },
        seed: { type: 'boolean', default: false },
        'seed-events': { type: 'boolean', default: false },
        requirepass: { type: 'string' },
        dir: { type: 'string' },
        'find-links': { type: 'string' },
        'index-url': { type: 'string' },
        'no-index': { type: 'boolean', default: false },
        'gears-version': { type: 'string', default: '1.2' },
        'module-args': { type: 'string', default: '' },
        silence: { type: 'string', default: '120' },
        'python-memory': { type: 'string', default: '1024' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}
