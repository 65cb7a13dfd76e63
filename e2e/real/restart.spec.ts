import { contract } from '@/lib/api/contract'
import { CONNECTION, expect, test as withServer } from './fixtures'
import { type RestartWay, restartOf } from './restart'
import { command, described, fromEachShard, run } from './scripts'
import { RESTART_VARIABLE, RealServer, until } from './server'

const test = withServer.extend<{ readonly restart: RestartWay }>({
  restart: async ({ capability: _ }, use) => {
    const before = await RealServer.connect()
    const restart = await restartOf(before).finally(() => before.close())
    await use(restart)
    if (restart.kind !== 'reload') return
    // DEBUG RELOAD wrote the registrations of the test into the dump file, which the next start of the server loads.
    const after = await RealServer.connect()
    await after
      .clean()
      .then(() => after.each((redis) => redis.call('SAVE')))
      .finally(() => after.close())
  },
})

test('after a restart Gearboard shows what the server still has, and remembers the rest', async ({
  ask,
  page,
  real,
  register,
  restart,
  start,
  unique,
}) => {
  test.skip(restart.kind === 'none', restart.kind === 'none' ? restart.reason : '')
  if (restart.kind === 'none') return
  await register(command(unique, 'return x[0]'))
  for (const _ of [1, 2]) await real.each((redis) => redis.call('RG.TRIGGER', unique))
  const ran = await start(fromEachShard)
  const outcome = async () => (await ask(contract.execution, { params: { ...CONNECTION, id: ran } })).outcome
  await expect.poll(outcome).toBe('ok')
  await expect
    .poll(async () => {
      const { registrations } = await ask(contract.registrations, { params: CONNECTION })
      return registrations.map(({ counters }) => counters.triggered)
    })
    .toEqual([2 * real.masters.length])

  await restart.run(real)
  const after = await RealServer.connect()
  try {
    const dumped = (await after.registrations()).flat()
    const triggered = dumped.reduce((sum, { data }) => sum + Number(data.get('numTriggered')), 0)
    await expect
      .poll(async () => {
        const [connection] = (await ask(contract.connections, {})).connections
        const { registrations } = await ask(contract.registrations, { params: CONNECTION })
        return {
          status: connection?.status,
          ids: registrations.map(({ id }) => id),
          triggered: registrations.reduce((sum, { counters }) => sum + counters.triggered, 0),
        }
      })
      .toEqual({ status: 'live', ids: [...new Set(dumped.map(({ id }) => id))], triggered })
    const listed = (await after.executions()).flat()
    await expect
      .poll(async () => {
        const { executions } = await ask(contract.executions, { params: CONNECTION })
        return executions.find(({ id }) => id === ran)?.live ?? false
      })
      .toBe(listed.includes(ran))
    expect(await outcome()).toBe('ok')
    await page.goto('/default/registrations')
    const kept = dumped.some(({ description }) => description === described(unique))
    await expect(page.getByRole('row', { name: new RegExp(described(unique)) })).toHaveCount(kept ? 1 : 0)
    if (restart.kind === 'reload') expect(kept).toBe(true)
  } finally {
    after.close()
  }
})

test('a run under the id of an earlier one is another run', async ({ ask, capability, real, restart, start }) => {
  test.skip(restart.kind !== 'restart', `${RESTART_VARIABLE} names no command; only a new process gives ids again`)
  test.skip(capability.cluster, 'A new process of a cluster may give other ids to its shards')
  if (restart.kind !== 'restart') return
  const failed = await start(run("raise ValueError('before')"))
  const detail = async () => ask(contract.execution, { params: { ...CONNECTION, id: failed } })
  await expect.poll(async () => (await detail()).outcome).toBe('failed')
  const seen = (await detail()).identity ?? ''
  await restart.run(real)
  const after = await RealServer.connect()
  try {
    await until('Gearboard to be live again', async () => {
      const [connection] = (await ask(contract.connections, {})).connections
      return connection?.status === 'live'
    })
    let again = ''
    for (let tries = 0; again !== failed && tries < 200; tries++) again = await start(fromEachShard)
    expect(again).toBe(failed)
    await expect.poll(async () => (await detail()).outcome).toBe('ok')
    await expect
      .poll(async () => {
        const { executions } = await ask(contract.executions, { params: CONNECTION })
        return executions.filter(({ id, live }) => id === failed && live).map((one) => one.outcome)
      })
      .toEqual(['ok'])
    const drop = ask(contract.dropExecution, { params: { ...CONNECTION, id: failed }, query: { seen } })
    await expect(drop).rejects.toMatchObject({ code: 'changed' })
    expect((await after.executions()).flat()).toContain(failed)
  } finally {
    after.close()
  }
})
