import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { redisCli } from './redis-cli'

it('leaves plain words alone', () => {
  expect(redisCli('RG.UNREGISTER', `${'0'.repeat(40)}-1`, 'abortpending')).toBe(
    `redis-cli RG.UNREGISTER ${'0'.repeat(40)}-1 abortpending`,
  )
})

it('survives a shell unchanged', () => {
  const words = ['RG.TRIGGER', "it's", '', 'a b', '$(reboot)', '`id`', '"', '*', 'line\nbreak', '-5', '\\', '€']
  const script = redisCli(...words).replace(/^redis-cli/, `printf '%s\\0'`)
  expect(execFileSync('/bin/sh', ['-c', script]).toString().split('\0').slice(0, -1)).toEqual(words)
})
