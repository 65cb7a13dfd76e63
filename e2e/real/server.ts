import { setTimeout as sleep } from 'node:timers/promises'
import { type HostPort, parseTarget, type Target } from '@gearboard/gears'
import { Redis, type RedisOptions } from 'ioredis'

/** The RedisGears that the suite runs on. */
export const URL_VARIABLE = 'GEARBOARD_TEST_REDISGEARS'
/** A shell command that restarts it and returns when it is up again, in a cluster with RG.REFRESHCLUSTER sent. */
export const RESTART_VARIABLE = 'GEARBOARD_TEST_RESTART'

/** Begins every description of a registration and every session id of the suite. */
export const MARK = 'gearboard-test-real'
/** Prefix of every Python function's name in the suite: RG.GETEXECUTION shows it in the plan, and so which executions are ours. */
export const FUNCTION_MARK = 'gearboard_test_real'
/** Begins every key of the suite. The first part is what Gearboard's own injector may write. */
export const KEY_MARK = 'gearboard:test:real:'

/** Longest wait for what the server does in the background, ms. It is a limit, not an expectation. */
const PATIENCE_MS = 60_000
const ANSWER_MS = 30_000

/** Why the suite does not run on this server. Only the message is shown: it is for people. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  override readonly stack = undefined
}

export interface RealMaster {
  readonly redis: Redis
  readonly address: string
}

/** Any reply of ioredis. Errors within arrays arrive as `Error` elements. */
export const list = (reply: unknown): readonly unknown[] => (Array.isArray(reply) ? reply : [])

/** A flat array of names and values (protocol 1.5), read by name. */
export function pairs(reply: unknown): ReadonlyMap<string, unknown> {
  const flat = list(reply)
  return new Map(flat.flatMap((name, at) => (at % 2 === 0 ? [[String(name), flat[at + 1]] as const] : [])))
}

/** A registration as RG.DUMPREGISTRATIONS of one master shows it. */
export interface Dumped {
  readonly id: string
  readonly description: string
  readonly data: ReadonlyMap<string, unknown>
}

/**
 * The RedisGears under test, asked over RESP on connections of the suite's own, each master by itself: what Gearboard says is compared with
 * it. It reads replies without Gearboard's decoders, which would repeat a mistake of theirs.
 */
export class RealServer {
  private constructor(
    readonly masters: readonly RealMaster[],
    readonly version: number,
  ) {}

  /** @throws Refusal when the address, the server or what it holds does not allow the suite */
  static async connect(): Promise<RealServer> {
    const target = readTarget(urlGiven())
    const [host] = target.hosts
    const seed = open(target, host)
    const opened: RealMaster[] = []
    try {
      await connect(seed)
      const hosts = await mastersOf(seed, host)
      for (const each of hosts) {
        const master = open(target, each)
        opened.push(master)
        await connect(master)
      }
      const version = await versionOf(seed)
      if (hosts.length > 1) await Promise.all(opened.map(refuseUninitialised))
      return new RealServer(opened, version)
    } catch (error) {
      for (const { redis } of opened) redis.disconnect()
      throw error
    } finally {
      seed.redis.disconnect()
    }
  }

  get generation(): '1.0' | '1.2' {
    return this.version < 10_200 ? '1.0' : '1.2'
  }

  get first(): Redis {
    const [master] = this.masters
    if (!master) throw new Error('no master is connected')
    return master.redis
  }

  close(): void {
    for (const { redis } of this.masters) redis.disconnect()
  }

  /** Of every master, in the order of `masters`. */
  each<T>(ask: (redis: Redis) => Promise<T>): Promise<readonly T[]> {
    return Promise.all(this.masters.map(({ redis }) => ask(redis)))
  }

  async registrations(): Promise<readonly (readonly Dumped[])[]> {
    return this.each(async (redis) =>
      list(await redis.call('RG.DUMPREGISTRATIONS')).map((entry) => {
        const fields = pairs(entry)
        return {
          id: String(fields.get('id')),
          description: String(fields.get('desc') ?? ''),
          data: pairs(fields.get('RegistrationData')),
        }
      }),
    )
  }

  /** The ids that each master lists. */
  async executions(): Promise<readonly (readonly string[])[]> {
    return this.each(async (redis) =>
      list(await redis.call('RG.DUMPEXECUTIONS')).map((entry) => String(pairs(entry).get('executionId'))),
    )
  }

  /** Registrations that are not the suite's. */
  async foreign(): Promise<readonly Dumped[]> {
    return (await this.registrations()).flat().filter(({ description }) => !description.startsWith(MARK))
  }

  /**
   * Removes all that carries a mark of the suite, of this run or of an earlier one that was killed: executions, registrations with their
   * sessions, keys. What carries none is left alone.
   */
  async clean(): Promise<void> {
    await this.abortOwn()
    const own = new Set((await this.registrations()).flat().flatMap((one) => (isOwn(one) ? [one.id] : [])))
    for (const id of own) await this.first.call('RG.UNREGISTER', id, 'abortpending').catch(ignore)
    await until('the registrations of the suite to disappear', async () =>
      (await this.registrations()).flat().every((one) => !isOwn(one)),
    )
    await until('the executions of the suite to disappear', async () => {
      const left = await this.ownExecutions()
      for (const { redis, id } of left) await redis.call('RG.DROPEXECUTION', id).catch(ignore)
      return left.length === 0
    })
    for (const { redis } of this.masters) {
      for (const key of await keysOf(redis)) await redis.call('DEL', key)
    }
  }

