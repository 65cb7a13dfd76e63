import * as commands from '../commands'
import { GearsError } from '../errors'
import { isCommand } from '../guards'
import type { Capability } from '../vocabulary/capability'
import type { Link } from './link'
import type { Master } from './topology'

/** The commands of the module that a client may send, each once. */
export const RG_COMMANDS: readonly string[] = [
  ...new Set(
    Object.values(commands).flatMap((each) => (isCommand(each) && each.name.startsWith('RG.') ? [each.name] : [])),
  ),
]

/** Why a command is unavailable that the server does not have at all. */
export const NO_SUCH_COMMAND = 'the server has no such command'

const REFUSED = /^NOPERM\b|^ERR unknown command/i

/** The value, or null where this user may not ask, or the operator renamed the command. */
async function permitted<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof GearsError && error.code === 'rejected' && REFUSED.test(error.message)) return null
    throw error
  }
}

/** major·10000 + minor·100 + patch, as reported by MODULE LIST. */
export const versionText = (version: number): string =>
  [Math.floor(version / 10000), Math.floor(version / 100) % 100, version % 100].join('.')

/**
 * Finds out what the server is (protocol 8), without running anything; what this user may run there is asked by `withPermissions`.
 * @throws GearsError `unreachable`, `timeout`, `module_missing`, or `rejected` where the server wants a password
 */
export async function probe({ link, nodeId }: Pick<Master, 'link' | 'nodeId'>): Promise<Capability> {
  const [fields, modules] = await Promise.all([
    permitted(link.send(commands.info)),
    permitted(link.send(commands.moduleList)),
  ])
  if (fields?.get('redis_mode') === 'sentinel') {
    const words = 'INFO says redis_mode:sentinel'
    throw new GearsError('rejected', words, { address: link.address, refusal: 'is_sentinel' })
  }
  const version = await gearsVersion(link, modules)
  const [named, clusterInfo] = await Promise.all([
    permitted(link.send(commands.commandInfo, ...RG_COMMANDS.map((name) => name.toLowerCase()))),
    permitted(link.send(commands.infoCluster)),
  ])
  // The module is loaded, so a reply that lists none of its commands (a proxy's) says nothing about them.
  const present = named?.size === 0 ? null : named
  const generation = generationOf(version, present)
  const lacking = present ? RG_COMMANDS.filter((name) => !present.has(name.toLowerCase())) : []
  return {
    redisVersion: fields?.get('redis_version') ?? null,
    gearsVersion: version === null ? null : versionText(version),
    generation,
    python: generation === '1.0' || (await hasPython(link, present)),
    // The node's id reveals a cluster even to a user who may not read INFO, and behind a proxy that hides it.
    cluster: nodeId !== null || fields?.get('cluster_enabled') === '1',
    clusterInitialised: clusterInfo?.mode === 'cluster',
    unavailable: lacking.map((command) => ({ command, reason: NO_SUCH_COMMAND })),
    permissionsUnknown: true,
    ...(fields?.get('role') === 'slave' && { replica: true }),
  }
}

/** Null: the module is there, its version may not be asked. */
async function gearsVersion(link: Link, modules: readonly commands.LoadedModule[] | null): Promise<number | null> {
  const loaded = modules?.find(({ name }) => name === 'rg')
  if (loaded) return loaded.version
  if (modules?.some(({ name }) => name === 'redisgears_2')) {
    throw new GearsError(
      'module_missing',
      'RedisGears 2 is loaded, which is a different product; RedisGears 1.x is not',
      {
        address: link.address,
      },
    )
  }
  const byCommand = modules ? null : await permitted(link.send(commands.commandInfo, 'rg.pyexecute'))
  if (modules || byCommand?.size === 0) {
    throw new GearsError('module_missing', 'the server answers, but the module RedisGears ("rg") is not loaded', {
      address: link.address,
    })
  }
  return null
}

function generationOf(version: number | null, present: ReadonlySet<string> | null): '1.0' | '1.2' {
  // 1.2's number is the lower bound, since development builds call themselves 99.99.99.
  if (version !== null) return version >= 10200 ? '1.2' : '1.0'
  return present && !present.has('rg.pydumpsessions') && !present.has('rg.dumpplugins') ? '1.0' : '1.2'
}

async function hasPython(link: Link, present: ReadonlySet<string> | null): Promise<boolean> {
  const plugins = await permitted(link.send(commands.dumpPlugins))
  if (plugins?.some(({ name }) => name === 'GearsPythonPlugin')) return true
  return present?.has('rg.pyexecute') ?? false
}

/**
 * Adds the commands that this user may not run. They are found by queueing each in a MULTI that is then discarded: permissions are checked
 * when a command is queued, and nothing runs. Where the server does not answer that, they stay unknown: it decides nothing else.
 */
export async function withPermissions({ link }: Pick<Master, 'link'>, found: Capability): Promise<Capability> {
  const lacking = found.unavailable.filter(({ reason }) => reason === NO_SUCH_COMMAND)
  const asked = RG_COMMANDS.filter((name) => !lacking.some(({ command }) => command === name))
  const refusals = await refusalsOf(link, asked)
  if (!refusals) return found
  const { permissionsUnknown, ...known } = found
  const refused = asked.flatMap((command, i) => {
    const reason = refusals[i]
    return reason === undefined ? [] : [{ command, reason }]
  })
  return { ...known, unavailable: [...lacking, ...refused] }
}

/**
 * Each command's refusal in the server's words, undefined where it would be let through or where this server cannot tell. Undefined where it
 * did not answer: that says nothing of whether the server can be worked with.
 */
async function refusalsOf(link: Link, names: readonly string[]): Promise<readonly (string | undefined)[] | undefined> {
  try {
    // Without arguments: whether a key may be touched is another question than whether the command may be sent.
    return await link.queue(async (queue) => {
      const answers = await Promise.allSettled(names.map(queue))
      return answers.map(refusal)
    })
  } catch (error) {
    if (!(error instanceof GearsError)) throw error
    // This server has no MULTI, or this user may not send it: asking again would tell no more.
    return error.code === 'rejected' && REFUSED.test(error.message) ? [] : undefined
  }
}

function refusal(answer: PromiseSettledResult<unknown>): string | undefined {
  if (answer.status === 'fulfilled' || !(answer.reason instanceof Error)) return undefined
  const words = answer.reason.message
  return REFUSED.test(words) ? words : undefined
}
