import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'

const engine = join(fileURLToPath(new URL('../..', import.meta.url)), 'bin', 'engine.mjs')

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Starts an engine of its own: a client of it, how long it took to be ready (ms), and `stop`. */
export async function startEngine(shards = 1) {
  const port = await freePort()
  const began = performance.now()
  const child = spawn(process.execPath, [engine, '--port', String(port), '--shards', String(shards)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve)
    child.once('exit', (code) => reject(new Error(`the engine ended with ${code}`)))
  })
  const readyMs = performance.now() - began
  const client = new Redis({ port, protocol: 2, host: '127.0.0.1' })
  const stop = async () => {
    client.disconnect()
    child.removeAllListeners('exit')
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await gone
  }
  return { client, port, child, readyMs, stop }
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

export async function timed(task) {
  const began = performance.now()
  await task()
  return performance.now() - began
}
