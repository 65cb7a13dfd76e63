import { slotOf } from '@gearboard/gears/vocabulary/slots'
import { headline, mode, open, write } from './editor-page'
import { expect, expectTooltip, follow, formCluster, test } from './fixtures'

test.use({ shards: 3, engineOf: 'silent-shard' })

/** Longer than reading the pages below takes on a busy machine: no other test uses this engine. */
const SILENT_MS = 240_000

/** A key of the slots in the middle, which the second shard has. */
function keyOfSecond(unique: string): string {
  for (let n = 0; ; n++) {
    const key = `${unique}:{${n}}`
    if (slotOf(key) > 6000 && slotOf(key) < 10_000) return key
  }
}

test('while a shard is silent, pages say what cannot work before anything is sent', async ({
  page,
  submit,
  perShard,
  unique,
}) => {
  test.setTimeout(240_000)
  await formCluster(perShard)
  await submit(`GB('CommandReader', desc='${unique}').map(lambda c: 'hello').register(trigger='${unique}')`)
  await submit(`GB('StreamReader', desc='reads ${unique}').foreach(lambda r: None).register('${unique}:in')`)
  const [, second] = perShard
  const name = String(await second?.call('CLUSTER', 'MYID')).slice(0, 4)
  await page.goto('/default/cluster')
  await expect(headline(page)).toHaveText('All 3 shards answer and agree on the slot map.')
  await second?.call('CLIENT', 'PAUSE', String(SILENT_MS), 'ALL')
  await expect(headline(page)).toContainText('does not answer', { timeout: 30_000 })

  await follow(page, `/default/trigger?trigger=${unique}`)
  await page.getByRole('textbox', { name: 'Key', exact: true }).fill(keyOfSecond(unique))
  await page.getByRole('button', { name: `Trigger ${unique}` }).click()
  const reply = page.getByRole('region', { name: 'Reply' })
  await expect(reply.getByText('Not sent', { exact: true })).toBeVisible()
  await expect(reply.getByText(`Shard ${name}, which holds the key, does not answer`)).toBeVisible()
  await expect(reply.getByRole('button', { name: 'Send anyway' })).toBeVisible()
  await expect(reply).not.toContainText('override')

  await follow(page, '/default/registrations')
  await expectTooltip(
    page.getByRole('button', { name: 'Clear statistics' }),
    `No management command works until shard ${name} answers.`,
  )

  await open(page)
  await write(page, "GB('KeysReader').register('x*')")
  await mode(page, 'New').click()
  await expect(headline(page)).toHaveText(`Nothing can be registered until shard ${name} answers.`)
  await page.getByRole('button', { name: 'Override…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Send anyway?' })
  await expect(dialog.getByText(`Nothing can be registered until shard ${name} answers.`)).toBeVisible()
  await expect(dialog.getByRole('textbox', { name: /Type “silent-shard”/ })).toBeVisible()
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await follow(page, '/default/environment')
  await expectTooltip(page.getByRole('button', { name: 'Import a bundle' }), 'No requirement can be installed until')
})
