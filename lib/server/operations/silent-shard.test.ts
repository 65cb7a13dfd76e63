import { createHash } from 'node:crypto'
import { slotOf } from '@gearboard/gears/vocabulary/slots'
import { beforeEach, describe, expect, it, test } from 'vitest'
import type { Connection } from '@/lib/server/connection/connection'
import { bundleParts, importRequirement } from '@/lib/server/operations/requirement-bundle'
import { commandRegistration, resp, ScriptedRedis, TEXT_STEPS } from '@/test/scripted-redis'
import { closedAfter, seen, until, watch } from '@/test/watched-connection'
import { abortExecution } from './executions'
import { injectEvent } from './inject-event'
import { clearStatistics, unregister } from './registrations'
import { submit } from './submit'
import { trigger } from './trigger'

const A = '1'.repeat(40)
const B = '2'.repeat(40)
const RUN = `${A}-7`
const REGISTRATION = `${A}-2`
const OVERRIDE = ['silent-shard'] as const
/** What `greet` answers is unknown. */
const UNPROVEN = ['unproven-results'] as const

/** Keys of the first half of the slots, and of the second. */
const keys = Array.from({ length: 64 }, (_, n) => `key:${n}`)
const [keyOfA = '', keyOfB = ''] = [keys.find((key) => slotOf(key) < 8192), keys.find((key) => slotOf(key) >= 8192)]

let first: ScriptedRedis
let second: ScriptedRedis
let connection: Connection

/** Since the shard fell silent: before, the probe queued each command by its name. */
const sent = (name: string) => [first, second].flatMap(({ replay }) => replay.seen.filter(([word]) => word === name))

/** Two shards that know their cluster; the second stops answering. */
beforeEach(async () => {
  first = await ScriptedRedis.start()
  second = await ScriptedRedis.start()
  closedAfter(
    () => first.replay.stop(),
    () => second.replay.stop(),
  )
  for (const [at, id] of [
    [first, A],
    [second, B],
  ] as const) {
    at.slots = [
      [0, 8191, ['127.0.0.1', first.port, A]],
      [8192, 16383, ['127.0.0.1', second.port, B]],
    ]
    at.instead.set('RG.INFOCLUSTER', resp(['MyId', id, 'MyRunId', id, []]))
    at.registrations = [commandRegistration(REGISTRATION, 'greet')]
    at.executions = [[RUN, 'running']]
    at.ended.set(RUN, { status: 'running', steps: TEXT_STEPS, values: [] })
  }
  connection = watch(first.port)
  const { feed } = connection.hub
  await until(connection, () => (feed.executions.get(RUN) && feed.registrations.get(REGISTRATION) ? true : undefined))
  second.mute = true
  await until(connection, () => feed.shardStates.some(({ key, state }) => key === B && state === 'silent') || undefined)
  for (const { replay } of [first, second]) replay.seen.length = 0
})

const refused = (message: RegExp) => ({
  code: 'invalid_request',
  message: expect.stringMatching(message),
  details: [{ at: 'override', message: 'silent-shard' }],
})

test('while a shard is silent, what all shards must agree on is refused with the reason, and sent where somebody overrides that', async () => {
  const acts: readonly (readonly [string, RegExp, (override: readonly string[]) => Promise<unknown>])[] = [
    ['RG.ABORTEXECUTION', /until shard 2222 answers/, (o) => abortExecution(connection, RUN, seen(connection, RUN), o)],
    [
      'RG.CLEARREGISTRATIONSSTATS',
      /until shard 2222 answers/,
      (o) => clearStatistics(connection, seen(connection, REGISTRATION), o),
    ],
  ]
  for (const [command, reason, send] of acts) {
    await expect(send([])).rejects.toMatchObject(refused(reason))
    expect(sent(command)).toEqual([])
    first.instead.set(command, '-Execution max idle reached\r\n')
    await send(OVERRIDE).catch(() => undefined)
    expect(sent(command), command).not.toEqual([])
  }
  // It reaches those that answer, and the other when that is back (tried on 1.2.13).
  await expect(unregister(connection, REGISTRATION, seen(connection, REGISTRATION), false)).rejects.toMatchObject({
    code: 'partial',
  })
  expect(sent('RG.UNREGISTER')).not.toEqual([])
  // The module's reply after a wait in vain becomes a sentence.
  await expect(clearStatistics(connection, seen(connection, REGISTRATION), OVERRIDE)).rejects.toMatchObject({
    code: 'rejected',
    message: expect.stringMatching(/^Execution max idle reached: another shard did not answer.*Nothing was changed/),
  })
})

