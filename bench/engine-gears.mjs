/**
 * What the embedded engine's Gears half does, each figure beside its limit or the real module's (docs: engine/README.md).
 * usage: node bench/engine-gears.mjs
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'

const engine = join(fileURLToPath(new URL('..', import.meta.url)), 'bin', 'engine.mjs')
const rows = []
const report = (what, value, unit, peer) => {
  const text = `${what.padEnd(52)} ${value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 }).padStart(10)} ${unit.padEnd(10)} ${peer}`
  rows.push(text)
  console.log(text)
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function start(shards) {
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

/** Resident memory of a process, MB. */
const residentMb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

async function timed(task) {
  const began = performance.now()
  await task()
  return performance.now() - began
}

async function readiness() {
  await (await start(1)).stop()
  const one = await start(1)
  const oneMb = residentMb(one.child.pid)
  report('ready after start, Python warm', one.readyMs, 'ms', 'limit 2,000')
  report('memory, one shard', oneMb, 'MB', 'limit 200 a shard')
  await one.stop()
  const three = await start(3)
  report('2nd and 3rd shard: extra time, each', (three.readyMs - one.readyMs) / 2, 'ms', '')
  report('2nd and 3rd shard: extra memory, each', (residentMb(three.child.pid) - oneMb) / 2, 'MB', 'limit 200')
  await three.stop()
}

async function abort({ client }) {
  const spin = "def f(x):\n    while True: pass\nGB('ShardsIDReader').map(f).run()"
  const times = []
  for (let i = 0; i < 20; i++) {
    const id = await client.call('RG.PYEXECUTE', spin, 'UNBLOCKING')
    await new Promise((resolve) => setTimeout(resolve, 30))
    times.push(await timed(() => client.call('RG.ABORTEXECUTION', id)))
    await client.call('RG.DROPEXECUTION', id)
  }
  report('abort of `while True: pass`, to the reply (median)', median(times), 'ms', 'limit 100')
  report('abort of `while True: pass`, to the reply (worst)', Math.max(...times), 'ms', 'limit 100')
}

async function execute({ client }) {
  const count = 200_000
  await client.set('key', 'value')
  const script = `def f(x):\n    for _ in range(${count}): execute('GET', 'key')\nGB('ShardsIDReader').foreach(f).run()`
  const ms = await timed(() => client.call('RG.PYEXECUTE', script))
  report("execute('GET') from Python", count / (ms / 1000), 'per s', 'real module 312,000; at least a third: 104,000')
}

async function records({ client }) {
  const count = 100_000
  for (let i = 0; i < count; i += 1000) {
    await client.mset(...Array.from({ length: 1000 }, (_, j) => [`bench:${i + j}`, String(i + j)]).flat())
  }
  const script = "GB().map(lambda x: int(x['value'])).filter(lambda x: x % 2 == 0).count().run('bench:*')"
  const times = []
  for (let i = 0; i < 3; i++) times.push(await timed(() => client.call('RG.PYEXECUTE', script)))
  report(
    'KeysReader + map + filter + count, 100,000 keys',
    count / (median(times) / 1000),
    'records/s',
    'real module 226,000; at least a third: 75,000',
  )
  const python = `GB('PythonReader').map(lambda x: x + 1).filter(lambda x: x % 2).count().run(lambda: (yield from range(${count})))`
  const ms = await timed(() => client.call('RG.PYEXECUTE', python))
  report('PythonReader + map + filter, 100,000 records', count / (ms / 1000), 'records/s', 'real module 540,000')
  await client.flushall()
}

async function latency({ client }) {
  const sets = async (count) => {
    const ms = await timed(async () => {
      for (let i = 0; i < count; i += 100) {
        const pipeline = client.pipeline()
        for (let j = 0; j < 100; j++) pipeline.set(`latency:${(i + j) % 1000}`, 'value')
        await pipeline.exec()
      }
    })
    return (ms * 1000) / count
  }
  await sets(5000)
  const plain = await sets(20_000)
  await client.call('RG.PYEXECUTE', "GB().foreach(lambda x: None).register('latency:*', mode='sync')")
  await sets(5000)
  const triggered = await sets(20_000)
  report('SET, pipelined by 100', plain, 'µs', '')
  report('the same with a sync KeysReader function on it', triggered, 'µs', 'real module: 11 → 19 µs')
  report('added by the function', triggered - plain, 'µs', '')
}

await readiness()
const one = await start(1)
try {
  await abort(one)
  await execute(one)
  await records(one)
  await latency(one)
} finally {
  await one.stop()
}
