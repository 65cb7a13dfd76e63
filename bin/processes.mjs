// Starts and ends the children of `npm start`: each ends with its parent, however that ends.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** False where Gearboard is installed as a package, which holds what was built of them. */
export const hasSources = () => existsSync(new URL('../next.config.js', import.meta.url))
const END_WITH_PARENT = new URL('end-with-parent.mjs', import.meta.url).href
/** How long a child may take to end by itself before it is killed, ms. */
const GRACE_MS = 3000

/**
 * Runs a Node script as a child that ends when this process does, even when it is killed.
 * @param options.env what it gets beside `inherited`, by default all of this process's environment
 */
export function startNode(
  args,
  { env = {}, inherited = process.env, stdio = ['ignore', 'inherit', 'inherit', 'ipc'] } = {},
) {
  const script = ['--import', END_WITH_PARENT, ...args]
  return spawn(process.execPath, script, {
    cwd: ROOT,
    stdio,
    env: { ...inherited, ...env, GEARBOARD_PARENT: String(process.pid) },
  })
}

const LOOK_MS = 250

/**
 * Calls back when npm, which started this process, is gone: a killed npm does not end its children. If something else started it, a service
 * or a shell that ends, the process continues.
 */
export function whenNpmEnds(then) {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    then()
  }, LOOK_MS).unref()
}

/** Kills all children at once. */
export function killAll(children) {
  for (const child of children) child.kill('SIGKILL')
}

/** Asks all children to end, kills those that do not, and resolves when none runs, with their exit codes; null for one that a signal ended. */
export async function endAll(children) {
  return Promise.all(
    children.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
      const [code] = await ended
      clearTimeout(timer)
      return code
    }),
  )
}

/** Whether that port of `host` is free now. */
export async function isFree(port, host = '127.0.0.1') {
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
    return true
  } catch {
    return false
  }
}

/** The first of `count` adjacent ports of the loopback interface that are free now. */
export async function freePorts(count) {
  for (let attempt = 0; attempt < 100; attempt++) {
    // Below the range that the system hands out to outgoing connections, so that none of them takes a port in between.
    const first = 20_000 + Math.floor(Math.random() * 12_000)
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(first + i)))
    if (free.every(Boolean)) return first
  }
  throw new Error(`found no ${count} adjacent free ports on 127.0.0.1`)
}
