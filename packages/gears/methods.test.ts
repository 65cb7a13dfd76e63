import { afterAll, beforeAll, expect, test } from 'vitest'
import { isCommand } from './guards'
import { commands, RedisGears } from './index'
import { ReplayServer } from './testing/replay-server'

let server: ReplayServer
let gears: RedisGears
beforeAll(async () => {
  server = await ReplayServer.start()
  server.answer = ([name = '']) => (/TRIGGER/.test(name) ? '*1\r\n$2\r\nhi\r\n' : '+OK\r\n')
  gears = new RedisGears(`redis://127.0.0.1:${server.port}`, { cluster: false })
})
afterAll(async () => {
  await gears.close()
  await server.stop()
})

test('the client has a method for every command with a route', () => {
  const routed = Object.entries(commands).flatMap(([name, value]) => (isCommand(value) && value.route ? [name] : []))
  expect(routed.length).toBeGreaterThan(10)
  expect(routed.filter((name) => !(name in gears))).toEqual([])
})

test('each shard answers apart, with all words of the command', async () => {
  const [shard] = await gears.shards()
  expect(await gears.pyProfileReset('s')).toEqual([
    { shard: { key: shard?.key, address: shard?.address }, value: undefined },
  ])
  expect(server.seen.at(-1)).toEqual(['RG.PYPROFILE', 'RESET', 's'])
  expect(await gears.configSet()).toMatchObject([{ error: { code: 'bad_reply' } }])
})

test('one shard answers by itself: any, or the one that is named', async () => {
  const [shard] = await gears.shards()
  expect(await gears.trigger('greet', 'Ada')).toEqual(['hi'])
  expect(server.seen.at(-1)).toEqual(['RG.TRIGGER', 'greet', 'Ada'])
  await gears.pauseRegistration('a-1')
  expect(server.seen.at(-1)).toEqual(['RG.PAUSEREGISTRATIONS', 'a-1'])
  await gears.pauseRegistration('a-2', { shard: shard?.key ?? '' })
  expect(server.seen.at(-1)).toEqual(['RG.PAUSEREGISTRATIONS', 'a-2'])
  await gears.clearRegistrationsStats({})
  expect(server.seen.at(-1)).toEqual(['RG.CLEARREGISTRATIONSSTATS'])
  await expect(gears.unpauseRegistration('a-3', { shard: 'other' })).rejects.toMatchObject({ code: 'not_found' })
  expect(server.seen.at(-1)).toEqual(['RG.CLEARREGISTRATIONSSTATS'])
})
