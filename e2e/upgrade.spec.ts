import { headline, mode, open, output, write } from './editor-page'
import { expect, test } from './fixtures'

test.use({ shards: 3 })

/** Its calls run until the key is there; slot 0 is of the first shard, which the `redis` fixture asks. */
const script = (name: string, answer: string) => `
import time
def answer(call):
    while execute('EXISTS', '{06S}:${name}') == 0:
        time.sleep(0.05)
    return '${answer}'
GB('CommandReader', desc='${name}').map(answer).register(trigger='${name}', mode='async_local')
`

test('an upgrade waits for what runs, with a live count, when one wants it to; afterwards each shard is told', async ({
  page,
  redis,
  unique,
}) => {
  await redis.call('RG.REFRESHCLUSTER')
  await open(page)
  await write(page, script(unique, 'old'))
  await mode(page, 'New').click()
  await page.getByLabel('Session', { exact: true }).fill(unique)
  await page.getByRole('button', { name: 'Register on 3 shards' }).click()
  await expect(headline(page)).toHaveText('Added 1 registration on every shard.')
  const table = output(page).getByRole('table', { name: 'Registrations on each shard' })
  await expect(table.getByRole('row')).toHaveCount(4)
  await expect(table.getByRole('cell', { name: '1 of 1' })).toHaveCount(3)

  // A connection of its own: a client that waits for its trigger is served nothing else.
  const caller = redis.duplicate()
  const running = caller.call('RG.TRIGGER', unique)
  await write(page, script(unique, 'new'))
  await expect(page.getByText('1 execution in flight')).toBeVisible()
  await page.getByRole('switch', { name: /Wait until they have finished/ }).click()
  await page.getByRole('button', { name: 'Upgrade on 3 shards' }).click()
  await expect(page.getByText(`Not sent yet: waiting for 1 execution of ${unique} to finish`)).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Not sent yet')).toBeHidden()

  await page.getByRole('button', { name: 'Upgrade on 3 shards' }).click()
  await expect(page.getByText('Not sent yet')).toBeVisible()
  await redis.set(`{06S}:${unique}`, '1')
  expect(await running).toEqual(['old'])
  caller.disconnect()
  await expect(page.getByText('Not sent yet')).toBeHidden()
  await expect(headline(page)).toHaveText('Added 1 registration on every shard.')
  await expect.poll(() => redis.call('RG.TRIGGER', unique)).toEqual(['new'])
})

test('a name that is taken is foreseen in its field, and so is a trigger that another session holds', async ({
  page,
  redis,
  unique,
}) => {
  expect(await redis.call('RG.PYEXECUTE', script(unique, 'x'), 'ID', unique)).toBe('OK')
  await open(page)
  await write(page, script(unique, 'y'))
  await mode(page, 'New').click()
  await page.getByLabel('Session', { exact: true }).fill(unique)
  await expect(
    page.getByText(`Session ${unique} already exists. Upgrade it, or choose another name.`).first(),
  ).toBeVisible()
  await expect(page.getByRole('button', { name: 'Register on 3 shards' })).toHaveAttribute('aria-disabled', 'true')
  await page.getByLabel('Session', { exact: true }).fill(`${unique}-b`)
  await expect(page.getByText(`is in use by session ${unique}: the server will reject it`)).toBeVisible()
})
