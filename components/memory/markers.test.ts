import { expect, test } from 'vitest'
import { markersOf } from './markers'

test('deployments have their version; what came in another way was first seen', () => {
  expect(
    markersOf(
      [
        { at: 0, name: 'orders', version: 3 },
        { at: 50, name: 'by hand', version: null },
      ],
      10,
    ),
  ).toEqual([
    { at: 0, label: 'orders v3 deployed' },
    { at: 50, label: 'by hand first seen' },
  ])
})

test('those that come together share a line, but what was deployed keeps its name', () => {
  const seen = (at: number) => ({ at, name: `r${at}`, version: null })
  expect(markersOf([seen(0), seen(4), seen(9), seen(30)], 10)).toEqual([
    { at: 0, label: '3 registrations first seen' },
    { at: 30, label: 'r30 first seen' },
  ])
  expect(markersOf([seen(0), { at: 4, name: 'orders', version: 1 }], 10)).toEqual([
    { at: 0, label: 'r0 first seen' },
    { at: 4, label: 'orders v1 deployed' },
  ])
})