test('what Redis interrupts because a shard is silent is not called undone', async () => {
  const why = (act: string) => ({ code: 'timeout', message: expect.stringMatching(act) })
  const down = '-CLUSTERDOWN The cluster is down\r\n'
  first.instead.set('RG.CLEARREGISTRATIONSSTATS', down)
  first.instead.set(`RG.ABORTEXECUTION ${RUN}`, down)
  first.instead.set('RG.TRIGGER GREET', down)
  const interrupted = why('^CLUSTERDOWN The cluster is down: Redis stopped waiting .* may still run')
  await expect(clearStatistics(connection, seen(connection, REGISTRATION), OVERRIDE)).rejects.toMatchObject(interrupted)
  await expect(abortExecution(connection, RUN, seen(connection, RUN), OVERRIDE)).rejects.toMatchObject(interrupted)
  await expect(trigger(connection, 'greet', { args: [], override: [...UNPROVEN] })).rejects.toMatchObject(interrupted)

  const script = { blocking: false, requirements: [], upgrade: false, forceReinstallRequirements: false }
  const answer = first.replay.answer
  first.replay.answer = (words) => (words[0] === 'RG.PYEXECUTE' ? down : answer(words))
  await expect(submit(connection, { script: 'x', ...script })).rejects.toMatchObject({
    ...why(
      '^CLUSTERDOWN The cluster is down. Checked afterwards: 1 shard answers and lists no registration of it. We don',
    ),
    details: [{ at: B, message: expect.stringMatching(/^Its registrations could not be read: /) }],
  })
})

test('a trigger that Redis interrupts is not sent to a second shard: it may still run', async () => {
  second.mute = false
  const { feed } = connection.hub
  await until(connection, () => feed.shardStates.every(({ state }) => state === 'up') || undefined)
  for (const { instead } of [first, second]) instead.set('RG.TRIGGER GREET', '-CLUSTERDOWN The cluster is down\r\n')
  await expect(trigger(connection, 'greet', { args: [], override: [...UNPROVEN] })).rejects.toMatchObject({
    message: expect.stringMatching(/may still run/),
  })
  expect(sent('RG.TRIGGER')).toHaveLength(1)
})

test('while a shard is silent, what waits for one of its keys is refused at once, and sent where somebody overrides that', async () => {
  const silent = { args: [], key: keyOfB }
  await expect(trigger(connection, 'greet', { ...silent, override: [] })).rejects.toMatchObject(
    refused(/^Shard 2222, which holds the key, does not answer/),
  )
  const event = {
    key: `gearboard:test:{${keyOfB}}`,
    type: 'string',
    foreign: false,
    watchMs: 100,
    expireS: 10,
  } as const
  await expect(injectEvent(connection, { ...event, words: ['v'] })).rejects.toMatchObject(refused(/does not answer/))
  expect([...sent('RG.TRIGGERONKEY'), ...sent('SET')]).toEqual([])

  // A key of another shard, and no key, go their way.
  first.instead.set('RG.TRIGGER GREET', resp(['hello']))
  first.instead.set(`RG.TRIGGERONKEY GREET ${keyOfA.toUpperCase()}`, resp(['hello']))
  for (const key of [undefined, keyOfA])
    expect(await trigger(connection, 'greet', { args: [], override: [...UNPROVEN], key })).toMatchObject({
      results: ['hello'],
    })

  void trigger(connection, 'greet', { ...silent, override: [...OVERRIDE, ...UNPROVEN] }).catch(() => undefined)
  await expect.poll(() => second.replay.seen.filter(([name]) => name === 'RG.TRIGGERONKEY')).not.toEqual([])
})

describe('while a shard is silent, nothing is sent that registers or installs', () => {
  const submission = { blocking: false, requirements: [], upgrade: false, forceReinstallRequirements: false }
  const submitted = () => sent('RG.PYEXECUTE')
  it.each([
    ["GB('KeysReader').register('x*')", [], /^Nothing can be registered until shard 2222 answers/],
    ["import os\nif os.x:\n    GB('CommandReader').register(trigger='t')", [], /^Nothing can be registered/],
    ["for p in ['a', 'b']:\n    GB('StreamReader').register(p)", [], /^Nothing can be registered/],
    ['import lib\nlib.setup(GB)', [], /^Nothing can be registered/],
    ["GB('ShardsIDReader').run()", ['redis==3.5.3'], /^No requirement can be installed until shard 2222 answers/],
  ])('%s %j', async (script, requirements, reason) => {
    await expect(submit(connection, { ...submission, script, requirements })).rejects.toMatchObject(refused(reason))
    expect(submitted()).toEqual([])
    await submit(connection, { ...submission, script, requirements, override: [...OVERRIDE] }).catch(() => undefined)
    expect(submitted()).not.toEqual([])
  })
  it('and a run goes its way', async () => {
    await submit(connection, { ...submission, script: "GB('ShardsIDReader').run(mode='async_local')" })
    expect(submitted()).not.toEqual([])
  })
  it('nor is a bundle', async () => {
    const data = [Buffer.from('wheels')]
    const sha256 = createHash('sha256').update('wheels').digest('hex')
    const bundle = Buffer.concat(bundleParts({ name: 'redis', chunks: [6], sha256, wheels: [], os: '', data }))
    await expect(importRequirement(connection, bundle)).rejects.toMatchObject(
      refused(/^No requirement can be installed/),
    )
    expect(sent('RG.PYIMPORTREQ')).toEqual([])
    await importRequirement(connection, bundle, OVERRIDE).catch(() => undefined)
    expect(sent('RG.PYIMPORTREQ')).not.toEqual([])
  })
})
