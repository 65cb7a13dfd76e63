import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright/test'
import { expect } from './fixtures'

/**
 * No rule is violated. Nothing here has frames, so the page itself sums up what was found instead of a second window, and only the violations
 * are described: that is most of the work.
 * @param rules only these; all without them
 */
export async function expectAccessible(page: Page, ...rules: readonly string[]): Promise<void> {
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  if (rules.length > 0) axe.withRules([...rules])
  const { violations } = await axe.analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
}
