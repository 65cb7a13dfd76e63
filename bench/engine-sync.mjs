/**
 * What calls of sync functions cost: an event's, a trigger's, and a command's out of a function.
 * usage: GEARBOARD_TEST_REDISGEARS=redis://127.0.0.1:6390 node bench/engine-sync.mjs
 *
 * With a real module the same calls are measured on both in turns and printed with their ratio. Without one they stand beside their limit:
 * a plain SET, and a plain call of a Python function. CPU is that of the server's whole process, as its INFO says; wall is what a client
 * waits on one connection. The real server must hold no registrations; the bench removes its own keys and registrations.
 */
import { connect } from 'node:net'
import { Redis } from 'ioredis'
import { median, startEngine } from './support/engine.mjs'

const ROUNDS = 7
const PIPELINE = 100
const PREFIX = 'bench:sync:'
const SCRIPT = `
GB().foreach(lambda x: None).register('${PREFIX}*', mode='sync', eventTypes=['set'])
GB('CommandReader').map(lambda x: x[1]).register(trigger='bench_sync', mode='sync')
`

/** What a client sends again and again: every reply to it is `reply`. The first is the limit of the others. */
const CALLS = [
  { name: 'SET, no function on it', words: ['SET', 'bench:plain', 'value'], reply: '+OK\r\n' },
  { name: 'SET, a sync KeysReader function on it', words: ['SET', `${PREFIX}key`, 'value'], reply: '+OK\r\n' },
  { name: 'RG.TRIGGER of a sync function', words: ['RG.TRIGGER', 'bench_sync', 'text'], reply: '*1\r\n$4\r\ntext\r\n' },
]
/** What a function does again and again. The first is the limit of the other. */
const LOOPS = [
  { name: 'call of a Python function', body: 'g(1)', count: 500_000 },
  { name: "execute('GET', …) in a function", body: "execute('GET', 'bench:plain')", count: 100_000 },
]

const resp = (words) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`

/** A server to measure: its client for questions, and a socket on which calls are timed without a client's own work. */
async function open(url) {
  const client = new Redis(url, { protocol: 2 })
  const registered = await client.call('RG.DUMPREGISTRATIONS')
  if (registered.length > 0) throw new Error('the server has registrations: give one that is for trying things on')
  const { host, port, username, password } = client.options
  const socket = connect({ host, port, noDelay: true })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let left = 0
  let done = () => {}
  socket.on('data', (data) => {
    left -= data.length
    if (left === 0) done()
  })
  const exchange = (text, replyBytes) =>
    new Promise((resolve) => {
      left = replyBytes
      done = resolve
      socket.write(text)
    })
  if (password) await exchange(resp(['AUTH', ...(username ? [username] : []), password]), '+OK\r\n'.length)
  await client.call('RG.PYEXECUTE', SCRIPT)
  await client.set('bench:plain', 'value')

  /** CPU seconds of the server's process. */
  const cpu = async () => {
    const info = await client.info('cpu')
    return Number(/used_cpu_sys:(.*)/.exec(info)[1]) + Number(/used_cpu_user:(.*)/.exec(info)[1])
  }
  /** µs a call: CPU of the server, and wall. */
  const measured = async (count, work) => {
    const before = await cpu()
    const began = performance.now()
    await work()
    const wall = performance.now() - began
    return { cpu: ((await cpu()) - before) * (1e6 / count), wall: wall * (1000 / count) }
  }
  return {
    async call({ words, reply }) {
      const text = resp(words)
      const batch = text.repeat(PIPELINE)
      const pipelined = (count) =>
        measured(count, async () => {
          for (let i = 0; i < count; i += PIPELINE) await exchange(batch, reply.length * PIPELINE)
        })
      const single = (count) =>
        measured(count, async () => {
          for (let i = 0; i < count; i++) await exchange(text, reply.length)
        })
      await pipelined(5000)
      return { ...(await pipelined(20_000)), single: (await single(2000)).wall }
    },
    loop({ body, count }) {
      const script = `def g(x): return x\ndef f(x):\n    for _ in range(${count}): ${body}\nGB('ShardsIDReader').foreach(f).run()`
      return measured(count, () => client.call('RG.PYEXECUTE', script))
    },
    async close() {
      for (const [, id] of await client.call('RG.DUMPREGISTRATIONS')) await client.call('RG.UNREGISTER', id)
      await client.del('bench:plain', `${PREFIX}key`)
      socket.destroy()
      client.disconnect()
    },
  }
}

const KINDS = { cpu: 'CPU', wall: 'wall, 100 at once', single: 'wall, one by one' }
const figure = (value) => value.toFixed(value < 10 ? 2 : 1).padStart(9)

/** `rounds`: the engine's figures and, if there is one, the module's. `limits`: the engine's figures of what no call can cost less than. */
function report(name, [ours, theirs], limits) {
  for (const [kind, label] of Object.entries(KINDS)) {
    const own = ours.map((round) => round[kind])
    if (own[0] === undefined) continue
    const others = (theirs ?? limits).map((round) => round[kind])
    const ratio = median(own.map((value, round) => value / others[round]))
    console.log(
      `${name.padEnd(38)} ${label.padEnd(18)} ${figure(median(own))} ${figure(median(others))} ${figure(ratio)}`,
    )
  }
}

const engine = await startEngine()
const url = process.env.GEARBOARD_TEST_REDISGEARS
const servers = []
try {
  for (const address of [`redis://127.0.0.1:${engine.port}`, ...(url ? [url] : [])]) servers.push(await open(address))
  const columns = ['engine', url ? 'module' : 'limit', 'ratio'].map((text) => text.padStart(9)).join(' ')
  console.log(`${`µs a call, median of ${ROUNDS} rounds`.padEnd(57)} ${columns}`)
  for (const [how, calls] of Object.entries({ call: CALLS, loop: LOOPS })) {
    let limits
    for (const call of calls) {
      const rounds = servers.map(() => [])
      for (let round = 0; round < ROUNDS; round++)
        for (const [i, server] of servers.entries()) rounds[i].push(await server[how](call))
      limits ??= rounds[0]
      report(call.name, rounds, limits)
    }
  }
} finally {
  for (const server of servers) await server.close()
  await engine.stop()
}
