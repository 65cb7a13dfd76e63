import { mode, output, write } from './editor-page'
import { expect, test } from './fixtures'

test.use({ gearboardEnv: { GEARBOARD_PRODUCTION: '1', GEARBOARD_NAME: 'orders live' } })

test('on production the bar says so, and a change asks for the connection’s name', async ({ page, redis }) => {
  const live = async () => {
    const answer = await redis.call('RG.CONFIGGET', 'MaxExecutionsPerRegistration')
    return Array.isArray(answer) ? answer[0] : answer
  }
  const before = await live()
  await page.goto('/default/config')
  await expect(page.getByRole('banner').getByText('production')).toBeVisible()
  await expect(page.getByRole('button', { name: 'orders live' })).toBeVisible()
  await expect(page).toHaveTitle('Configuration · orders live · Gearboard')
  await page.getByRole('button', { name: 'Set MaxExecutionsPerRegistration' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Value').fill('77')
  const set = dialog.getByRole('button', { name: /^Set on/ })
  await expect(set).toHaveAttribute('aria-disabled', 'true')
  const word = dialog.getByLabel('Production: type orders live to confirm')
  await word.fill('Orders live')
  await expect(set).toHaveAttribute('aria-disabled', 'true')
  // Playwright itself would wait until the button is enabled.
  await set.click({ force: true })
  expect(await live()).toBe(before)
  await word.fill('orders live')
  await set.click()
  await expect(dialog).toBeHidden()
  expect(await live()).toBe(77)

  await page.getByRole('button', { name: 'Undo' }).click()
  const undo = page.getByRole('dialog', { name: 'Undo MaxExecutionsPerRegistration?' })
  const back = undo.getByRole('button', { name: 'Restore on 1 shard' })
  await expect(back).toHaveAttribute('aria-disabled', 'true')
  expect(await live()).toBe(77)
  await undo.getByLabel('Production: type orders live to confirm').fill('orders live')
  await back.click()
  await expect(undo).toBeHidden()
  expect(await live()).toBe(before)
})

test('a trigger or a run asks once for some minutes, an upgrade each time, and the API for a header', async ({
  page,
  redis,
  unique,
}) => {
  const script = (answer: string) =>
    `GB('CommandReader').map(lambda call: '${answer}').register(trigger='${unique}', mode='async_local')`
  const fires = () => redis.call('RG.TRIGGER', unique)
  const named = { 'x-gearboard-confirm': 'orders%20live' }
  const post = async (path: string, headers: Record<string, string>, data: object) =>
    (await page.request.post(`/api/default/${path}`, { headers, data })).status()
  const body = { script: script('one'), id: unique }
  expect(await post('functions', {}, body)).toBe(428)
  expect(await post('functions', { 'x-gearboard-confirm': 'default' }, body)).toBe(428)
  expect(await post('functions', named, body)).toBe(200)
  const dialog = page.getByRole('dialog')
  const word = dialog.getByLabel('Production: type orders live to confirm')
  const reply = page.getByRole('region', { name: 'Reply' })

  await page.goto(`/default/trigger?trigger=${unique}`)
  const trigger = page.getByRole('button', { name: `Trigger ${unique}`, exact: true })
  await trigger.click()
  await expect(dialog.getByRole('heading')).toHaveText(`Trigger ${unique} on orders live?`)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(reply.getByText('1 result in')).toBeHidden()
  await trigger.click()
  await word.fill('orders live')
  await dialog.getByRole('button', { name: `Trigger ${unique}`, exact: true }).click()
  await expect(reply.getByText('1 result in')).toBeVisible()
  await expect(page.getByRole('banner').getByText('confirmed for 10 min')).toBeVisible()

  // The name still counts on another page of this tab.
  await page.getByRole('link', { name: 'Editor', exact: true }).click()
  await write(page, "GB('ShardsIDReader').map(lambda x: 'ran').run()")
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(output(page).getByText('ran').first()).toBeVisible()

  await write(page, script('two'))
  await mode(page, 'Upgrade').click()
  await page.getByLabel('Session', { exact: true }).fill(unique)
  const upgrade = page.getByRole('button', { name: 'Upgrade', exact: true })
  await upgrade.click()
  await expect(dialog.getByRole('heading')).toHaveText(`Upgrade ${unique} on orders live?`)
  expect(await fires()).toEqual(['one'])
  await word.fill('orders live')
  await dialog.getByRole('button', { name: `Upgrade ${unique}`, exact: true }).click()
  await expect.poll(fires).toEqual(['two'])

  await page.getByRole('button', { name: /^End confirmation/ }).click()
  await expect(page.getByRole('banner').getByText('confirmed for')).toBeHidden()
  expect(await post(`triggers/${unique}`, {}, {})).toBe(428)
  expect(await post(`triggers/${unique}`, named, {})).toBe(200)
})
