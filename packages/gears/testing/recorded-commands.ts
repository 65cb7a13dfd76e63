import { type Command, commands, Proof } from '../index'

const SURVIVES = Proof.ofVersions('7.0.15', 10213)

/** A recorded command line with the client's own command object: what decodes the reply, and with which arguments it was asked. */
export interface Asked {
  /** The object of `commands`, which `SHAPES` knows. */
  readonly command: unknown
  /** Sends what the client sends: the server in the test answers the recorded bytes to whatever it is asked. */
  readonly send: Command<readonly [], unknown>
}

const ask = <Args extends readonly unknown[], T>(command: Command<Args, T>, ...args: Args): Asked => ({
  command,
  send: {
    ...command,
    blocks: () => false,
    args: () => command.args(...args),
    proof: () => command.proof(args),
    decode: (reply) => command.decode(reply, args),
  },
})

/** The client's object for a recorded command line; undefined for the internal commands, which a client never sends. */
export function asked(line: readonly string[]): Asked | undefined {
  const [name = '', ...args] = line
  const [first = ''] = args
  switch (name.toUpperCase()) {
    case 'RG.PYEXECUTE':
      return ask(commands.pyExecute, first)
    case 'RG.GETEXECUTION':
      return ask(commands.getExecution, first)
    case 'RG.DUMPEXECUTIONS':
      return ask(commands.dumpExecutions)
    case 'RG.GETRESULTS':
      return ask(commands.getResults, first, Proof.ofConsent(first))
    case 'RG.GETRESULTSBLOCKING':
      return ask(commands.getResultsBlocking, first, Proof.ofConsent(first))
    case 'RG.ABORTEXECUTION':
      return ask(commands.abortExecution, first)
    case 'RG.DROPEXECUTION':
      return ask(commands.dropExecution, first)
    case 'RG.DUMPREGISTRATIONS':
      return ask(commands.dumpRegistrations)
    case 'RG.UNREGISTER':
      return ask(commands.unregister, first)
    case 'RG.PAUSEREGISTRATIONS':
      return ask(commands.pauseRegistration, first)
    case 'RG.UNPAUSEREGISTRATIONS':
      return ask(commands.unpauseRegistration, first)
    case 'RG.CLEARREGISTRATIONSSTATS':
      return ask(commands.clearRegistrationsStats)
    case 'RG.TRIGGER':
      return ask(commands.trigger, first)
    case 'RG.TRIGGERONKEY':
      return ask(commands.triggerOnKey, first, '')
    case 'RG.PYSTATS':
      return ask(commands.pyStats)
    case 'RG.PYDUMPREQS':
      return ask(commands.pyDumpReqs)
    case 'RG.PYEXPORTREQ':
      return ask(commands.pyExportReq, first)
    case 'RG.PYIMPORTREQ':
      return ask(commands.pyImportReq, [])
    case 'RG.PYDUMPSESSIONS': {
      const sessions = args.findIndex((word) => word.toUpperCase() === 'SESSIONS')
      const filter = sessions < 0 ? {} : { ids: args.slice(sessions + 1) }
      const verbose = args.some((word) => word.toUpperCase() === 'VERBOSE')
      return verbose ? ask(commands.pyDumpSessionsVerbose, filter) : ask(commands.pyDumpSessions, filter)
    }
    case 'RG.PYPROFILE':
      return first.toUpperCase() === 'RESET'
        ? ask(commands.pyProfileReset, args[1] ?? '')
        : ask(commands.pyProfileStats, args[1] ?? '')
    case 'RG.CONFIGGET':
      return ask(commands.configGet, ...args)
    case 'RG.CONFIGSET':
      return ask(commands.configSet, ...entries(args))
    case 'RG.INFOCLUSTER':
      return ask(commands.infoCluster)
    case 'RG.REFRESHCLUSTER':
      return SURVIVES && ask(commands.refreshCluster, SURVIVES)
    case 'RG.DUMPPLUGINS':
      return ask(commands.dumpPlugins)
    case 'RG.PYEXECUTEREMOTE':
      return ask(commands.pyExecuteRemote)
    case 'RG.PYFREEINTERPRETER':
      return ask(commands.pyFreeInterpreter)
    case 'MODULE':
      return ask(commands.moduleList)
    case 'INFO':
      return ask(commands.info)
    case 'COMMAND':
      return ask(commands.commandInfo)
    default:
      return undefined
  }
}

function entries(args: readonly string[]): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = []
  for (let i = 0; i < args.length; i += 2) pairs.push([args[i] ?? '', args[i + 1] ?? ''])
  return pairs
}
