import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StartedProcess, startEngine, startRedis } from '@/test/gears-processes'
import { ACL_LEVELS, ACL_VERSIONS, aclGrant, aclLine, aclVersionOf } from './acl'
import { commands, GUARDS, RedisGears } from './index'

const GEARS = ['1.0', '1.2'] as const
const EVERY = ACL_LEVELS.flatMap((level) =>
  ACL_VERSIONS.flatMap((redis) => GEARS.map((gears) => ({ level, redis, gears }))),
)

const rules = (line: string | undefined) => new Set(line?.split(' ').slice(3))

test.each(EVERY)('$level on $redis and $gears names each command once, and no category', (wish) => {
  const line = aclLine('gearboard', wish) ?? ''
  expect(line).toMatch(/^ACL SETUSER gearboard on nocommands resetkeys resetchannels (%R)?~\* \+/)
  expect(line).not.toContain('@')
  expect(rules(line).size).toBe(line.split(' ').length - 3)
  expect(line.includes('%R~')).toBe(wish.level === 'watch' && wish.redis !== '6.2')
  expect(line.includes('+rg.dumpplugins')).toBe(wish.gears === '1.2')
})

test('who watches may change nothing, who operates runs no script, who develops may do both', () => {
  const at = (level: (typeof ACL_LEVELS)[number]) => rules(aclLine('u', { level, redis: '7.2', gears: '1.2' }))
  const [watch, operate, develop] = ACL_LEVELS.map(at)
  for (const rule of ['+set', '+del', '+rg.unregister', '+rg.configset', '+rg.trigger', '+rg.pyexecute'])
    expect(watch?.has(rule), rule).toBe(false)
  for (const rule of ['+set', '+rg.unregister', '+rg.abortexecution']) expect(operate?.has(rule), rule).toBe(true)
  for (const rule of ['+rg.pyexecute', '+rg.pyimportreq']) {
    expect(operate?.has(rule), rule).toBe(false)
    expect(develop?.has(rule), rule).toBe(true)
  }
  // What Gearboard sends unasked is there for all.
  const unasked = Object.entries(GUARDS).flatMap(([form, { sender }]) => (sender === 'gearboard' ? [form] : []))
  for (const form of unasked.filter((name) => !name.startsWith('SENTINEL')))
    expect(watch, form).toContain(`+${form.toLowerCase().replace(/^(?!rg\.)(\w+) /, '$1|')}`)
})

test('the user default keeps what it may do besides, and a name that would break the line gets none', () => {
  const wish = { level: 'watch', redis: '7.2', gears: '1.2' } as const
  expect(aclLine('default', wish)).toMatch(/^ACL SETUSER default ~\* \+/)
  for (const user of ['', 'a b', 'a\n+@all', 'x\u0000']) expect(aclLine(user, wish), user).toBeUndefined()
  expect(aclGrant('app', ['RG.TRIGGER', 'XINFO|STREAM'])).toBe('ACL SETUSER app +rg.trigger +xinfo|stream')
  expect(aclGrant('a b', ['RG.TRIGGER'])).toBeUndefined()
})

test.each([
  ['6.2.14', '6.2'],
  ['6.0.16', '6.2'],
  [null, '6.2'],
  ['7.0.15', '7.0'],
  ['7.2.4', '7.2'],
  ['7.4.0', '7.2'],
  ['8.0.1', '7.2'],
  ['255.255.255', '7.2'],
])('the rules of Redis %s are those of %s', (version, expected) => expect(aclVersionOf(version)).toBe(expected))

describe('on real servers', () => {
  let redis: StartedProcess
  let engine: StartedProcess
  beforeAll(async () => {
    redis = await startRedis()
    engine = await startEngine()
  })
  afterAll(async () => Promise.all([redis.stop(), engine.stop()]))

  /** Sends the line, and signs in as this user. */
  async function as(port: number, user: string, line: string | undefined) {
    const admin = new Redis(port, '127.0.0.1', { protocol: 2 })
    await admin.call('ACL', 'SETUSER', user, 'on', '>pw', '+@all', 'resetkeys', '~other')
    const [, ...words] = (line ?? '').split(' ')
    try {
      expect(await admin.call('ACL', ...words)).toBe('OK')
    } finally {
      admin.disconnect()
    }
    return new RedisGears(`redis://${user}:pw@127.0.0.1:${port}`)
  }

  test.each(EVERY.filter(({ gears }) => gears === '1.0'))(
    'Redis takes the line for $level and $redis',
    async (wish) => {
      // The module's commands are unknown there.
      const line = aclLine('app', wish)?.replaceAll(/ \+rg\.\w+/g, '')
      const gears = await as(redis.port, 'app', line)
      expect(await gears.send(commands.streamGroups, Buffer.from('missing')).catch(String)).toMatch(/no such key/)
      expect((await gears.send(commands.info)).get('redis_version')).toBeDefined()
      await gears.send(commands.moduleList)
      const written = await gears.send(commands.setKey, 'gearboard:test:x', 'v').catch((error: unknown) => error)
      if (wish.level === 'watch') expect(written).toMatchObject({ code: 'rejected', refusal: 'permission' })
      else expect(written).toBe('OK')
      await gears.close()
    },
  )

  test.each(ACL_LEVELS)('RedisGears lets who may %s do exactly that', async (level) => {
    const user = `may-${level}`
    const gears = await as(engine.port, user, aclLine(user, { level, redis: '7.0', gears: '1.2' }))
    const { unavailable, permissionsUnknown } = await gears.probe()
    expect(permissionsUnknown).toBeUndefined()
    const refused = unavailable.map(({ command }) => command)
    expect(refused.includes('RG.PYEXECUTE')).toBe(level !== 'develop')
    expect(refused.includes('RG.UNREGISTER')).toBe(level === 'watch')
    expect(refused).not.toContain('RG.DUMPREGISTRATIONS')
    await gears.everyShard(commands.dumpExecutions)
    await gears.close()
  })
})
