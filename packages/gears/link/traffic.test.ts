import { expect, test } from 'vitest'
import type { Reply } from '../reply'
import { Traffic } from './traffic'

test('how long to wait follows what was seen, and passes over to what waits behind it', () => {
  const traffic = new Traffic()
  const limit = (name: string, address = 'a:1') => traffic.limitMs(address, name, 3000)
  expect(limit('RG.DUMPREGISTRATIONS')).toBe(3000)
  traffic.took('a:1', 'RG.DUMPREGISTRATIONS', 5000, 750)
  expect(limit('RG.DUMPREGISTRATIONS')).toBe(20_000)
  expect([limit('INFO'), limit('RG.DUMPREGISTRATIONS', 'b:1')]).toEqual([3000, 3000])
  const done = traffic.begins('a:1', 'RG.DUMPREGISTRATIONS')
  expect([limit('INFO'), limit('INFO', 'a:11')]).toEqual([20_000, 3000])
  done()
  expect(limit('INFO')).toBe(3000)
  traffic.gaveUp('a:1', 'RG.DUMPREGISTRATIONS', 20_000)
  expect(limit('RG.DUMPREGISTRATIONS')).toBe(80_000)
  traffic.gaveUp('a:1', 'RG.DUMPREGISTRATIONS', 80_000)
  expect(limit('RG.DUMPREGISTRATIONS')).toBe(120_000)
  traffic.took('a:1', 'RG.DUMPREGISTRATIONS', 10, 750)
  expect(limit('RG.DUMPREGISTRATIONS')).toBe(3000)
})

test('one of a kind is under way at a time; who asks meanwhile shares the next one', async () => {
  const traffic = new Traffic()
  const answers: ((reply: Reply) => void)[] = []
  const ask = (kind: string) => traffic.one(kind, () => new Promise<Reply>((resolve) => answers.push(resolve)))
  const first = ask('a')
  const [second, third] = [ask('a'), ask('a')]
  const other = ask('b')
  expect(answers).toHaveLength(2)
  answers[0]?.(1)
  expect(await first).toBe(1)
  await expect.poll(() => answers.length).toBe(3)
  answers[2]?.(2)
  expect(await Promise.all([second, third])).toEqual([2, 2])
  answers[1]?.(3)
  expect(await other).toBe(3)
  const later = ask('a')
  expect(answers).toHaveLength(4)
  answers[3]?.(4)
  expect(await later).toBe(4)
})

test('one that fails takes none along that asked after it', async () => {
  const traffic = new Traffic()
  const failing = traffic.one('a', async () => Promise.reject(new Error('lost')))
  const next = traffic.one('a', async () => 5)
  await expect(failing).rejects.toThrow('lost')
  expect(await next).toBe(5)
})

test('what was given up is owed until the server answers it, or anything else', () => {
  const traffic = new Traffic()
  const owed = () => [traffic.isOwed('a:1', 'X'), traffic.isOwed('a:1', 'Y'), traffic.isOwed('a:11', 'X')]
  expect(owed()).toEqual([false, false, false])
  traffic.gaveUp('a:1', 'X', 10)
  traffic.gaveUp('a:11', 'X', 10)
  expect(owed()).toEqual([true, false, true])
  traffic.answers('a:1')
  expect(owed()).toEqual([false, false, true])
  traffic.took('a:11', 'X', 10, 5)
  expect(owed()).toEqual([false, false, false])
})
