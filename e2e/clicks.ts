import type { Locator } from 'playwright/test'

/** Counts the clicks that a task takes: a test bounds them, so that a detour is noticed. Typing is not counted. */
export class ClickCounter {
  count = 0

  async on(target: Locator): Promise<void> {
    this.count++
    await target.click()
  }
}
