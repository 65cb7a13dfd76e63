import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aclDryRun } from './commands/acl'
import { sentinelMaster, sentinelNames } from './commands/sentinel'
import { guardOf, HANDSHAKE, isCommand } from './guards'
import { type Command, commands, GUARDS, Proof, RedisGears } from './index'
import { ID, SAMPLE_COMMANDS } from './testing/commands'
import { ReplayServer } from './testing/replay-server'

describe('the table of guards', () => {
  test('every command of the client has an entry for what it sends', () => {
    const all = Object.entries(commands).flatMap(([name, value]) => (isCommand(value) ? [name] : []))
    expect(Object.keys(SAMPLE_COMMANDS).sort()).toEqual(all.sort())
    const without = Object.entries(SAMPLE_COMMANDS).flatMap(([name, { sent }]) => {
      const { name: command, words } = sent()
      return guardOf(command, words.map(String)) ? [] : [name]
    })
    expect(without).toEqual([])
  })

  test('every entry is of a command that the client has, or says that nobody sends it', () => {
    const elsewhere = [
      { name: 'ACL', words: aclDryRun.args('user', 'PING') },
      { name: 'SENTINEL', words: sentinelMaster.args('m') },
      { name: 'SENTINEL', words: sentinelNames.args() },
    ]
    const all = [...Object.values(SAMPLE_COMMANDS).map(({ sent }) => sent()), ...elsewhere]
    const used = new Set(all.map(({ name, words }) => guardOf(name, words.map(String))))
    const unused = Object.entries(GUARDS).flatMap(([form, guard]) =>
      used.has(guard) || guard.sender === 'nobody' || form === 'MULTI' ? [] : [form],
    )
    expect(unused).toEqual([])
  })

  test('only what changes nothing is asked once for two, and waited for as long as the server lives', () => {
    const changing = Object.entries(commands).flatMap(([name, value]) =>
      isCommand(value) && !value.reads ? [name] : [],
    )
    const told = Object.entries(SAMPLE_COMMANDS).flatMap(([name, { changes }]) => (changes ? [name] : []))
    expect(changing.sort()).toEqual(told.sort())
    expect(told.length).toBeGreaterThan(20)
  })

  test('each danger says when it is one and what protects from it', () => {
    for (const [form, { dangers }] of Object.entries(GUARDS)) {
      for (const { when, protects } of dangers) expect(when.length * protects.length, form).toBeGreaterThan(0)
    }
  })

  test('what may crash the server while nobody asked for it needs a proof, or cannot be known beforehand', () => {
    const unasked = Object.entries(GUARDS).flatMap(([form, guard]) => {
      const crashes = guard.dangers.some(({ harm }) => harm === 'crash' || harm === 'hang')
      return crashes && guard.sender === 'gearboard' && !('proof' in guard) ? [form] : []
    })
    expect(unasked).toEqual(['RG.DUMPREGISTRATIONS'])
  })
})

test('only Link hands a command to ioredis, which few files know', () => {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !/^(?:testing|node_modules)\//.test(name))
    .map((name) => ({ name, text: readFileSync(join(import.meta.dirname, name), 'utf8') }))
  const callers = sources.filter(({ text }) => /callBuffer\(/.test(text))
  expect(callers.map(({ name }) => name)).toEqual(['link/link.ts'])
  const knowing = sources.filter(({ text }) => /from 'ioredis'/.test(text)).map(({ name }) => name)
  expect(knowing.sort()).toEqual(['gears.ts', 'link/connect.ts', 'link/connector.ts', 'link/link.ts', 'link/wire.ts'])
})

describe('a client', () => {
  let server: ReplayServer
  let gears: RedisGears
  let looking: RedisGears
  beforeAll(async () => {
    server = await ReplayServer.start()
    server.answer = () => '+OK\r\n'
    const url = `redis://127.0.0.1:${server.port}`
    gears = new RedisGears(url, { cluster: false })
    looking = new RedisGears(url, { cluster: false, looking: true })
  })
  afterAll(async () => {
    await Promise.all([gears.close(), looking.close()])
    await server.stop()
  })

  const raw = (name: string, ...words: readonly string[]): Command<[]> => ({
    ...commands.ping,
    name,
    args: () => words,
    decode: String,
  })
  const refused = async (client: RedisGears, command: Command<[]>) => {
    const before = server.seen.length
    const error: unknown = await client.send(command).then(
      () => 'sent',
      (reason: unknown) => reason,
    )
    expect(server.seen.slice(before).map(([name]) => name)).not.toContain(command.name)
    return error
  }

  test.each([
    ['a command that nobody knows', ['FLUSHALL']],
    ['one that the module keeps for itself', ['RG.INNERMSGCOMMAND', 'x']],
    ['one that kills a server out of a cluster', ['RG.NETWORKTEST']],
    ['a profile without a session', ['RG.PYPROFILE', 'STATS']],
    ['a subcommand without an entry', ['RG.PYPROFILE']],
    ['a subcommand of another', ['CLUSTER', 'FAILOVER']],
    ['INFO with what the module writes', ['INFO', 'everything']],
    ['INFO of the module in other letters', ['info', 'Modules']],
    ['an execution of an execution', ['RG.GETEXECUTION', ID]],
    ['results without a proof', ['RG.GETRESULTS', ID]],
    ['results without a proof, spelt small', ['rg.getresults', ID]],
    ['blocking results without a proof', ['RG.GETRESULTSBLOCKING', ID]],
    ['a refresh without a proof', ['RG.REFRESHCLUSTER']],
  ])('refuses %s, and nothing leaves', async (_, [name = '', ...words]) => {
    expect(await refused(gears, raw(name, ...words))).toMatchObject({ code: 'invalid_request' })
  })

  test('refuses a proof that is about another execution', async () => {
    const other = Proof.ofConsent(`${'0'.repeat(40)}-8`)
    const error = await refused(gears, { ...raw('RG.GETRESULTS', ID), proof: () => other })
    expect(error).toMatchObject({ code: 'invalid_request' })
    const own = Proof.ofConsent(ID)
    expect(await gears.send({ ...raw('RG.GETRESULTS', ID), proof: () => own })).toBe('OK')
  })

  test('that only looks sends nothing that a person must ask for', async () => {
    const asked = Object.entries(GUARDS).filter(([, { sender }]) => sender === 'person')
    expect(asked.length).toBeGreaterThan(15)
    for (const [form] of asked) {
      const [name = '', ...words] = form.split(' ')
      expect(await refused(looking, raw(name, ...words, ID)), form).toMatchObject({ code: 'invalid_request' })
    }
  })

  test('sends no more than the table and the handshake to find out what there is', async () => {
    const before = server.seen.length
    await looking.probe().catch(() => undefined)
    const names = server.seen.slice(before).map(([name = '', ...words]) => ({ name, known: guardOf(name, words) }))
    expect(names.length).toBeGreaterThan(0)
    expect(names.filter(({ name, known }) => !known && !HANDSHAKE.some((each) => each === name))).toEqual([])
  })
})
