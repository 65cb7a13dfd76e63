import { ReplayServer } from '@gearboard/gears/testing/replay-server'

type Part = string | number | null | readonly Part[]

/** RESP2 of a reply: texts are bulk strings, except those that begin with `-` or `+`. */
export function resp(part: Part): string {
  if (part === null) return '$-1\r\n'
  if (typeof part === 'number') return `:${part}\r\n`
  if (typeof part === 'string') return /^[-+]/.test(part) ? `${part}\r\n` : `$${Buffer.byteLength(part)}\r\n${part}\r\n`
  return `*${part.length}\r\n${part.map(resp).join('')}`
}

/** The steps of a plan of `map`s by these callbacks and a `collect`, as 1.0.9 and 1.2.13 list them: the last one first. */
export const stepsOf = (...callbacks: readonly string[]): readonly Part[] => [
  ['type', 'collect', 'duration', 0, 'name', 'collect', 'arg', ''],
  ...callbacks
    .toReversed()
    .map((arg): Part => ['type', 'map', 'duration', 0, 'name', 'RedisGearsPy_PyCallbackMapper', 'arg', arg]),
]

export const OWN = '<function <lambda> at 0x7fd06d25edb0>'
/** What `run` appends unless convertToStr is False. */
export const TO_TEXT = '<function GearsBuilder.run.<locals>.<lambda> at 0x7fd06d25e3f0>'
export const TEXT_STEPS = stepsOf(OWN, TO_TEXT)

/** A result that ends the server as it is read: an integer beyond 64 bits. */
export const DEADLY = 'an integer beyond 64 bits'

export interface EndedExecution {
  readonly values: readonly Part[]
  readonly steps: readonly Part[]
  readonly errors?: readonly string[]
  readonly status?: string
}

/** A server that answers as RedisGears 1.2.13 does, out of what a test lays before it: what no real server can be made to say when it should. */
export class ScriptedRedis {
  runId = 'a'.repeat(40)
  uptimeS = 0
  executions: readonly (readonly [id: string, status: string])[] = []
  /** Of RG.GETEXECUTION; without one the execution is not known. */
  readonly errors = new Map<string, readonly string[]>()
  /** How many other shards take part in its executions, as their initiator counts them. */
  others = 0
  registrations: readonly Part[] = []
  /** What executions returned, by their ids. */
  readonly ended = new Map<string, EndedExecution>()
  /** How often results that no server survives were read. Each time it comes back as another process, which has no executions. */
  deaths = 0
  /** Replies by the words of a command, in place of the usual ones. */
  readonly instead = new Map<string, string>()
  slots: Part = []
  hasModule = true
  /** It takes everything and answers nothing, as a stopped process does. */
  mute = false
  /** Commands of the module, lower case, that this version does not have. */
  readonly lacking = new Set<string>()

  private constructor(readonly replay: ReplayServer) {
    replay.answer = (words) => this.answer(words.map((word) => word.toUpperCase()))
    replay.queue = ([name = '']) => (this.mute ? undefined : (this.refusal(name.toUpperCase()) ?? '+QUEUED\r\n'))
  }

  static async start(): Promise<ScriptedRedis> {
    return new ScriptedRedis(await ReplayServer.start())
  }

  get port(): number {
    return this.replay.port
  }

