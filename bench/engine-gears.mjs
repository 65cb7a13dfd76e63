/**
 * What the embedded engine's Gears half does, each figure beside its limit or the real module's (docs: packages/engine/README.md). Calls of sync functions: engine-sync.mjs.
 * usage: node bench/engine-gears.mjs
 */
import { readFileSync } from 'node:fs'
import { median, startEngine, timed } from './support/engine.mjs'

const report = (what, value, unit, peer) => {
  const figure = value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 })
  console.log(`${what.padEnd(52)} ${figure.padStart(10)} ${unit.padEnd(10)} ${peer}`)
}

/** Resident memory of a process, MB. */
const residentMb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

async function readiness() {
  await (await startEngine(1)).stop()
  const one = await startEngine(1)
  const oneMb = residentMb(one.child.pid)
  report('ready after start, Python warm', one.readyMs, 'ms', 'limit 2,000')
  report('memory, one shard', oneMb, 'MB', 'limit 200 a shard')
  await one.stop()
  const three = await startEngine(3)
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

await readiness()
const one = await startEngine(1)
try {
  await abort(one)
  await records(one)
} finally {
  await one.stop()
}
