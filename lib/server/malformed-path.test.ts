import { expect, test } from 'vitest'
import { isReadable } from './malformed-path'

test.each(['/%', '/default/executions/%zz', '/api/%ff/executions', '/%E0%A4%A', '/a%2', '/%C0%AF'])(
  '%s says nothing',
  (url) => {
    expect(isReadable(url)).toBe(false)
  },
)

test.each(['/', '/default/executions/a%40b', '/%E2%82%AC', '/x?q=%zz', '/%2F%25'])('%s can be read', (url) => {
  expect(isReadable(url)).toBe(true)
})
