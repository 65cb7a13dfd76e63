import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SHORT_LIVED } from './engine-switches'
import { freePorts } from './free-ports'

/** A server process of a test's own; `stop` ends it and removes what it wrote. */
export interface StartedProcess {
  readonly port: number
  readonly process: ChildProcess
  stop(): Promise<void>
}

/** From a port to that of a real cluster's bus. */
export const BUS = 10_000

/** A port listens before its server is ready: only a reply shows that. */
async function untilAnswering(port: number, child: ChildProcess): Promise<void> {
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`the server on ${port} ended with ${child.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

/** Waits for the answer, be it an error; false where the connection breaks. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  socket.write('PING\r\n')
  try {
    return await new Promise((resolve) => {
      socket.once('data', () => resolve(true))
      socket.once('error', () => resolve(false)).once('close', () => resolve(false))
    })
  } finally {
    socket.destroy()
  }
}

interface ProcessOptions {
  readonly args: readonly string[]
  /** The first of `ports` in a row. */
  readonly port: number
  readonly ports?: number
  /** Removed when the server has ended. */
  readonly folder?: string
}

async function start(command: string, { args, port, ports = 1, folder }: ProcessOptions): Promise<StartedProcess> {
  const child = spawn(command, args, { stdio: 'ignore' })
  const ended = once(child, 'exit')
  await Promise.all(Array.from({ length: ports }, (_, i) => untilAnswering(port + i, child)))
  return {
    port,
    process: child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGCONT')
      child.kill('SIGTERM')
      await ended
      if (folder) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A redis-server without persistence on a port of its own. */
export async function startRedis(args: readonly string[] = [], at?: number): Promise<StartedProcess> {
  const port = at ?? (await freePorts(1, BUS))
  const folder = await mkdtemp(join(tmpdir(), 'gearboard-redis-'))
  const all = ['--port', String(port), '--save', '', '--dir', folder, '--bind', '127.0.0.1', ...args]
  return start('redis-server', { args: all, port, folder })
}

/**
 * A cluster of three real nodes that announce these hosts, each with its own port. They know each other from their files alone: where the hosts
 * lead nowhere, no node hears of another, and none counts as failed.
 */
export async function startAnnouncingCluster(
  hosts: readonly [string, string, string],
  args: readonly string[] = [],
): Promise<readonly StartedProcess[]> {
  const first = await freePorts(hosts.length, BUS)
  const folder = await mkdtemp(join(tmpdir(), 'gearboard-cluster-'))
  const ports = hosts.map((_, i) => first + i)
  const nodes = await Promise.all(
    ports.map(async (port, own) => {
      const lines = hosts.map((host, i) => {
        const at = first + i
        const slots = `${i * 5462}-${Math.min(i * 5462 + 5461, 16_383)}`
        const flags = i === own ? 'myself,master' : 'master'
        return `${'abc'.charAt(i).repeat(40)} ${host}:${at}@${at + BUS} ${flags} - 0 0 ${i + 1} connected ${slots}`
      })
      const file = join(folder, `nodes-${port}.conf`)
      await writeFile(file, [...lines, 'vars currentEpoch 3 lastVoteEpoch 0', ''].join('\n'))
      const cluster = ['--cluster-enabled', 'yes', '--cluster-config-file', file, '--cluster-node-timeout', '3600000']
      return startRedis([...cluster, '--cluster-announce-ip', hosts[own] ?? '', ...args], port)
    }),
  )
  const [last] = nodes
  return nodes.map((node) => ({
    ...node,
    stop: async () => {
      await node.stop()
      if (node === last) await rm(folder, { recursive: true, force: true })
    },
  }))
}

/** A sentinel that watches the master on `masterPort` as `name`. @param more lines of its configuration */
export async function startSentinel(
  name: string,
  masterPort: number,
  ...more: readonly string[]
): Promise<StartedProcess> {
  const port = await freePorts(1, BUS)
  const folder = await mkdtemp(join(tmpdir(), 'gearboard-sentinel-'))
  const file = join(folder, 'sentinel.conf')
  const lines = [`port ${port}`, 'bind 127.0.0.1', `sentinel monitor ${name} 127.0.0.1 ${masterPort} 1`, ...more, '']
  await writeFile(file, lines.join('\n'))
  return start('redis-server', { args: [file, '--sentinel'], port, folder })
}

/** The embedded RedisGears, on `shards` ports in a row. @param more arguments of its own, `--gears-version 1.0` */
export async function startEngine(shards = 1, at?: number, more: readonly string[] = []): Promise<StartedProcess> {
  const port = at ?? (await freePorts(shards))
  const engine = fileURLToPath(new URL('../bin/engine.mjs', import.meta.url))
  const args = [
    ...SHORT_LIVED,
    engine,
    '--port',
    String(port),
    ...(shards > 1 ? ['--shards', String(shards)] : []),
    ...more,
  ]
  return start(process.execPath, { args, port, ports: shards })
}
