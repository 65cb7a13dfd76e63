import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { SHORT_LIVED } from '../test/engine-switches'
import { freePorts } from '../test/free-ports'

const ROOT = resolve(import.meta.dirname, '..')

/** A program under test, on loopback. */
export interface StartedServer {
  readonly port: number
  readonly url: string
  /** Everything it printed, for a failure's report. */
  output(): string
  readonly pid: number | undefined
  stop(signal?: NodeJS.Signals): Promise<void>
}

interface StartOptions {
  readonly port: number
  readonly scheme: string
  readonly env?: Record<string, string>
  readonly cwd?: string
  /** Number of the user and the group that it runs as; our own unless given. */
  readonly runAs?: number
}

/** Starts a program and waits until `isReady` holds; throws with its output when it ends or takes over 120 s. */
export async function start(
  command: string,
  args: readonly string[],
  { port, scheme, env, cwd = ROOT, runAs }: StartOptions,
  isReady: (output: string) => boolean | Promise<boolean>,
): Promise<StartedServer> {
  const child: ChildProcess = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: 'pipe',
    ...(runAs !== undefined && { uid: runAs, gid: runAs }),
  })
  let output = ''
  const collect = (chunk: Buffer) => {
    output = (output + chunk).slice(-100_000)
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  const deadline = Date.now() + 120_000
  while (!(await isReady(output))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`${command} ${args.join(' ')} did not become ready:\n${output}`)
    }
    await new Promise((done) => setTimeout(done, 50))
  }
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}`,
    pid: child.pid,
    output: () => output,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
  }
}

export interface EngineStartOptions {
  readonly port?: number
  readonly shards?: number
  readonly seed?: boolean
  /** 1.2 unless given. */
  readonly gearsVersion?: '1.0'
  /** A folder of wheels. */
  readonly findLinks?: string
  /** Names and values that the module is loaded with. */
  readonly moduleArgs?: string
}

/** The embedded RedisGears, alone: it fetches nothing from the network. */
export async function startEngine(options: EngineStartOptions = {}): Promise<StartedServer> {
  const { port, shards = 1, seed = false, gearsVersion, findLinks, moduleArgs } = options
  const first = port ?? (await freePorts(shards))
  const args = [...SHORT_LIVED, 'bin/engine.mjs', '--port', String(first), '--shards', String(shards), '--no-index']
  if (seed) args.push('--seed')
  if (gearsVersion !== undefined) args.push('--gears-version', gearsVersion)
  if (findLinks !== undefined) args.push('--find-links', findLinks)
  if (moduleArgs !== undefined) args.push('--module-args', moduleArgs)
  return start(process.execPath, args, { port: first, scheme: 'redis' }, (output) => /ready/i.test(output))
}

/** A real Redis without RedisGears. @param more options of redis-server */
export async function startRedis(port?: number, more: readonly string[] = []): Promise<StartedServer> {
  const chosen = port ?? (await freePorts())
  const args = ['--port', String(chosen), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...more]
  return start('redis-server', args, { port: chosen, scheme: 'redis' }, (output) => output.includes('Ready to accept'))
}

/** Whether a dashboard answers on that port of loopback. */
export async function answersOn(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/api/health`, { signal: AbortSignal.timeout(1000) })).ok
  } catch {
    return false
  }
}

/** The dashboard as `npm start` runs it, on what `env` says. Its data directory goes with it. */
export async function startGearboard(env: Record<string, string>): Promise<StartedServer> {
  const port = await freePorts()
  const data = mkdtempSync(join(tmpdir(), 'gearboard-e2e-'))
  const server = await start(
    process.execPath,
    ['.next/standalone/server.js'],
    {
      port,
      scheme: 'http',
      env: {
        NODE_ENV: 'production',
        PORT: String(port),
        HOST: '127.0.0.1',
        HOSTNAME: '127.0.0.1',
        GEARBOARD_DATA: data,
        ...env,
      },
    },
    () => answersOn(port),
  )
  return {
    ...server,
    async stop(signal) {
      await server.stop(signal)
      rmSync(data, { recursive: true, force: true })
    },
  }
}
