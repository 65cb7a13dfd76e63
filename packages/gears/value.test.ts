import { expect, it } from 'vitest'
import { gearsValue, toResultValue } from './value'

it('toResultValue is safe for JSON and loses nothing', () => {
  const value = gearsValue([Buffer.from('é'), Buffer.from([0xff]), '9007199254740993', 7, null, new Error('no'), [[]]])
  expect(value).toEqual(['é', Buffer.from([0xff]), 9007199254740993n, 7, null, { error: 'no' }, [[]]])
  const result = toResultValue(value)
  expect(JSON.parse(JSON.stringify(result))).toEqual(result)
  expect(result).toEqual(['é', { base64: '/w==' }, '9007199254740993', 7, null, { error: 'no' }, [[]]])
})

it('a number that ioredis has rounded is refused', () => {
  expect(() => gearsValue(2 ** 60)).toThrow('expected a number that fits 53 bits')
})
