import type { Page } from 'playwright/test'
import { NAV_ENTRIES } from '@/components/shell/nav'
import { contract } from '@/lib/api/contract'
import { CONNECTION, expect, test } from './fixtures'
import { command, described, fromEachShard, onKeys, onStream, run } from './scripts'
import { type Dumped, list, pairs } from './server'

const DAY_MS = 86_400_000

test('every reading endpoint answers, and none shows a server the words for a command that it lacks', async ({
  ask,
  gearboard,
  register,
  start,
  unique,
}) => {
  const registration = await register(command(unique, 'return x'))
  const execution = await start(fromEachShard)
  // Its results are refused while it runs.
  await expect
    .poll(async () => (await ask(contract.execution, { params: { ...CONNECTION, id: execution } })).outcome)
    .toBe('ok')
  const range = { from: String(Date.now() - DAY_MS), to: String(Date.now()) }
  const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    historySeries: { ...range, kind: 'activity' },
    historyFunctions: range,
    memoryGrowth: range,
    deployments: range,
    exportFunctions: range,
    exportMemory: range,
    views: { page: 'executions' },
  }
  const ids: Readonly<Record<string, string>> = { execution, executionResults: execution, registration }
  // Each needs a thing that a server may not have: a requirement, a profile, a source, a lost registration. `live` does not end.
  const needsMore = ['exportRequirement', 'sessionProfile', 'source', 'lostRegistration', 'live']
  const asked = Object.entries(contract).filter(([name, { method }]) => method === 'GET' && !needsMore.includes(name))
  const problems: string[] = []
  for (const [name, { path }] of asked) {
    const filled = path.replace('{connection}', 'default').replace('{id}', encodeURIComponent(ids[name] ?? ''))
    const response = await fetch(`${gearboard.url}${filled}?${new URLSearchParams(values[name] ?? {})}`)
    const text = await response.text()
    if (response.status !== 200 || /unknown command/i.test(text)) problems.push(`${name}: ${response.status} ${text}`)
  }
  expect(problems).toEqual([])
  expect(asked.length).toBeGreaterThan(25)
})

test('executions and registrations are those that the masters list', async ({
  ask,
  real,
  register,
  start,
  unique,
  keys,
}) => {
  await register(command(unique, 'return x'))
  await register(onKeys(`${unique}-keys`, keys, 'return x'))
  await register(onStream(`${unique}-stream`, `${keys}stream`, 'return x'))
  const ran = await start(fromEachShard)
  const failed = await start(run('return x / 0'))

  await expect
    .poll(async () => {
      const { executions } = await ask(contract.executions, { params: CONNECTION })
      return [ran, failed].map((id) => executions.find((one) => one.id === id)?.outcome)
    })
    .toEqual(['ok', 'failed'])
  const { executions } = await ask(contract.executions, { params: CONNECTION })
  const live = executions.filter((one) => one.live).map(({ id }) => id)
  const listed = new Set((await real.executions()).flat())
  expect([ran, failed].every((id) => listed.has(id) && live.includes(id))).toBe(true)

  const { registrations } = await ask(contract.registrations, { params: CONNECTION })
  const dumped = (await real.registrations()).flat()
  expect(registrations.map(({ id }) => id).sort()).toEqual([...new Set(dumped.map(({ id }) => id))].sort())
  expect(registrations.map(({ reader }) => reader).sort()).toEqual(['CommandReader', 'KeysReader', 'StreamReader'])
  for (const one of registrations) {
    expect(one.coverage).toEqual({ answered: real.masters.length, of: real.masters.length })
  }
})

