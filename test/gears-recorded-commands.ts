import { type Arg, type Command, commands } from '@/lib/gears'

/** A recorded command line with the client's own command object: what decodes the reply, and with which arguments it was asked. */
export interface Asked {
  /** The object of `commands`, which `SHAPES` knows. */
  readonly command: unknown
  /** Sends the recorded words, decodes as `command` does. */
  readonly send: Command<readonly [], unknown>
}

const ask = <Args extends readonly unknown[], T>(
  command: Command<Args, T>,
  line: readonly string[],
  ...args: Args
): Asked => ({
  command,
  send: {
    ...command,
    blocks: () => false,
    name: line[0] ?? '',
    args: (): readonly Arg[] => line.slice(1),
    decode: (reply) => command.decode(reply, args),
  },
})

/** The client's object for a recorded command line; undefined for the internal commands, which a client never sends. */
export function asked(line: readonly string[]): Asked | undefined {
  const [name = '', ...args] = line
  const [first = ''] = args
  switch (name.toUpperCase()) {
    case 'RG.PYEXECUTE':
      return ask(commands.pyExecute, line, first)
    case 'RG.GETEXECUTION':
      return ask(commands.getExecution, line, first)
    case 'RG.DUMPEXECUTIONS':
      return ask(commands.dumpExecutions, line)
    case 'RG.GETRESULTS':
      return ask(commands.getResults, line, first)
    case 'RG.GETRESULTSBLOCKING':
      return ask(commands.getResultsBlocking, line, first)
    case 'RG.ABORTEXECUTION':
      return ask(commands.abortExecution, line, first)
    case 'RG.DROPEXECUTION':
      return ask(commands.dropExecution, line, first)
    case 'RG.DUMPREGISTRATIONS':
      return ask(commands.dumpRegistrations, line)
    case 'RG.UNREGISTER':
      return ask(commands.unregister, line, first)
    case 'RG.PAUSEREGISTRATIONS':
      return ask(commands.pauseRegistration, line, first)
    case 'RG.UNPAUSEREGISTRATIONS':
      return ask(commands.unpauseRegistration, line, first)
    case 'RG.CLEARREGISTRATIONSSTATS':
      return ask(commands.clearRegistrationsStats, line)
    case 'RG.TRIGGER':
      return ask(commands.trigger, line, first)
    case 'RG.TRIGGERONKEY':
      return ask(commands.triggerOnKey, line, first, '')
    case 'RG.PYSTATS':
      return ask(commands.pyStats, line)
    case 'RG.PYDUMPREQS':
      return ask(commands.pyDumpReqs, line)
    case 'RG.PYEXPORTREQ':
      return ask(commands.pyExportReq, line, first)
    case 'RG.PYIMPORTREQ':
      return ask(commands.pyImportReq, line, [])
    case 'RG.PYDUMPSESSIONS': {
      const sessions = args.findIndex((word) => word.toUpperCase() === 'SESSIONS')
      const filter = sessions < 0 ? {} : { ids: args.slice(sessions + 1) }
      const verbose = args.some((word) => word.toUpperCase() === 'VERBOSE')
      return verbose ? ask(commands.pyDumpSessionsVerbose, line, filter) : ask(commands.pyDumpSessions, line, filter)
    }
    case 'RG.PYPROFILE':
      return first.toUpperCase() === 'RESET'
        ? ask(commands.pyProfileReset, line, args[1] ?? '')
        : ask(commands.pyProfileStats, line, args[1] ?? '')
    case 'RG.CONFIGGET':
      return ask(commands.configGet, line, ...args)
    case 'RG.CONFIGSET':
      return ask(commands.configSet, line, ...entries(args))
    case 'RG.INFOCLUSTER':
      return ask(commands.infoCluster, line)
    case 'RG.REFRESHCLUSTER':
      return ask(commands.refreshCluster, line)
    case 'RG.DUMPPLUGINS':
      return ask(commands.dumpPlugins, line)
    case 'RG.PYEXECUTEREMOTE':
      return ask(commands.pyExecuteRemote, line)
    case 'RG.PYFREEINTERPRETER':
      return ask(commands.pyFreeInterpreter, line)
    case 'MODULE':
      return ask(commands.moduleList, line)
    case 'INFO':
      return ask(commands.info, line)
    case 'COMMAND':
      return ask(commands.commandInfo, line)
    default:
      return undefined
  }
}

function entries(args: readonly string[]): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = []
  for (let i = 0; i < args.length; i += 2) pairs.push([args[i] ?? '', args[i + 1] ?? ''])
  return pairs
}
