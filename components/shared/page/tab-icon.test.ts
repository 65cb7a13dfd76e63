import { expect, test } from 'vitest'
import { tabIcon } from './tab-icon'

test.each([
  [1, '>1<'],
  [9, '>9<'],
  [10, '>9+<'],
  [12_345, '>9+<'],
])('%i failing registrations: %s', (failing, text) => {
  expect(tabIcon(failing)).toContain(text)
})
