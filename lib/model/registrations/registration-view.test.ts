import { describe, expect, it } from 'vitest'
import { commandReader, keysReader } from '../testing'
import { looksLikeHook } from './registration-view'

describe('looksLikeHook', () => {
  const trigger = (name: string, key = name) => commandReader({ key, args: { trigger: name } })
  it.each(['hset', 'SET', 'XADD', 'zadd'])('%s is a command of Redis', (name) => {
    const one = trigger(name)
    expect(looksLikeHook(one, [one])).toBe(true)
  })

  it.each(['cart.checkout', 'hset-all', 'sett', 'getuser'])('%s is a trigger', (name) => {
    const one = trigger(name)
    expect(looksLikeHook(one, [one, trigger('other')])).toBe(false)
  })

  it('two of one name are hooks: the server refuses a trigger that is taken', () => {
    const both = [trigger('json.set', 'a'), trigger('json.set', 'b')]
    expect(both.map((each) => looksLikeHook(each, both))).toEqual([true, true])
  })

  it('registrations of other readers are none', () => {
    expect(looksLikeHook(keysReader(), [])).toBe(false)
  })
})
