import type { Page } from 'playwright/test'
import { expect } from './fixtures'

/** What the tests of the editor do with its page. */
export const open = async (page: Page) => {
  await page.goto('/default/editor')
  await expect(page.getByRole('textbox', { name: 'Script', exact: true })).toBeVisible()
}

/** Replaces the editor's content, as a paste would. */
export const write = async (page: Page, script: string) => {
  await page.getByRole('textbox', { name: 'Script', exact: true }).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(script)
}

/** Pastes over the editor's content: line ends and control characters are kept as in the clipboard. */
export const paste = async (page: Page, script: string) => {
  const editor = page.getByRole('textbox', { name: 'Script', exact: true })
  await editor.click()
  await page.keyboard.press('ControlOrMeta+a')
  await editor.evaluate((node, text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', text)
    node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, script)
}

export const mode = (page: Page, name: string) =>
  page.getByRole('radiogroup', { name: 'How to submit' }).getByRole('radio', { name })
export const output = (page: Page) => page.getByRole('region', { name: 'Output' })
export const headline = (page: Page) => page.getByRole('heading', { level: 1 })
