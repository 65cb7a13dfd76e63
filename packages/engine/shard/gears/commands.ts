import { BLOCKED, type CommandOutcome, type CommandReply, type CommandSpec, type Context, Failure, OK } from '../core'
import { describe } from './describe'
import { dumpRegistration } from './dump'
import type { GearsModule } from './gears'
import { normalId } from './ids'
import { pythonCommands } from './python-commands'
import type { PythonScripts } from './python-scripts'
import { resultsReply } from './python-scripts'
import type { OperationAnswers } from './questions'
import { anyCount, argument, between, exactly, type RgHandler, rgCommand } from './rg-command'
import type { ShardOperation } from './shard-messages'

const NO_PLAN = new Failure('execution plan does not exist')

const firstError = (answers: OperationAnswers): CommandReply => {
  for (const { error } of answers.values()) if (error !== undefined) return new Failure(error)
  return OK
}

/** The RG.* commands (protocol 1). */
export function gearsCommands(gears: GearsModule, scripts: PythonScripts): CommandSpec[] {
  const execution = (argv: readonly Buffer[]) => {
    const id = normalId(argument(argv, 1))
    return id === undefined ? undefined : gears.executions.get(id)
  }

  const getExecution: RgHandler = (context, argv) => {
    const found = execution(argv)
    if (!found) return NO_PLAN
    const mode = argv.length > 2 ? argument(argv, 2).toLowerCase() : gears.cluster.formed ? 'cluster' : 'shard'
    if (mode !== 'shard' && mode !== 'cluster') return new Failure('unknown subcommand')
    if (mode === 'cluster' && !gears.cluster.formed)
      return new Failure('no cluster detected - use `RG.GETEXECUTION <id> [SHARD]` instead')
    if (mode === 'shard') return [describe(found, gears.cluster.shardId, gears.version)]
    return everywhere(gears, context, { op: 'describe', id: found.id }, (answers) =>
      [...answers.values()].flatMap(({ value }) => (isEntry(value) ? [value] : [])),
    )
  }

  const getResultsBlocking: RgHandler = (context, argv) => {
    const found = execution(argv)
    if (!found) return NO_PLAN
    if (found.finished && context.canBlock) return resultsReply(found, gears.version)
    const pending = context.block()
    if (context.canBlock) found.onFinished((ended) => pending.reply(resultsReply(ended, gears.version)))
    return BLOCKED
  }

  const drop: RgHandler = (_context, argv) => {
    const found = execution(argv)
    if (!found) return NO_PLAN
    if (!found.finished) return new Failure('can not drop a not yet finished execution, abort it first.')
    gears.executions.dropEverywhere(found)
    return OK
  }

  const abort: RgHandler = (context, argv) => {
    const given = argument(argv, 1)
    // Every shard is asked, even if this one does not know the id, because it may be another shard's own execution.
    const id = normalId(given) ?? given
    return everywhere(gears, context, { op: 'abort', id }, firstError)
  }

  const unregister: RgHandler = (_context, argv) => {
    const id = argument(argv, 1)
    const abortPending = argument(argv, 2).toLowerCase() === 'abortpending'
    if (!gears.registrar.unregister(id, abortPending))
      return new Failure(gears.version === '1.0' ? 'execution does not registered' : 'execution is not registered')
    gears.cluster.tell({ op: 'unregister', id, abortPending })
    return OK
  }

  const trigger: RgHandler = (context, argv) => {
    const registration = gears.commands.byTrigger(argument(argv, 1))
    if (!registration) return new Failure('ERR subcommand not found')
    return gears.commands.trigger(context, registration, argv.slice(1))
  }

  const paused =
    (op: 'pause' | 'unpause'): RgHandler =>
    (context, argv) => {
      const id = argument(argv, 1)
      if (id.toLowerCase() === 'abortpending') return new Failure('ERR no registration to pause')
      return everywhere(gears, context, { op, id }, firstError)
    }

  const configSet: RgHandler = (_context, argv) => {
    const replies: CommandReply[] = []
    for (let i = 1; i < argv.length; i += 2) replies.push(gears.config.set(argument(argv, i), argv[i + 1]?.toString()))
    return replies
  }

  const hook: RgHandler = (context, argv) => gears.commands.hooked(context, argument(argv, 1), argv.slice(2))

  const both = [
    rgCommand('rg.getexecution', between(1, 2), getExecution),
    rgCommand('rg.dumpexecutions', anyCount, () =>
      [...gears.executions.list()].map(
        ({ id, status, init }): CommandReply => [
          ...['executionId', id, 'status', status],
          'registered',
          init.registration ? 1 : 0,
        ],
      ),
    ),
    rgCommand('rg.getresults', between(1), (_context, argv) => {
      const found = execution(argv)
      if (!found) return NO_PLAN
      return found.finished ? resultsReply(found, gears.version) : new Failure('execution is still running')
    }),
    rgCommand('rg.getresultsblocking', exactly(1), getResultsBlocking),
    rgCommand('rg.abortexecution', exactly(1), abort),
    rgCommand('rg.dropexecution', exactly(1), drop),
    rgCommand('rg.dumpregistrations', anyCount, () =>
      gears.registrations.list().map((registration) => dumpRegistration(gears, registration, true)),
    ),
    rgCommand('rg.unregister', between(1, 2), unregister),
    rgCommand('rg.trigger', between(1), trigger),
    rgCommand('rg.configget', anyCount, (_context, argv) =>
      argv.slice(1).map((key) => gears.config.get(key.toString())),
    ),
    rgCommand('rg.configset', anyCount, configSet),
    rgCommand('rg.infocluster', anyCount, () => gears.cluster.info()),
    rgCommand('rg.refreshcluster', anyCount, (context) => {
      gears.cluster.refresh()
      return context.canBlock ? OK : refused(context)
    }),
    rgCommand('rg.networktest', anyCount, () => OK),
    ...internalCommands(gears, hook),
    ...pythonCommands(gears, scripts),
  ]
  if (gears.version === '1.0') return both
  return [
    ...both,
    { ...rgCommand('rg.triggeronkey', between(1), trigger, [2, 2, 1]), access: 'RW access update' },
    rgCommand('rg.clearregistrationsstats', exactly(0), (context) =>
      everywhere(gears, context, { op: 'clear' }, () => OK),
    ),
    rgCommand('rg.pauseregistrations', exactly(1), paused('pause')),
    rgCommand('rg.unpauseregistrations', exactly(1), paused('unpause')),
    rgCommand('rg.dumpplugins', anyCount, () => [['GearsPythonPlugin', 10000]]),
  ]
}

