import { contract } from '@/lib/api/contract'
import { CONNECTION, expect, test } from './fixtures'
import { fromEachShard, registration, run } from './scripts'
import { RESTART_VARIABLE } from './server'

// Reading such a result ends a real server. If Gearboard read one, someone would have to start the server again.
test.skip(
  !process.env[RESTART_VARIABLE],
  `${RESTART_VARIABLE} is not set, and a mistake of Gearboard would end this server`,
)

const BIG = 'return 2 ** 70'

test('looking at results that end a server when they are read leaves it running', async ({
  ask,
  page,
  real,
  start,
  keys,
}) => {
  const runIds = () =>
    real.each(async (redis) => /^run_id:(\w+)/m.exec(String(await redis.call('INFO', 'server')))?.[1])
  const before = await runIds()
  const sent = String(await real.first.call('RG.PYEXECUTE', run(BIG, ', convertToStr=False'), 'UNBLOCKING'))
  const event = registration('KeysReader', 'big', BIG, `'${keys}*', convertToStr=False, mode='async_local'`)
  expect(String(await real.first.call('RG.PYEXECUTE', event))).toBe('OK')
  // Of a cluster, only the master that owns the key takes it.
  for (const tag of ['a', 'b', 'c', 'd']) {
    await real.each((redis) => redis.call('SET', `${keys}{${tag}}`, 'x', 'EX', '60').catch(() => undefined))
  }

  await expect
    .poll(async () => {
      const { executions } = await ask(contract.executions, { params: CONNECTION })
      return executions.find(({ id }) => id === sent)?.outcome
    })
    .toBe('ok')
  for (const path of ['overview', 'executions', 'registrations', `executions/${encodeURIComponent(sent)}`]) {
    await page.goto(`/default/${path}`)
    await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty()
  }
  // A run whose results are safe is read after it: what was queued before it has had its turn.
  const safe = await start(fromEachShard)
  const detail = async () => ask(contract.execution, { params: { ...CONNECTION, id: safe } })
  await expect.poll(async () => (await detail()).outcome).toBe('ok')
  expect(await runIds()).toEqual(before)
})

test('a script that would end the server is refused before it is sent', async ({ submit, real, keys }) => {
  for (const script of [
    registration('StreamReader', 'batch', 'return x', `'${keys}s', batch=0`),
    registration('KeysReader', 'types', 'return x', `'${keys}k', keyTypes=['stream']`),
    run(BIG, ', convertToStr=False'),
  ]) {
    await expect(submit(script)).rejects.toThrow()
  }
  expect((await real.registrations()).flat()).toEqual([])
})
