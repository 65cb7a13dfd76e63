// The load of a soak: events on every shard as fast as it takes them, and runs whose outcomes are known beforehand.
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'

/** Events sent to a shard before it is asked how far it is. */
const BATCH = 60
/** One batch in so many is for the registration whose executions are listed as waiting and running, too. */
const ASYNC_EVERY = 4
/** One event in so many fails. */
const FAILING = 20
/** Between two runs, and every which fails, ms. */
const RUN_EVERY_MS = 500
const FAILING_RUN = 5

const FUNCTIONS = `
def check(record):
    if record['value'] == 'bad':
        raise ValueError('a bad value')

def done(record):
    execute('INCR', 'soak:done:' + record['key'].split(':')[2])
    check(record)

GB('KeysReader', desc='soak sync').foreach(check).register('soak:sync:*', mode='sync')
GB('KeysReader', desc='soak async').foreach(done).register('soak:async:*', mode='async_local')
`

/** Registers the functions on the cluster whose shards listen on these ports. @param pauseMs between two batches: 0 is the full rate */
export async function startLoad(ports, pauseMs) {
  const shards = ports.map((port) => new Redis({ port, host: '127.0.0.1', protocol: 2 }))
  // Shards that share two processors with five browsers may be late without being lost.
  await Promise.all(shards.map((shard) => shard.call('RG.CONFIGSET', 'ExecutionMaxIdleTime', '60000')))
  await shards[0].call('RG.PYEXECUTE', FUNCTIONS, 'ID', 'soak', 'UPGRADE')
  const ending = new AbortController()
  const counts = { events: 0, batches: 0 }
  const runs = new Map()
  const loops = [
    ...shards.map((shard, at) => events(shard, at, { counts, pauseMs, signal: ending.signal })),
    submit(shards, runs, ending.signal),
  ]
  return {
    /** Events sent so far. */
    counts,
    /** Outcome that each run must end with, by id. */
    runs,
    /** Ends the load; resolves when all that it began is over. May be called again. */
    async stop() {
      ending.abort()
      await Promise.all(loops)
      for (const shard of shards) shard.disconnect()
    },
  }
}

/** A closed loop: the next batch goes out when the shard has executed this one, so that its queue does not grow. */
async function events(shard, at, { counts, pauseMs, signal }) {
  const tag = await tagOf(shard, at)
  let asyncs = Number((await shard.get(`soak:done:{${tag}}`)) ?? 0)
  for (let batch = 0; !signal.aborted; batch++) {
    const kind = batch % ASYNC_EVERY === 0 ? 'async' : 'sync'
    const pipeline = shard.pipeline()
    for (let i = 0; i < BATCH; i++) {
      pipeline.set(`soak:${kind}:{${tag}}:${i}`, (counts.events + i) % FAILING === 0 ? 'bad' : 'good')
    }
    await pipeline.exec()
    counts.events += BATCH
    if (pauseMs > 0) await delay(pauseMs)
    if (kind === 'sync') continue
    asyncs += BATCH
    while (Number(await shard.get(`soak:done:{${tag}}`)) < asyncs) await delay(5)
  }
}

/** A text that hashes to this shard. */
async function tagOf(shard, at) {
  const slots = await shard.call('CLUSTER', 'SLOTS')
  const own = await shard.call('CLUSTER', 'MYID')
  const [first, last] = slots.find(([, , master]) => master[2] === own) ?? []
  for (let n = 0; ; n++) {
    const tag = `soak-${at}-${n}`
    const slot = Number(await shard.call('CLUSTER', 'KEYSLOT', tag))
    if (slot >= first && slot <= last) return tag
  }
}

async function submit(shards, runs, signal) {
  for (let n = 0; !signal.aborted; n++) {
    const fails = n % FAILING_RUN === 0
    const script = `GB('ShardsIDReader').map(lambda x: ${fails ? '1 / 0' : 'x'}).run()`
    const shard = shards[n % shards.length]
    const id = await shard.call('RG.PYEXECUTE', script, 'UNBLOCKING')
    runs.set(String(id), fails ? 'failed' : 'ok')
    await delay(RUN_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}
