import { CommandError } from '../../command-error'
import type { CommandShard } from '../../command-shard'
import { CommandContext } from '../../context'
import { type CommandReply, Failure, OK } from '../../core'
import { ScriptEngine, type ScriptHost, sha1 } from '../../lua/engine'
import { arg, integer, name, word } from '../arguments'
import type { CommandHandler, CommandHandlers } from '../spec'

const NO_SCRIPT = 'NOSCRIPT No matching script. Please use EVAL.'
const LEVELS = ['debug', 'verbose', 'notice', 'warning'] as const

/** A shard's Lua scripts, and their Lua engine, which is created for the first one. */
class LuaScripts {
  private readonly known = new Map<string, Buffer>()
  private engine: ScriptEngine | undefined

  constructor(private readonly shard: CommandShard) {}

  has(sha: string): boolean {
    return this.known.has(sha)
  }

  flush(): void {
    this.known.clear()
    this.engine = undefined
  }

  /** Returns the script's SHA1; throws if it does not compile. */
  load(script: Buffer): string {
    const sha = sha1(script)
    if (this.known.has(sha)) return sha
    const complaint = this.lua().load(sha, script)
    if (complaint !== undefined) throw new CommandError(`ERR Error compiling script (new function): ${complaint}`)
    this.known.set(sha, Buffer.from(script))
    return sha
  }

  run(sha: string, keys: readonly Buffer[], argv: readonly Buffer[], host: ScriptHost): CommandReply {
    this.shard.lock()
    try {
      return this.lua().run(sha, keys, argv, host)
    } finally {
      this.shard.unlock()
    }
  }

  private lua(): ScriptEngine {
    this.engine ??= new ScriptEngine(() => Number(this.shard.config.get('lua-time-limit')))
    return this.engine
  }
}

const scriptsOf = new WeakMap<CommandShard, LuaScripts>()

function scripts({ shard }: CommandContext): LuaScripts {
  const found = scriptsOf.get(shard) ?? new LuaScripts(shard)
  scriptsOf.set(shard, found)
  return found
}

/** What a script's commands see: the client's database, which SELECT changes only for the script. */
function host({ shard, session, db: selected }: CommandContext, readOnly: boolean): ScriptHost {
  let db = selected
  return {
    call(argv) {
      const found = shard.dispatch.table.find(argv)
      if (found instanceof Failure) {
        const known = shard.dispatch.table.names.has(word(argv[0]))
        return new Failure(
          known
            ? 'ERR Wrong number of args calling Redis command from script'
            : 'ERR Unknown Redis command called from script',
        )
      }
      if (found.flags.includes('noscript')) return new Failure('ERR This Redis command is not allowed from script')
      if (readOnly && found.flags.includes('write'))
        return new Failure('ERR Write commands are not allowed from read-only scripts.')
      const context = new CommandContext(shard, session, db, 'lua')
      const reply = shard.dispatch.runNested(context, argv)
      db = context.db
      return reply
    },
    log(level, text) {
      const named = LEVELS[level]
      if (named) shard.log(named, text)
    },
  }
}

function evaluate(bySha: boolean, readOnly: boolean): CommandHandler {
  return (context, argv) => {
    const count = integer(argv[2])
    if (count > argv.length - 3) throw new CommandError("ERR Number of keys can't be greater than number of args")
    if (count < 0) throw new CommandError("ERR Number of keys can't be negative")
    const all = scripts(context)
    const sha = bySha ? word(argv[1]) : all.load(arg(argv, 1))
    if (!all.has(sha)) throw new CommandError(NO_SCRIPT)
    return all.run(sha, argv.slice(3, 3 + count), argv.slice(3 + count), host(context, readOnly))
  }
}

function checkFlush(argv: readonly Buffer[]): void {
  if (argv.length > 3 || (argv.length === 3 && !['sync', 'async'].includes(word(argv[2]))))
    throw new CommandError('ERR SCRIPT FLUSH only support SYNC|ASYNC option')
}

export const scripting: CommandHandlers = {
  eval: evaluate(false, false),
  evalsha: evaluate(true, false),
  eval_ro: evaluate(false, true),
  evalsha_ro: evaluate(true, true),
  'script|load': (context, argv) => scripts(context).load(arg(argv, 2)),
  'script|exists': (context, argv) => argv.slice(2).map((sha) => Number(scripts(context).has(name(sha).toLowerCase()))),
  'script|flush'(context, argv) {
    checkFlush(argv)
    scripts(context).flush()
    return OK
  },
  'script|kill': () => new Failure('NOTBUSY No scripts in execution right now.'),
}
