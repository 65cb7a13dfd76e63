import { expect, test } from 'vitest'
import { type RowShortcut, shortcutFor } from './row-shortcuts'

const PLAIN = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false }
const shortcut = (key: string, fits = true): RowShortcut<string> => ({
  key,
  verb: key,
  fits: () => fits,
  act: () => undefined,
})
const SHORTCUTS = [shortcut('a'), shortcut('d', false), shortcut('e')]
const keyOf = (key: string, more: Partial<typeof PLAIN> = {}, rows: readonly string[] = ['row']) =>
  shortcutFor(SHORTCUTS, { ...PLAIN, key, ...more }, rows)?.key

test('a key finds its shortcut, with Caps Lock on too', () => {
  expect(keyOf('a')).toBe('a')
  expect(keyOf('A')).toBe('a')
  expect(keyOf('e', {}, ['one', 'two'])).toBe('e')
})

test('a key does nothing where its shortcut does not fit, or no row is meant', () => {
  expect(keyOf('d')).toBeUndefined()
  expect(keyOf('a', {}, [])).toBeUndefined()
  expect(keyOf('u')).toBeUndefined()
})

test('a key together with another is left to the browser', () => {
  expect(keyOf('a', { ctrlKey: true })).toBeUndefined()
  expect(keyOf('a', { metaKey: true })).toBeUndefined()
  expect(keyOf('e', { altKey: true })).toBeUndefined()
  expect(keyOf('A', { shiftKey: true })).toBeUndefined()
})
