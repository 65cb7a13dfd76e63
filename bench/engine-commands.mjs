/** Simple commands per second: redis-benchmark on the engine beside a real redis-server, both in this run. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const AIM = 40_000
const REDIS_PORT = 26499
const TESTS = 'ping_mbulk,set,get,incr,lpush,rpop,sadd,hset,zadd'
const bin = fileURLToPath(new URL('../bin/engine.mjs', import.meta.url))

async function started(command, args, ready) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    const match = ready.exec(line)
    if (!match) continue
    child.stdout.resume()
    return { child, port: match[1] }
  }
  throw new Error(`${command} did not start`)
}

async function stop({ child }) {
  child.kill('SIGTERM')
  if (child.exitCode === null) await once(child, 'exit')
}

/** Requests per second by test's name. */
async function measure(port, pipeline) {
  const args = ['-p', port, '-n', '100000', '-c', '50', '-P', String(pipeline), '-t', TESTS, '--csv']
  const { stdout } = await run('redis-benchmark', args)
  return new Map([...stdout.matchAll(/^"([^"]+)","([0-9.]+)"/gm)].map(([, name, rps]) => [name, Number(rps)]))
}

const engine = await started(process.execPath, [bin, '--port', '0'], / ready on .*:([0-9]+)/)
const redisArgs = ['--port', String(REDIS_PORT), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
const redis = await started('redis-server', redisArgs, /Ready to accept connections/)
let slowest = Number.POSITIVE_INFINITY
try {
  for (const pipeline of [1, 16]) {
    const theirs = await measure(String(REDIS_PORT), pipeline)
    const ours = await measure(engine.port, pipeline)
    console.log(`\n50 clients, pipeline ${pipeline}        engine    redis-server   ratio`)
    for (const [name, rps] of ours) {
      const peer = theirs.get(name) ?? Number.NaN
      if (pipeline === 1) slowest = Math.min(slowest, rps)
      const columns = [Math.round(rps), Math.round(peer)].map((value) => String(value).padStart(12))
      console.log(`${name.padEnd(24)}${columns.join('  ')}   ${(rps / peer).toFixed(2)}`)
    }
  }
  console.log(
    `\nslowest without pipelining: ${Math.round(slowest)}/s, aim ${AIM}/s: ${slowest >= AIM ? 'reached' : 'missed'}`,
  )
} finally {
  await Promise.all([stop(engine), stop(redis)])
}
