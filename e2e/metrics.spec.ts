import type { APIRequestContext } from 'playwright/test'
import { expect, test } from './fixtures'

/** The value of the one series whose labels hold all of `labels`; undefined without such a series. */
async function value(request: APIRequestContext, url: string, name: string, labels: readonly string[]) {
  const text = await (await request.get(`${url}/metrics`)).text()
  const line = text
    .split('\n')
    .find((each) => each.startsWith(`${name}{`) && labels.every((label) => each.includes(label)))
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1))
}

test('counters are what the server counts', async ({ request, redis, gearboard, unique }) => {
  const script = `
def answer(x):
    if x[1] == 'bad': raise ValueError('bad')
    return x[1]
GB('CommandReader', desc='${unique}').map(answer).register(trigger='${unique}', mode='sync')
`
  await redis.call('RG.PYEXECUTE', script)
  for (const word of ['a', 'b', 'c']) await redis.call('RG.TRIGGER', unique, word)
  await expect(redis.call('RG.TRIGGER', unique, 'bad')).rejects.toThrow('ValueError')

  const own = [`registration="${unique}"`, 'shard="standalone"', 'reader="CommandReader"']
  const counter = (name: string) => value(request, gearboard.url, `gearboard_registration_${name}_total`, own)
  await expect.poll(() => Promise.all(['triggered', 'success', 'failures'].map(counter))).toEqual([4, 3, 1])
  expect(await value(request, gearboard.url, 'gearboard_shard_up', ['shard="standalone"'])).toBe(1)
})

test('a run is counted once, by its outcome', async ({ request, gearboard, unique, start }) => {
  const failed = async () => {
    const text = await (await request.get(`${gearboard.url}/metrics`)).text()
    return text
      .split('\n')
      .filter((line) => line.startsWith('gearboard_executions_ended_total') && line.includes('outcome="failed"'))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  }
  const before = await failed()
  const script = `# ${unique}
def records():
    yield 1
GB('PythonReader').map(lambda x: 1 / 0).run(records)`
  await start(script)
  await expect.poll(failed).toBe(before + 1)
})
