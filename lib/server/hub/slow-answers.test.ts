import { commands, type GearsError, RedisGears, Traffic } from '@gearboard/gears'
import { beforeEach, describe, expect, it, test } from 'vitest'
import type { Connection } from '@/lib/server/connection/connection'
import { commandRegistration, resp, ScriptedRedis } from '@/test/scripted-redis'
import { closedAfter, seen, status, until, watch } from '@/test/watched-connection'
import { config } from '../operations/config'
import { requirements, sessions } from '../operations/environment'
import { unregister } from '../operations/registrations'

// A late reply does not mean a dead server: another connection shows that it lives, and slow commands are sent less often.

let server: ScriptedRedis

beforeEach(async () => {
  server = await ScriptedRedis.start()
  closedAfter(() => server.replay.stop())
})

const asked = (name: string) =>
  server.replay.seen.filter((words) => words.join(' ').toUpperCase().startsWith(name)).length

/** Changes the answer to one command; the others stay. */
function answering(name: string, answer: () => string | Promise<string> | undefined): void {
  const others = server.replay.answer
  server.replay.answer = (words) => (words.join(' ').startsWith(name) ? answer() : others(words))
}

function client(traffic?: Traffic, timeoutMs = 400): RedisGears {
  const gears = new RedisGears(`redis://127.0.0.1:${server.port}`, {
    cluster: false,
    timeoutMs,
    ...(traffic && { traffic }),
  })
  closedAfter(() => gears.close())
  return gears
}

