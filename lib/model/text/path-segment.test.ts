import { expect, test } from 'vitest'
import { readSegment } from './path-segment'

test.each([
  ['a%20b', 'a b'],
  ['50%25', '50%'],
  ['%zz', '%zz'],
  ['100%', '100%'],
  ['%E0%A4%A', '%E0%A4%A'],
  ['', ''],
])('%j is %j', (segment, text) => expect(readSegment(segment)).toBe(text))
