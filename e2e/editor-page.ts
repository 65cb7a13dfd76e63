import type { Page } from 'playwright/test'
import { expect } from './fixtures'

/** What the tests of the editor do with its page. */
export const open = async (page: Page) => {
  await page.goto('/default/editor')
  await expect(page.getByRole('textbox', { name: 'Script', exact: true })).toBeVisible()
}

/** Replaces what stands in the editor, as a paste would. */
export const write = async (page: Page, script: string) => {
  await page.getByRole('textbox', { name: 'Script', exact: true }).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(script)
}

export const mode = (page: Page, name: string) =>
  page.getByRole('radiogroup', { name: 'How to submit' }).getByRole('radio', { name })
export const output = (page: Page) => page.getByRole('region', { name: 'Output' })
export const headline = (page: Page) => page.getByRole('heading', { level: 1 })
