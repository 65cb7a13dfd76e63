import { expect, follow, test } from './fixtures'

// Busy machines take their time to load a page, and this is about several.
test.describe.configure({ timeout: 120_000 })

const reader = (name: string, body: string, more = '') => `
def work(entry):
    ${body}

GB('StreamReader', desc='${name}').foreach(work).register('${name}*', mode='async_local'${more})
`

test('what waits in the streams of a paused reader is counted, and drains when it goes on', async ({
  act,
  page,
  redis,
  unique,
  register,
}) => {
  const id = await register(reader(unique, 'pass'))
  expect((await act('POST', 'registrations', id, 'pause')).status()).toBe(200)
  for (const n of [1, 2, 3]) await redis.call('XADD', `${unique}:a`, '*', 'n', String(n))
  await redis.call('XADD', `${unique}:b`, '*', 'n', '4')

  await page.goto(`/default/registrations/${id}`)
  const streams = page.getByRole('table', { name: 'Streams' })
  const row = (key: string) => streams.getByRole('row', { name: new RegExp(`${unique}:${key}`) })
  // Stream, shard, length, waiting, pending.
  await expect(row('a').getByRole('cell').nth(3)).toHaveText('3')
  await expect(row('b').getByRole('cell').nth(3)).toHaveText('1')
  await follow(page, `/default/registrations?q=${encodeURIComponent(`waiting:>3 name:${unique}`)}`)
  await expect(page.getByRole('row', { name: new RegExp(unique) })).toBeVisible()

  expect((await act('POST', 'registrations', id, 'resume')).status()).toBe(200)
  await follow(page, `/default/registrations/${id}`)
  await expect(row('a').getByRole('cell').nth(7)).toHaveText('none waiting')
})

test('an entry that is given out again and again is shown with its fields, as text', async ({
  page,
  redis,
  unique,
  register,
}) => {
  const id = await register(reader(unique, "raise KeyError('x')", ", onFailedPolicy='retry', onFailedRetryInterval=1"))
  const entry = await redis.call('XADD', unique, '*', 'note', '<img src=x onerror=alert(1)>')

  await page.goto(`/default/registrations/${id}`)
  const poison = page.getByRole('region', { name: 'Unfinished entries' })
  await expect(poison).toContainText(String(entry))
  await expect(poison).toContainText(/delivered \d+ times/)
  await expect(poison).toContainText('<img src=x onerror=alert(1)>')
  await expect(page.getByText(/1 entry read but never acknowledged/)).toBeVisible()
})

test('hazards are told on both registrations, found by the filter, and read from the source', async ({
  page,
  unique,
  register,
}) => {
  const wide = await register(reader(unique, 'pass', ', trimStream=False'))
  await register(reader(`${unique}:eu`, 'pass'))
  const loop = await register(`
def copy(record):
    execute('SET', '${unique}:copy', record['key'])

GB('KeysReader', desc='${unique} loop').foreach(copy).register('${unique}:*', mode='async_local')
`)
  await page.goto(`/default/registrations/${wide}`)
  const hazards = page.getByRole('region', { name: 'Hazards' })
  await expect(hazards).toContainText('each entry reaches only one of them')
  await expect(hazards).toContainText('trimStream=False')
  await hazards.getByRole('link', { name: `Open ${unique}:eu` }).click()
  await expect(hazards).toContainText(`It shares streams with “${unique}”`)

  await follow(page, `/default/registrations/${loop}`)
  await expect(hazards).toContainText('triggers this function again (line 3 of its script)')
  await follow(page, `/default/registrations?q=${encodeURIComponent(`hazard:own-prefix name:${unique}`)}`)
  await expect(page.getByRole('row', { name: new RegExp(`${unique} loop`) })).toBeVisible()
  await expect(page.getByRole('row', { name: new RegExp(`${unique}:eu`) })).toBeHidden()
})
