import type { CommandOutcome, CommandReply, CommandSpec, Context } from '../core'
import { BLOCKED, Failure, OK } from '../core'
import { dumpRequirement, dumpSession } from './dump'
import type { GearsModule } from './gears'
import type { PythonScripts, ScriptOptions } from './python-scripts'
import { exportChunks, importChunks } from './requirement-export'
import { anyCount, argument, between, exactly, rgCommand } from './rg-command'

const ID = /^[A-Za-z0-9_-]*$/
/** The maximum length of a script, bytes. */
const MAX_SCRIPT = 16 * 1024 * 1024

/** The commands of the Python plugin (protocol 1.3 and 1.6). */
export function pythonCommands(gears: GearsModule, scripts: PythonScripts): CommandSpec[] {
  const both = [
    rgCommand('rg.pyexecute', between(1), (context, argv) => pyExecute(gears, scripts, context, argv)),
    rgCommand('rg.pystats', anyCount, () => {
      const counted = gears.version === '1.0' || gears.config.number('OverridePythonAllocators') !== 0
      const { total, peak, current } = counted ? gears.python.memory() : { total: 0, peak: 0, current: 0 }
      return ['TotalAllocated', total, 'PeakAllocated', peak, 'CurrAllocated', current]
    }),
    rgCommand('rg.pydumpreqs', anyCount, () =>
      gears.requirements.list().map((requirement) => dumpRequirement(gears, requirement)),
    ),
    rgCommand('rg.pyexportreq', exactly(1), (_context, argv) => {
      const requirement = gears.requirements.get(argument(argv, 1))
      if (requirement) return [dumpRequirement(gears, requirement), exportChunks(requirement, gears.version)]
      return new Failure('requirement does not exists')
    }),
    rgCommand('rg.pyimportreq', anyCount, (context, argv) => importRequirement(gears, context, argv.slice(1))),
    rgCommand('rg.pyexecuteremote', anyCount, () => 'Execute remote is not longer supported'),
    rgCommand('rg.pyfreeinterpreter', anyCount, () => 'Free interpreter is not longer supported'),
  ]
  if (gears.version === '1.0') return both
  return [
    ...both,
    rgCommand('rg.pydumpsessions', anyCount, (_context, argv) => dumpSessions(gears, argv)),
    rgCommand('rg.pyprofile', between(1), (_context, argv) => profile(gears, argv)),
  ]
}

function pyExecute(
  gears: GearsModule,
  scripts: PythonScripts,
  context: Context,
  argv: readonly Buffer[],
): CommandOutcome {
  const old = gears.version === '1.0'
  if (!context.canBlock)
    return new Failure(
      old
        ? 'Can not run gear inside multi exec or lua'
        : 'Can not run gears inside a multi exec, lua, or when blocking is not allowed',
    )
  const script = argv[1] ?? Buffer.alloc(0)
  if (script.length > MAX_SCRIPT) return new Failure('ERR the script is longer than 16 MB')
  const options = old ? parseOld(argv) : parseOptions(argv)
  return options instanceof Failure ? options : scripts.execute(context, script, options)
}

function parseOptions(argv: readonly Buffer[]): ScriptOptions | Failure {
  let blocking = true
  let upgrade = false
  let forceReinstall = false
  let requirements: string[] = []
  const texts = new Map<string, string>()
  for (let i = 2; i < argv.length; i++) {
    const given = argument(argv, i)
    const word = given.toUpperCase()
    if (word === 'UNBLOCKING') blocking = false
    else if (word === 'UPGRADE') upgrade = true
    else if (word === 'FORCE_REINSTALL_REQUIREMENTS') forceReinstall = true
    else if (word === 'ID' || word === 'REPLACE_WITH' || word === 'DESCRIPTION') {
      i += 1
      if (i >= argv.length) return new Failure(`${word} is missing`)
      texts.set(word, argument(argv, i))
      if (word === 'ID' && !ID.test(argument(argv, i)))
        return new Failure("ID must be compose of: ['A'-'Z' | 'a'-'z' | '0' - '9' | '-' | '_']")
    } else if (word === 'REQUIREMENTS') {
      requirements = argv.slice(i + 1).map((name) => name.toString())
      break
    } else return new Failure(`Unknown arguments were given: ${given}`)
  }
  const [id, replaceWith, description] = ['ID', 'REPLACE_WITH', 'DESCRIPTION'].map((word) => texts.get(word))
  return { blocking, id, description, upgrade, replaceWith, forceReinstall, requirements }
}

/** Version 1.0 accepts `[UNBLOCKING] [REQUIREMENTS …]` in this order only. */
function parseOld(argv: readonly Buffer[]): ScriptOptions | Failure {
  let at = 2
  const blocking = argument(argv, at).toUpperCase() !== 'UNBLOCKING'
  if (!blocking) at += 1
  let requirements: string[] = []
  if (argument(argv, at).toUpperCase() === 'REQUIREMENTS') {
    requirements = argv.slice(at + 1).map((name) => name.toString())
    at = argv.length
  }
  if (at < argv.length) return new Failure('Extra unkown arguments was given.')
  const none = { id: undefined, description: undefined, replaceWith: undefined }
  return { ...none, blocking, upgrade: false, forceReinstall: false, requirements }
}

function dumpSessions(gears: GearsModule, argv: readonly Buffer[]): CommandReply {
  let verbose = false
  let dead = false
  for (let i = 1; i < argv.length; i++) {
    const word = argument(argv, i).toUpperCase()
    if (word === 'VERBOSE') verbose = true
    else if (word === 'DEAD') dead = true
    else if (word === 'SESSIONS') {
      return argv.slice(i + 1).map((name): CommandReply => {
        const session = gears.sessions.get(name.toString())
        return session ? dumpSession(gears, session, verbose) : `Session ${name} does not exists`
      })
    } else return new Failure(`Unknown option ${argument(argv, i)}`)
  }
  const sessions = dead ? gears.sessions.listDead() : gears.sessions.list()
  return sessions.map((session) => dumpSession(gears, session, verbose))
}

function profile(gears: GearsModule, argv: readonly Buffer[]): CommandReply {
  const word = argument(argv, 1).toUpperCase()
  if (word !== 'STATS' && word !== 'RESET') return new Failure('Wrong subcommand given to RG.PYPROFILE')
  // Without an id, RedisGears reads past its arguments.
  if (argv.length < 3 || argv.length > 4) return new Failure("ERR wrong number of arguments for 'rg.pyprofile' command")
  const session = gears.sessions.get(argument(argv, 2))
  if (!session) return new Failure('session does not exists')
  if (word === 'RESET') {
    gears.python.ask((entry) => entry.profile_reset(session.key))
    return OK
  }
  const table = gears.python.ask((entry) => entry.profile_stats(session.key)) ?? '-'
  return table.startsWith('-') ? new Failure(table.slice(1)) : table
}

function importRequirement(gears: GearsModule, context: Context, chunks: readonly Buffer[]): CommandOutcome {
  const imported = importChunks(chunks)
  if (imported instanceof Failure) return imported
  const pending = context.block()
  gears.questions.ask({ op: 'require', names: [imported.name], wheels: imported.wheels }, (answers) => {
    const failed = [...answers.values()].find(({ error }) => error !== undefined)
    // A bulk string, unlike every other OK.
    pending.reply(failed?.error === undefined ? 'OK' : new Failure(failed.error))
  })
  return BLOCKED
}
