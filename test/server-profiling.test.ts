import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import { isAbandoned, readMark } from '@/lib/server/profiling'

describe('the mark of a profiled run', () => {
  const here = { before: '0', until: 1000, pid: 7, host: hostname() }
  const there = { ...here, host: 'another-machine' }

  test('is read back, and nothing else is taken for one', () => {
    expect(readMark('before=0 until=1000 pid=7 host=box')).toEqual({ before: '0', until: 1000, pid: 7, host: 'box' })
    for (const text of ['', '1', 'before= until=1 pid=1 host=x', 'before=0 until=1000 pid=7 host='])
      expect(readMark(text)).toBeUndefined()
  })

  test('of this machine is abandoned when its process is no more, or was an earlier one of this id', () => {
    expect(isAbandoned(here, 0, () => true)).toBe(false)
    expect(isAbandoned(here, 0, () => false)).toBe(true)
    expect(isAbandoned({ ...here, pid: process.pid }, 0, () => true)).toBe(true)
  })

  test('of another machine is abandoned when it was not renewed', () => {
    expect(isAbandoned(there, 999, () => false)).toBe(false)
    expect(isAbandoned(there, 1001, () => true)).toBe(true)
  })
})