/** Something that a test lets happen. */
function gate<T>() {
  let open: (value: T) => void = () => undefined
  const opened = new Promise<T>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe('a client', () => {
  it.each([
    ['RG.DUMPREGISTRATIONS', resp([commandRegistration('a-1', 'greet')]), (g: RedisGears) => g.dumpRegistrations()],
    ['RG.DUMPEXECUTIONS', resp([]), (g: RedisGears) => g.dumpExecutions()],
    ['RG.PYDUMPREQS', resp([]), (g: RedisGears) => g.pyDumpReqs()],
    ['RG.PYDUMPSESSIONS', resp([]), (g: RedisGears) => g.pyDumpSessions()],
  ])('waits for %s as long as the server answers PING, and asks once', async (name, reply, ask) => {
    const { open, opened } = gate<string>()
    answering(name, () => opened)
    let pings = 0
    answering('PING', () => {
      pings++
      if (pings === 3) open(reply)
      return '+PONG\r\n'
    })
    const [told] = await ask(client())
    expect(told).toHaveProperty('value')
    expect(pings).toBeGreaterThanOrEqual(3)
    expect(asked(name)).toBe(1)
  })

  it('does not ask a server again that has not answered, until it answers PING', async () => {
    const gears = client()
    await gears.pyStats()
    server.mute = true
    const [first] = await gears.dumpRegistrations()
    expect(first).toMatchObject({ error: { code: 'timeout', command: 'RG.DUMPREGISTRATIONS' } })
    for (let i = 0; i < 3; i++) {
      const [again] = await gears.dumpRegistrations()
      expect(again).toMatchObject({ error: { code: 'timeout', notSent: true } })
    }
    expect(asked('RG.DUMPREGISTRATIONS')).toBe(1)
    server.mute = false
    await expect.poll(async () => (await gears.dumpRegistrations())[0]).toHaveProperty('value')
  })

  it('never has two of a kind under way, nor do two clients; who waits is answered by what was asked later', async () => {
    const traffic = new Traffic()
    const [one, other] = [client(traffic, 5000), client(traffic, 5000)]
    await Promise.all([one.pyStats(), other.pyStats()])
    const answers: ((reply: string) => void)[] = []
    answering('RG.DUMPREGISTRATIONS', () => {
      const { open, opened } = gate<string>()
      answers.push(open)
      return opened
    })
    const first = one.dumpRegistrations()
    await expect.poll(() => answers.length).toBe(1)
    const later = [one, other, other].map((gears) => gears.dumpRegistrations())
    // Behind them, on each connection.
    await Promise.all([one.pyStats, other.pyStats].map(async () => undefined))
    expect(answers).toHaveLength(1)
    answers[0]?.(resp([]))
    await first
    await expect.poll(() => answers.length).toBe(2)
    answers[1]?.(resp([commandRegistration('a-1', 'greet')]))
    for (const [told] of await Promise.all(later)) expect(told).toMatchObject({ value: [{ id: 'a-1' }] })
    expect(asked('RG.DUMPREGISTRATIONS')).toBe(2)
  })

  it('fails the ones that wait with the one that failed, and asks anew', async () => {
    const gears = client(undefined, 5000)
    answering('RG.DUMPEXECUTIONS', () => '-ERR not now\r\n')
    const both = await Promise.all([gears.dumpExecutions(), gears.dumpExecutions()])
    for (const [told] of both) expect(told).toMatchObject({ error: { code: 'rejected', message: 'ERR not now' } })
  })
})

const REGISTRATION = `${'0'.repeat(40)}-1`

describe('Gearboard', () => {
  /** Each answer of this command takes long, and one alone is under way. */
  function slow(name: string, ms: number) {
    const others = server.replay.answer
    const under = { now: 0, most: 0 }
    server.replay.answer = (words) => {
      const reply = others(words)
      if (!words.join(' ').toUpperCase().startsWith(name) || typeof reply !== 'string') return reply
      under.now++
      under.most = Math.max(under.most, under.now)
      return new Promise((resolve) => {
        setTimeout(() => {
          under.now--
          resolve(reply)
        }, ms)
      })
    }
    return under
  }

  it.each(['RG.DUMPREGISTRATIONS', 'RG.DUMPEXECUTIONS', 'INFO MEMORY'])(
    'asks %s seldom where it takes long, names it, and goes on with the rest',
    async (name) => {
      server.registrations = [commandRegistration(REGISTRATION, 'greet')]
      const under = slow(name, 400)
      const connection = watch(server.port)
      const { feed } = connection.hub
      const command = name === 'INFO MEMORY' ? 'INFO memory' : name
      const costly = () => feed.shardStates[0]?.costly
      const told = await until(connection, () =>
        costly()?.find((each) => each.command === command && each.toldAt !== null),
      )
      expect(told.costMs).toBeGreaterThan(300)
      expect(told.everyMs).toBeGreaterThan(9 * told.costMs)
      // The other lists are cheap, so what is published of them is current.
      await until(connection, () => (costly()?.length === 1 ? true : undefined))
      await status(connection, 'live')
      const other = name === 'RG.DUMPEXECUTIONS' ? 'RG.PYSTATS' : 'RG.DUMPEXECUTIONS'
      const [before, costlyBefore] = [asked(other), asked(name)]
      await expect.poll(() => asked(other) - before).toBeGreaterThanOrEqual(4)
      expect(asked(name) - costlyBefore).toBeLessThan(asked(other) - before)
      expect(under.most).toBe(1)
      expect(feed.connection.status).toBe('live')
    },
  )

  it.each([
    ['RG.PYDUMPSESSIONS', '', (of: Connection) => sessions(of)],
    ['RG.PYDUMPREQS', '', (of: Connection) => requirements(of)],
    ['RG.CONFIGGET', ' MAXEXECUTIONS', (of: Connection) => config(of, [])],
  ])('shares one answer of %s among all whose pages ask for it, and says how old it is', async (name, words, ask) => {
    const connection = watch(server.port)
    await status(connection, 'live')
    server.instead.set(name, resp([]))
    server.instead.set(`${name} DEAD`, resp([]))
    const under = slow(name + words, 600)
    // The first answer of a connection may include making it.
    await ask(connection)
    const told = await ask(connection)
    expect(told.costly).toMatchObject([{ shard: 'standalone', command: name, toldAt: told.readAt }])
    const before = asked(name + words)
    for (const { readAt } of await Promise.all([1, 2, 3, 4, 5].map(() => ask(connection))))
      expect(readAt).toBe(told.readAt)
    expect(asked(name + words)).toBe(before)
    connection.reads.sessionsChanged()
    connection.reads.configChanged()
    const [one, other] = await Promise.all([ask(connection), ask(connection)])
    expect(one.readAt).toBeGreaterThan(told.readAt ?? 0)
    expect(other.readAt).toBe(one.readAt)
    expect(under.most).toBe(1)
  })

  it('is live while its list of registrations is not answered, and says that those are unknown', async () => {
    answering('RG.DUMPREGISTRATIONS', () => new Promise(() => undefined))
    server.executions = [[`${'0'.repeat(40)}-7`, 'running']]
    const connection = watch(server.port)
    const { feed } = connection.hub
    await until(connection, () => feed.executions.get(`${'0'.repeat(40)}-7`))
    expect(feed.shardStates[0]).toMatchObject({ state: 'up', executions: 1, registrations: null })
  })

  it('does not call an unregistration failed because the list comes late', async () => {
    server.registrations = [commandRegistration(REGISTRATION, 'greet')]
    const under = slow('RG.DUMPREGISTRATIONS', 200)
    const connection = watch(server.port)
    const { feed } = connection.hub
    await until(connection, () => feed.shardStates[0]?.costly?.[0] && feed.registrations.get(REGISTRATION))
    const others = server.replay.answer
    server.replay.answer = (words) => {
      if (words[0] === 'RG.UNREGISTER') {
        // From now on it does not come at all.
        answering('RG.DUMPREGISTRATIONS', () => new Promise(() => undefined))
        return '+OK\r\n'
      }
      return others(words)
    }
    const done = await unregister(connection, REGISTRATION, seen(connection, REGISTRATION), false)
    expect(done.shards).toEqual(['standalone'])
    expect(under.most).toBe(1)
  })
})

test('what was late is told with the command that was', async () => {
  answering('RG.DUMPREGISTRATIONS', () => undefined)
  answering('PING', () => undefined)
  const error = await client()
    .send(commands.dumpRegistrations)
    .catch((caught: GearsError) => caught)
  expect(error).toMatchObject({ code: 'timeout', command: 'RG.DUMPREGISTRATIONS' })
})
