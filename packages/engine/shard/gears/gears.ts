import type { ShardApi } from '../core'
import { AtomicLock } from './atomic-lock'
import { Cluster } from './cluster'
import { CommandReader } from './command-reader'
import { Distribution } from './distribution'
import { Executions } from './executions'
import { GearsConfig } from './gears-config'
import { joinOthers } from './joining'
import { KeysReader } from './keys-reader'
import { Launcher } from './launcher'
import { Numbers } from './numbers'
import { Operations } from './operations'
import { Pool } from './pool'
import type { PythonInterpreter } from './python-interpreter'
import { Questions } from './questions'
import { Registrar } from './registrar'
import { Registrations } from './registrations'
import { Requirements } from './requirements'
import { ScriptSessions } from './script-sessions'
import { Site } from './site'
import { StreamReader } from './stream-reader'
import type { GearsVersion } from './terms'
import { TimeEvents } from './time-events'

export type GearsModule = ReturnType<typeof createGears>

/** The RedisGears of one shard. Each part gets the parts that it uses; commands, INFO, scripts and Python's calls use the whole. */
export function createGears(
  shard: ShardApi,
  python: PythonInterpreter,
  version: GearsVersion,
  moduleArgs: readonly string[],
) {
  const config = new GearsConfig(version, moduleArgs, () => {
    python.ask((entry) => entry.configure(config.attemptTraceback))
  })
  const lock = new AtomicLock(shard)
  const pool = new Pool(shard, lock, config.number('ExecutionThreads'))
  const cluster = new Cluster(shard)
  const numbers = new Numbers(cluster, version)

  const site = new Site(python, config.number('CreateVenv') === 0 ? '/' : `/.venv-${shard.self.id}/`)
  const requirements: Requirements = new Requirements(shard, python, site, lock, version, () => [
    ...sessions.list(),
    ...sessions.listDead(),
    ...executions.heldSessions(),
  ])
  const sessions = new ScriptSessions(python, numbers, requirements)
  const executions = new Executions(shard, python, config, lock, sessions)
  const distribution = new Distribution(cluster, executions, python)
  const registrations = new Registrations(shard, python, config, executions, sessions, version)
  joinOthers({ shard, python, cluster, numbers, pool, sessions, registrations, distribution })

  const launcher = new Launcher(shard, version, numbers, pool, executions, distribution, registrations)
  const keys = new KeysReader(shard, version, launcher)
  const streams = new StreamReader(shard, version, executions, launcher)
  const commands = new CommandReader(shard, version, executions, registrations, launcher)
  const timeEvents = new TimeEvents(shard, python, lock, sessions)

  const registrar = new Registrar(shard, python, pool, numbers, requirements, sessions, registrations, {
    KeysReader: keys,
    StreamReader: streams,
    CommandReader: commands,
  })
  const operations = new Operations(version, cluster, numbers, executions, requirements, registrations, registrar)
  const questions = new Questions(shard, version, config, cluster, numbers, operations)

  return {
    shard,
    python,
    version,
    config,
    lock,
    cluster,
    numbers,
    requirements,
    sessions,
    executions,
    registrations,
    launcher,
    commands,
    timeEvents,
    registrar,
    questions,

    /** DEBUG RELOAD: removes executions and sessions, then restores the saved registrations. Running executions still end. */
    reload(): void {
      executions.clear()
      for (const registration of registrations.list()) registrations.unregister(registration, true)
      for (const session of sessions.list()) {
        if (session.timers.size === 0) sessions.forget(session)
      }
      registrar.restore()
    },
  }
}
