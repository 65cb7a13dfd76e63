import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { expectAccessible } from './accessibility'
import { expect, test } from './fixtures'

test.use({ gearboardEnv: { GEARBOARD_ALERTS_ALLOW: '127.0.0.0/8' } })

interface ReceivedAlert {
  readonly event: string
  readonly subject: string
}

/** A receiver of webhooks on loopback. */
async function receiver(): Promise<{
  readonly server: Server
  readonly url: string
  readonly alerts: ReceivedAlert[]
}> {
  const alerts: ReceivedAlert[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      alerts.push(JSON.parse(body))
      response.end('thanks')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  return { server, url: `http://127.0.0.1:${address.port}/hook`, alerts }
}

test('from a receiver that is tested to one notification of a failing function, and its end', async ({
  page,
  register,
  redis,
  act,
  unique,
}) => {
  const { server, url, alerts } = await receiver()
  await page.goto('/settings/alerts')
  await page.getByRole('button', { name: 'Add receiver' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('On call')
  await dialog.getByLabel('Address').fill('http://169.254.169.254/latest')
  await dialog.getByRole('button', { name: 'Send test' }).click()
  await expect(dialog.getByRole('alert')).toContainText('169.254.169.254 is a link-local')
  await dialog.getByLabel('Address').fill(url)
  await dialog.getByRole('button', { name: 'Send test' }).click()
  await expect(dialog.getByRole('status')).toContainText('It answered 200: thanks')
  await dialog.getByRole('button', { name: 'Add receiver' }).click()
  await expect(
    page.getByRole('table', { name: 'Receivers' }).getByRole('row', { name: /On call.*ready/ }),
  ).toBeVisible()

  // By keyboard: the rule of one kind, at once and from the first failure on.
  await page.getByRole('button', { name: 'Add rule' }).focus()
  await page.keyboard.press('Enter')
  await expect(dialog.getByLabel('Name')).toBeFocused()
  await page.keyboard.type(`any failure ${unique}`)
  await dialog.getByLabel('Threshold (%)').fill('')
  await dialog.getByLabel('For (s)').fill('0')
  await page.keyboard.press('Enter')
  await expect(dialog.getByText('must be a number')).toBeVisible()
  await dialog.getByLabel('Threshold (%)').fill('1')
  await page.keyboard.press('Enter')
  const rule = page.getByRole('switch', { name: `any failure ${unique}` })
  await expect(rule).toBeChecked()
  await expectAccessible(page)

  const id = await register(`GB('CommandReader', desc='${unique}').map(lambda x: 1 / 0).register(trigger='${unique}')`)
  await expect(redis.call('RG.TRIGGER', unique)).rejects.toThrow(/division/)
  await page.goto('/alerts')
  const row = page.getByRole('table', { name: 'Alerts' }).getByRole('row', { name: new RegExp(`firing.*${unique}`) })
  await expect(row).toBeVisible()
  await expect(page.getByRole('link', { name: /^Alerts: \d+ firing$/ })).toBeVisible()
  const received = () => alerts.filter(({ subject }) => subject === unique).map(({ event }) => event)
  await expect.poll(received).toEqual(['firing'])
  await row.getByRole('button', { name: 'Acknowledge' }).focus()
  await page.keyboard.press('Enter')
  await expect(row.getByText(/^Acknowledged/)).toBeVisible()
  await row.getByRole('button', { name: 'Mute' }).click()
  await page.getByRole('menuitem', { name: '1 hour' }).click()
  await expect(row.getByText(/^Muted until/)).toBeVisible()
  await expect(row.getByRole('button', { name: 'Unmute' })).toBeVisible()
  await expectAccessible(page)
  await row.getByRole('link').click()
  await expect(page).toHaveURL(new RegExp(`/default/registrations/${id}$`))

  expect((await act('DELETE', 'registrations', id)).ok()).toBe(true)
  await page.goto('/alerts?state=resolved')
  await expect(page.getByRole('row', { name: new RegExp(`resolved.*${unique}`) })).toBeVisible()
  await expect.poll(received).toEqual(['firing', 'resolved'])
  server.close()
})
