import { headline, open, write } from './editor-page'
import { expect, test } from './fixtures'

// No directory can be made below a file.
test.use({ gearboardEnv: { GEARBOARD_DATA: '/dev/null/gearboard' } })

test('without a history that is said in words, and this browser keeps what it sends', async ({ page, unique }) => {
  await open(page)
  await write(page, `GB('ShardsIDReader').map(lambda x: '${unique}').run()`)
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(headline(page)).toHaveText(/^Finished in/)
  await page.getByRole('button', { name: 'Versions' }).click()
  const dialog = page.getByRole('dialog', { name: 'Versions' })
  await expect(dialog.getByText('Gearboard is not recording submissions')).toBeVisible()
  await expect(dialog.getByRole('list', { name: 'Versions' })).toContainText('this browser')
  await expect(dialog.getByText(unique).first()).toBeVisible()
})