/** Runs an operation on every shard. Replies when all have answered or time is up. */
function everywhere(
  gears: GearsModule,
  context: Context,
  operation: ShardOperation,
  reply: (answers: OperationAnswers) => CommandReply,
): CommandOutcome {
  gears.numbers.countHidden()
  // If the client cannot be blocked, the operation runs anyway, and the reply is Redis's refusal.
  const pending = context.block()
  gears.questions.ask(operation, (answers) => pending.reply(reply(answers)))
  return BLOCKED
}

/** Redis's refusal to block, sent after the operation was started. */
function refused(context: Context): CommandOutcome {
  context.block()
  return BLOCKED
}

/** Commands that shards of RedisGears send to each other. They are known, but of no use to a client. */
function internalCommands(gears: GearsModule, hook: RgHandler): CommandSpec[] {
  const noCluster = new Failure('ERRCLUSTER NULL cluster state')
  const badClusterSet: RgHandler = () => new Failure('Could not parse cluster set arguments')
  return [
    rgCommand('rg.hello', anyCount, () => {
      return gears.cluster.currentRunId ?? new Failure('ERRCLUSTER NULL cluster state on hello msg')
    }),
    rgCommand('rg.clusterset', anyCount, badClusterSet),
    rgCommand('RG.CLUSTERSETFROMSHARD', anyCount, badClusterSet),
    // The keys are those of the hooked command; keys of another shard get MOVED.
    { ...rgCommand('RG.INNERHOOK', between(2), hook), movable: (argv) => gears.commands.keysOf(argv.slice(2)) },
    rgCommand('RG.INNERMSGCOMMAND', exactly(5), () => noCluster),
    rgCommand('RG.INNERREGISTER', between(1), () => new Failure('Could not deserialize the registration')),
    rgCommand('RG.INNERUNREGISTER', between(1), (_context, argv) =>
      gears.registrar.unregister(argument(argv, 1), false) ? OK : new Failure('execution is not registered'),
    ),
    rgCommand(
      'RG.PYIMPORTRETINTERNAL',
      anyCount,
      () => new Failure('Bad serialization format on reading requirement name'),
    ),
  ]
}

/** True for an answer of `describe`, also from another shard. */
function isEntry(value: unknown): value is CommandReply[] {
  return Array.isArray(value)
}
