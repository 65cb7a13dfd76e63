import { contract } from '@/lib/api/contract'
import { hasFired } from '@/lib/model/trigger/injection'
import { CONNECTION, expect, test } from './fixtures'
import { busy, command, described, fromEachShard, onKeys, onStream, run } from './scripts'
import { list, pairs, until } from './server'

const detailOf = (id: string) => ({ params: { ...CONNECTION, id } })

/** How a write names what it is about: what a reader of the page saw. */
const asSeen = (id: string, { identity }: { readonly identity: string | null }) => ({
  ...detailOf(id),
  query: { seen: identity ?? '' },
})

test('a run on every shard ends ok, with one result of each', async ({ ask, real, start }) => {
  const id = await start(fromEachShard)
  await expect.poll(async () => (await ask(contract.execution, detailOf(id))).outcome).toBe('ok')
  const expected = await real.first.call('RG.GETRESULTS', id)
  expect(list(list(expected)[0])).toHaveLength(real.masters.length)
  const { results } = await ask(contract.executionResults, detailOf(id))
  expect(results).toHaveLength(real.masters.length)
})

test('a failed run is failed, although the module calls it done', async ({ ask, page, real, start }) => {
  const id = await start(run("raise ValueError('on purpose')"))
  await expect.poll(async () => (await ask(contract.execution, detailOf(id))).outcome).toBe('failed')
  const [part] = list(await real.first.call('RG.GETEXECUTION', id, 'SHARD'))
  expect(pairs(pairs(part).get('execution_plan')).get('status')).toBe('done')
  await page.goto(`/default/executions/${encodeURIComponent(id)}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('ValueError: on purpose')
})

test('a busy run is aborted on every shard', async ({ ask, page, real, start }) => {
  const id = await start(busy)
  await expect.poll(async () => (await ask(contract.execution, detailOf(id))).outcome).toBe('running')
  await page.goto(`/default/executions/${encodeURIComponent(id)}`)
  await page.getByRole('main').getByRole('button', { name: 'Abort' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Abort 1 execution' }).click()
  await expect.poll(async () => (await ask(contract.execution, detailOf(id))).outcome).toBe('aborted')
  await until('the run to end on every master', async () => {
    const parts = await real.each((redis) => redis.call('RG.GETEXECUTION', id, 'SHARD').catch(() => []))
    return !parts.some((part) => /"status","(?:running|pending_\w+|created)"/.test(JSON.stringify(part)))
  })
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/aborted|stopped/i)
})

test('a finished execution is dropped on every shard', async ({ ask, real, start }) => {
  const id = await start(fromEachShard)
  await expect.poll(async () => (await ask(contract.execution, detailOf(id))).outcome).toBe('ok')
  await ask(contract.dropExecution, asSeen(id, await ask(contract.execution, detailOf(id))))
  await until('the execution to disappear', async () => !(await real.executions()).flat().includes(id))
})

test('a command is registered, triggered with any bytes, and unregistered on the page', async ({
  ask,
  page,
  real,
  register,
  unique,
}) => {
  await register(command(unique, "return ' '.join(x[1:])"))
  await until('every master to list it', async () =>
    (await real.registrations()).every((dumped) => dumped.some((one) => one.description === described(unique))),
  )
  const params = { ...CONNECTION, name: unique }
  const reply = await ask(contract.trigger, { params, body: { args: ['größer', "it's", ''] } })
  expect(reply).toMatchObject({ results: ["größer it's "] })

  await page.goto('/default/registrations')
  const row = page.getByRole('row', { name: new RegExp(described(unique)) })
  await row.click()
  const panel = page.getByRole('complementary', { name: `Registration ${described(unique)}` })
  await panel.getByRole('button', { name: 'Unregister' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Unregister 1 registration' }).click()
  await expect(row).toBeHidden()
  await until('no master to list it', async () => (await real.registrations()).flat().length === 0)
  await expect(real.first.call('RG.TRIGGER', unique)).rejects.toThrow('subcommand not found')
})

test('a trigger that fails brings the words of the server', async ({ ask, real, register, unique }) => {
  await register(command(unique, "raise KeyError('nothing here')", 'async_local'))
  const words = await real.first.call('RG.TRIGGER', unique).catch((error: Error) => error.message)
  const reply = await ask(contract.trigger, { params: { ...CONNECTION, name: unique }, body: {} })
  // The address of a function differs from call to call, the rest does not.
  const plain = (text: unknown) => String(text).replace(/0x[0-9a-f]+/g, '0x')
  expect('error' in reply ? plain(reply.error) : reply).toBe(plain(words))
})

test.describe('what RedisGears 1.0 lacks', () => {
  test.beforeEach(({ capability }) => {
    test.skip(
      capability.generation === '1.0',
      'RedisGears 1.0 has no RG.TRIGGERONKEY and no sessions, and cannot pause a registration',
    )
  })

  test('a trigger with a key runs on the master that holds it', async ({ ask, real, register, unique, keys }) => {
    await register(command(unique, "return x[1] + ' on ' + hashtag()", 'async_local'))
    const owners = new Set<string>()
    for (const tag of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const key = `${keys}{${tag}}`
      const reply = await ask(contract.trigger, { params: { ...CONNECTION, name: unique }, body: { key, args: [] } })
      const holders = await real.each((redis) => redis.call('RG.TRIGGERONKEY', unique, key).catch(() => undefined))
      const [own, ...more] = holders.filter((answer) => answer !== undefined)
      expect(more).toEqual([])
      expect(reply).toMatchObject({ results: own })
      owners.add(String(own))
    }
    expect(owners.size).toBe(6)
  })

  test('an upgrade replaces the registration of a session on every shard, and keeps it where the new script fails', async ({
    ask,
    real,
    submit,
    unique,
  }) => {
    const answers = () => real.each((redis) => redis.call('RG.TRIGGER', unique))
    const everywhere = (text: string) => real.masters.map(() => [text])
    await submit(command(unique, "return 'old'"), { id: unique })
    expect(await answers()).toEqual(everywhere('old'))
    await submit(command(unique, "return 'new'"), { id: unique, upgrade: true })
    expect(await answers()).toEqual(everywhere('new'))
    await expect(
      submit(`${command(unique, "return 'third'")}\nraise ValueError('stop')`, { id: unique, upgrade: true }),
    ).rejects.toThrow('stop')
    expect(await answers()).toEqual(everywhere('new'))
    await expect
      .poll(async () => {
        const { shards } = await ask(contract.sessions, { params: CONNECTION })
        return shards.map((answer) =>
          'value' in answer ? answer.value.filter(({ id }) => id === unique).length : answer,
        )
      })
      .toEqual(real.masters.map(() => 1))
  })

  test('a stream reader is paused and resumed on every shard', async ({ ask, real, register, unique, keys }) => {
    const stream = `${keys}stream`
    const id = await register(onStream(unique, stream, 'return x'))
    const statuses = async () =>
      (await real.registrations()).map((dumped) => dumped.find((one) => one.id === id)?.data.get('status'))
    await ask(contract.pauseRegistration, asSeen(id, await ask(contract.registration, detailOf(id))))
    expect(await statuses()).toEqual(real.masters.map(() => 'PAUSED'))
    await ask(contract.resumeRegistration, asSeen(id, await ask(contract.registration, detailOf(id))))
    expect(await statuses()).toEqual(real.masters.map(() => 'OK'))
  })
})

test('a written key fires its function, and the injector says so', async ({ ask, real, register, unique, keys }) => {
  const id = await register(onKeys(unique, keys, 'return x'))
  const report = await ask(contract.injectEvent, {
    params: CONNECTION,
    body: { key: `${keys}a`, type: 'string', words: ['value'] },
  })
  expect(report.registrations.filter(hasFired).map((one) => one.id)).toEqual([id])
  await expect
    .poll(async () => (await ask(contract.registration, { params: { ...CONNECTION, id } })).counters)
    .toMatchObject({ triggered: 1, success: 1, failures: 0, aborted: 0 })
  const dumped = (await real.registrations()).flat().filter((one) => one.id === id)
  expect(dumped.reduce((sum, { data }) => sum + Number(data.get('numTriggered')), 0)).toBe(1)
})

test('a function is registered in the editor and called on the trigger page', async ({ page, real, unique }) => {
  await page.goto('/default/editor')
  await page.getByRole('textbox', { name: 'Script', exact: true }).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(command(unique, "return 'hello ' + x[1]", 'async_local'))
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await until('every master to list it', async () =>
    (await real.registrations()).every((dumped) => dumped.some((one) => one.description === described(unique))),
  )
  await page.goto(`/default/trigger?trigger=${unique}`)
  await page.getByRole('button', { name: 'Add argument' }).click()
  await page.keyboard.type('world')
  await page.getByRole('button', { name: `Trigger ${unique}` }).click()
  await expect(page.getByRole('region', { name: 'Reply' })).toContainText('hello world')
})