test('counters are the sum over the masters, and each master has its own', async ({ ask, real, register, unique }) => {
  const id = await register(command(unique, 'return x[1]'))
  let calls = 0
  for (const [at, { redis }] of real.masters.entries()) {
    for (let n = 0; n <= at; n++, calls++) expect(await redis.call('RG.TRIGGER', unique, 'a')).toEqual(['a'])
  }
  const counted = (one: Dumped | undefined) => Number(one?.data.get('numTriggered'))
  const own = (await real.registrations()).map((dumped) => counted(dumped.find((one) => one.id === id)))
  expect(own.reduce((sum, n) => sum + n, 0)).toBe(calls)
  await expect
    .poll(async () => {
      const one = await ask(contract.registration, { params: { ...CONNECTION, id } })
      return {
        sum: one.counters.triggered,
        success: one.counters.success,
        parts: one.perShard.map(({ counters }) => counters.triggered).sort(),
      }
    })
    .toEqual({ sum: calls, success: calls, parts: [...own].sort() })
})

test('settings, memory and topology are what each master says', async ({ ask, real }) => {
  const masters = real.masters.length
  const { shards: settings } = await ask(contract.config, { params: CONNECTION })
  expect(settings).toHaveLength(masters)
  const limits = await real.each((redis) => redis.call('RG.CONFIGGET', 'MaxExecutions'))
  const shown = settings.map((answer) => {
    if ('error' in answer) return answer.error.message
    const limit = answer.value.find(({ key }) => key === 'MaxExecutions')
    return limit && 'value' in limit ? limit.value : limit?.error
  })
  expect(shown.map(String).sort()).toEqual(limits.flatMap(list).map(String).sort())

  const { shards: memory } = await ask(contract.memory, { params: CONNECTION })
  const stats = (await real.each((redis) => redis.call('RG.PYSTATS'))).map(pairs)
  expect(memory).toHaveLength(masters)
  for (const answer of memory) {
    expect(answer).toHaveProperty('value')
    if ('value' in answer) expect(answer.value.peak).toBeGreaterThan(0)
  }
  expect(stats.every((one) => Number(one.get('PeakAllocated')) > 0)).toBe(true)

  const topology = await ask(contract.cluster, { params: CONNECTION })
  expect(topology.shards).toHaveLength(masters)
  expect(topology.shards.every(({ state }) => state === 'up')).toBe(true)
  expect(topology.views.map((view) => ('value' in view ? view.value.mode : view.error.code))).toEqual(
    real.masters.map(() => (masters > 1 ? 'cluster' : 'none')),
  )
})

/** What a page reports of its own faults: exceptions, errors in the console, answers of 5xx. */
function faultsOf(page: Page): readonly string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} of ${response.url()}`)
  })
  return faults
}

test('every page opens, with its headline and without a fault', async ({ page, register, start, unique, keys }) => {
  const registrations = [
    await register(command(unique, "raise ValueError('on purpose')")),
    await register(onKeys(`${unique}-keys`, keys, 'return x')),
    await register(onStream(`${unique}-stream`, `${keys}stream`, 'return x')),
  ]
  const executions = [await start(fromEachShard), await start(run('return x / 0'))]
  const faults = faultsOf(page)
  const paths = [
    ...NAV_ENTRIES.map(({ slug }) => slug),
    'trigger?tab=event',
    'activity?tab=errors',
    'activity?tab=submissions',
    'environment?tab=sessions',
    ...registrations.map((id) => `registrations/${encodeURIComponent(id)}`),
    ...executions.map((id) => `executions/${encodeURIComponent(id)}`),
  ]
  for (const path of paths) {
    await test.step(path, async () => {
      await page.goto(`/default/${path}`)
      await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty()
      await expect(page.getByRole('main')).not.toContainText('unknown command')
    })
  }
  expect(faults).toEqual([])
})

test('the registrations page lists what is registered, with its state', async ({ page, real, register, unique }) => {
  await register(command(unique, "raise ValueError('no good: ' + x[1])"))
  await expect(real.first.call('RG.TRIGGER', unique, 'word')).rejects.toThrow('no good')
  await page.goto('/default/registrations')
  const row = page.getByRole('row', { name: new RegExp(described(unique)) })
  await expect(row).toContainText('ValueError: no good: word')
  await expect(row).toContainText('failing')
})