  /** What still carries a mark of the suite, in words; empty when nothing does. */
  async leftovers(): Promise<readonly string[]> {
    const sessions = this.generation === '1.0' ? [] : await this.each((redis) => redis.call('RG.PYDUMPSESSIONS'))
    return [
      ...(await this.registrations()).flat().flatMap((one) => (isOwn(one) ? [`registration ${one.id}`] : [])),
      ...(await this.ownExecutions()).map(({ id }) => `execution ${id}`),
      ...(await this.each(keysOf)).flat().map((key) => `key ${key}`),
      ...sessions
        .flatMap(list)
        .map((entry) => String(pairs(entry).get('ID')))
        .flatMap((id) => (id.startsWith(MARK) ? [`session ${id}`] : [])),
    ]
  }

  /** Keys of the server that are not the suite's. */
  async foreignKeys(): Promise<number> {
    const counts = await this.each(async (redis) => Number(await redis.call('DBSIZE')) - (await keysOf(redis)).length)
    return counts.reduce((sum, count) => sum + count, 0)
  }

  private async abortOwn(): Promise<void> {
    for (const { redis, id, over } of await this.ownExecutions()) {
      if (!over) await redis.call('RG.ABORTEXECUTION', id).catch(ignore)
    }
  }

  /** On each master: the plan names a function of the suite. */
  private async ownExecutions(): Promise<readonly { redis: Redis; id: string; over: boolean }[]> {
    const listed = await this.executions()
    const asked = this.masters.flatMap(({ redis }, at) => (listed[at] ?? []).map((id) => ({ redis, id })))
    const found = await Promise.all(
      asked.map(async ({ redis, id }) => {
        // It may have left the list since.
        const reply = JSON.stringify(await redis.call('RG.GETEXECUTION', id, 'SHARD').catch(ignore))
        if (!reply?.includes(FUNCTION_MARK)) return []
        return [{ redis, id, over: /"status","(?:done|aborted)"/.test(reply) }]
      }),
    )
    return found.flat()
  }
}

const isOwn = ({ description }: Dumped): boolean => description.startsWith(MARK)
const ignore = () => undefined
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function keysOf(redis: Redis): Promise<readonly string[]> {
  const keys = new Set<string>()
  let cursor = '0'
  do {
    const [next, found] = list(await redis.call('SCAN', cursor, 'MATCH', `${KEY_MARK}*`, 'COUNT', '1000'))
    for (const key of list(found)) keys.add(String(key))
    cursor = String(next)
  } while (cursor !== '0')
  return [...keys]
}

/** Asks until it holds; the message names what was waited for. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`gave up waiting for ${what}`)
    await sleep(100)
  }
}

/** The URL that the suite runs on. */
export function urlGiven(): string {
  const url = process.env[URL_VARIABLE]
  if (!url) throw new Refusal(`${URL_VARIABLE} names no server`)
  return url
}

/** The message never holds the URL: there may be a password in it. */
function readTarget(url: string): Target {
  let target: Target
  try {
    target = parseTarget(url)
  } catch (error) {
    throw new Refusal(`${URL_VARIABLE} is no address: ${messageOf(error)}`)
  }
  if (target.sentinel !== undefined || target.path !== undefined) {
    throw new Refusal(
      `${URL_VARIABLE} names sentinels or a unix socket; the suite needs the address of a server or of a cluster's nodes`,
    )
  }
  return target
}

function open({ username, password, tls }: Target, { host, port }: HostPort): RealMaster {
  const options: RedisOptions = {
    host,
    port,
    protocol: 2,
    lazyConnect: true,
    commandTimeout: ANSWER_MS,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {} }),
  }
  const redis = new Redis(options)
  return { redis, address: `${host}:${port}` }
}

/** Only the event says why no connection was made; the promise says only that there is none. */
async function connect({ redis, address }: RealMaster): Promise<void> {
  let reason: unknown
  // Each later command reports its own failure; an `error` event without a listener would end the process.
  redis.on('error', (error) => {
    reason ??= error
  })
  await redis.connect().catch((error: unknown) => {
    throw new Refusal(`${address} cannot be reached: ${messageOf(reason ?? error)}`)
  })
}

/** The masters of its cluster, or the server itself. */
async function mastersOf({ redis, address }: RealMaster, asked: HostPort): Promise<readonly HostPort[]> {
  const info = String(await redis.call('INFO'))
  if (!/^role:master/m.test(info)) throw new Refusal(`${address} is a replica; the suite needs a master`)
  if (!/^cluster_enabled:1/m.test(info)) return [asked]
  const found = new Map<string, HostPort>()
  for (const range of list(await redis.call('CLUSTER', 'SLOTS'))) {
    const [host, port] = list(list(range)[2])
    const place = { host: String(host ?? '') || asked.host, port: Number(port) }
    found.set(`${place.host}:${place.port}`, place)
  }
  if (found.size === 0) throw new Refusal(`${address} is of a cluster without slots`)
  return [...found.values()]
}

async function versionOf({ redis, address }: RealMaster): Promise<number> {
  const modules = list(await redis.call('MODULE', 'LIST')).map(pairs)
  const version = Number(modules.find((one) => one.get('name') === 'rg')?.get('ver') ?? 0)
  if (version < 10_000 || version >= 20_000) throw new Refusal(`${address} has no RedisGears 1.x`)
  return version
}

/** The suite does not send RG.REFRESHCLUSTER: on Redis 7 it ends a server with RedisGears up to 1.2.5. */
async function refuseUninitialised({ redis, address }: RealMaster): Promise<void> {
  if (Array.isArray(await redis.call('RG.INFOCLUSTER'))) return
  throw new Refusal(`RedisGears on ${address} does not know its cluster; send RG.REFRESHCLUSTER to every master first`)
}
