import { type Command, commands, Proof } from '../index'

export const ID = `${'0'.repeat(40)}-7`

/** Every command object of the client with arguments that it takes: a new one is added here, or the test that counts them fails. */
export const sent: Readonly<Record<string, () => { name: string; words: readonly unknown[] }>> = (() => {
  const of =
    <Args extends readonly unknown[]>(command: Command<Args>, ...args: Args) =>
    () => ({ name: command.name, words: command.args(...args) })
  const survives = Proof.ofVersions('7.0.15', 10213)
  if (!survives) throw new Error('1.2.13 survives it')
  const key = Buffer.from('k')
  return {
    abortExecution: of(commands.abortExecution, ID),
    clearRegistrationsStats: of(commands.clearRegistrationsStats),
    clusterMyId: of(commands.clusterMyId),
    clusterSlots: of(commands.clusterSlots),
    clusterState: of(commands.clusterState),
    commandInfo: of(commands.commandInfo, 'rg.pyexecute'),
    configGet: of(commands.configGet, 'MaxExecutions'),
    configSet: of(commands.configSet, ['MaxExecutions', 1]),
    delKey: of(commands.delKey, 'k'),
    dropExecution: of(commands.dropExecution, ID),
    dumpExecutions: of(commands.dumpExecutions),
    dumpPlugins: of(commands.dumpPlugins),
    dumpRegistrations: of(commands.dumpRegistrations),
    expire: of(commands.expire, 'k', 1),
    getExecution: of(commands.getExecution, ID),
    getResults: of(commands.getResults, ID, Proof.ofConsent(ID)),
    getResultsBlocking: of(commands.getResultsBlocking, ID, Proof.ofConsent(ID)),
    hset: of(commands.hset, 'k', ['f', 'v']),
    info: of(commands.info, 'server'),
    infoCluster: of(commands.infoCluster),
    moduleList: of(commands.moduleList),
    objectEncoding: of(commands.objectEncoding, 'k'),
    pauseRegistration: of(commands.pauseRegistration, ID),
    pendingEntries: of(commands.pendingEntries, key, 'g', 1),
    ping: of(commands.ping),
    pyDumpReqs: of(commands.pyDumpReqs),
    pyDumpSessions: of(commands.pyDumpSessions),
    pyDumpSessionsVerbose: of(commands.pyDumpSessionsVerbose),
    pyExecute: of(commands.pyExecute, "GB('ShardsIDReader').run()"),
    pyExecuteRemote: of(commands.pyExecuteRemote),
    pyExportReq: of(commands.pyExportReq, 'redis'),
    pyFreeInterpreter: of(commands.pyFreeInterpreter),
    pyImportReq: of(commands.pyImportReq, [key]),
    pyProfileReset: of(commands.pyProfileReset, 's'),
    pyProfileStats: of(commands.pyProfileStats, 's'),
    pyStats: of(commands.pyStats),
    refreshCluster: of(commands.refreshCluster, survives),
    replication: of(commands.replication),
    rpush: of(commands.rpush, 'k', ['v']),
    sadd: of(commands.sadd, 'k', ['v']),
    scanStreams: of(commands.scanStreams, '0', '*', 10),
    setKey: of(commands.setKey, 'k', 'v'),
    streamEntry: of(commands.streamEntry, key, '0-1'),
    streamGroups: of(commands.streamGroups, key),
    streamInfo: of(commands.streamInfo, key),
    trigger: of(commands.trigger, 't'),
    triggerOnKey: of(commands.triggerOnKey, 't', 'k'),
    unpauseRegistration: of(commands.unpauseRegistration, ID),
    unregister: of(commands.unregister, ID),
    xadd: of(commands.xadd, 'k', ['f', 'v']),
  }
})()