  private answer(words: readonly string[]): string | undefined {
    if (this.mute) return undefined
    const told = this.instead.get(words.join(' '))
    if (told !== undefined) return told
    const [name = '', first = ''] = words
    const refusal = this.refusal(name)
    if (refusal !== undefined) return refusal
    switch (name) {
      case 'INFO':
        return resp(
          [
            'redis_version:7.0.15',
            `redis_mode:${this.clustered ? 'cluster' : 'standalone'}`,
            `run_id:${this.runId}`,
            `uptime_in_seconds:${this.uptimeS}`,
            'used_memory:1000',
            'role:master',
            `cluster_enabled:${this.clustered ? 1 : 0}`,
            '',
          ].join('\r\n'),
        )
      case 'MODULE':
        return resp(this.hasModule ? [['name', 'rg', 'ver', 10213]] : [])
      case 'COMMAND':
        return resp(words.slice(2).map((word) => (this.has(word) ? [word.toLowerCase(), -1] : null)))
      case 'CLUSTER':
        return first === 'MYID' ? resp(this.nodeId) : resp(this.slots)
      case 'RG.DUMPEXECUTIONS':
        return resp(this.executions.map(([id, status]) => ['executionId', id, 'status', status, 'registered', 0]))
      case 'RG.DUMPREGISTRATIONS':
        return resp(this.registrations)
      case 'RG.PYSTATS':
        return resp(['TotalAllocated', 3, 'PeakAllocated', 2, 'CurrAllocated', 1])
      case 'RG.INFOCLUSTER':
        return resp('no cluster mode')
      case 'RG.DUMPPLUGINS':
        return resp([['GearsPythonPlugin', 10000]])
      case 'RG.GETEXECUTION':
        return this.execution(first)
      case 'RG.GETRESULTS':
      case 'RG.GETRESULTSBLOCKING':
        return this.results(first)
      case 'RG.CONFIGGET':
        return resp(words.slice(1).map((word) => `-(error) Unsupported config parameter: ${word}`))
      default:
        return '+OK\r\n'
    }
  }

  /** As the slot map names who listens on its port; of a server without cluster the words of one. */
  private get nodeId(): Part {
    const own = [this.slots].flat(2).find((part) => Array.isArray(part) && part[1] === this.port)
    return (Array.isArray(own) ? own[2] : undefined) ?? '-ERR This instance has cluster support disabled'
  }

  private refusal(name: string): string | undefined {
    return name.startsWith('RG.') && !this.has(name)
      ? `-ERR unknown command '${name}', with args beginning with: \r\n`
      : undefined
  }

  private has(name: string): boolean {
    return this.hasModule && !this.lacking.has(name.toLowerCase())
  }

  private get clustered(): boolean {
    return Array.isArray(this.slots) && this.slots.length > 0
  }

  private results(id: string): string | undefined {
    const { values = [], errors = [] } = this.ended.get(id) ?? {}
    if (!values.includes(DEADLY)) return resp([values, errors])
    this.deaths++
    this.runId = String(this.deaths % 10).repeat(40)
    this.executions = []
    this.ended.clear()
    this.replay.drop()
    return undefined
  }

  private execution(id: string): string {
    const ended = this.ended.get(id)
    const errors = ended?.errors ?? this.errors.get(id) ?? (ended && [])
    if (!errors) return '-execution plan does not exist\r\n'
    const sent = ['shards_received', this.others, 'shards_completed', this.others]
    const { status = 'done', values = [''], steps = TEXT_STEPS } = ended ?? {}
    const plan = ['status', status, ...sent, 'results', values.length, 'errors', errors]
    const times = ['total_duration', 5, 'read_duration', 1]
    return resp([['shard_id', '0'.repeat(40), 'execution_plan', [...plan, ...times, 'steps', steps]]])
  }
}

/** An entry of RG.DUMPREGISTRATIONS. */
export function commandRegistration(id: string, trigger: string, triggered = 0, pd = 'of another plugin'): Part {
  const counters = ['numTriggered', triggered, 'numSuccess', triggered, 'numFailures', 0, 'numAborted', 0]
  const durations = ['lastRunDurationMS', 0, 'totalRunDurationMS', 0, 'avgRunDurationMS', '0']
  const args = ['trigger', trigger, 'inorder', 0]
  const data = ['mode', 'async', ...counters, ...durations, 'lastError', null, 'args', args]
  const about = ['id', id, 'reader', 'CommandReader', 'desc', null, 'RegistrationData', data]
  return [...about, 'PD', pd, 'ExecutionThreadPool', 'DefaultPool']
}
