import { describe, expect, it } from 'vitest'
import { hashTag, slotOf } from './slots'

describe('slotOf', () => {
  // What CLUSTER KEYSLOT of Redis answers; 123456789 is the check value of CRC16/XMODEM (0x31C3).
  it.each([
    ['123456789', 12739],
    ['foo', 12182],
    ['bar', 5061],
    ['hello', 866],
    ['', 0],
    ['06S', 0],
    ['{user1000}.following', 3443],
    ['{user1000}.followers', 3443],
    ['a{foo}b{bar}', 12182],
    ['user:é', 1676],
  ])('%j hashes to %d', (key, slot) => {
    expect(slotOf(key)).toBe(slot)
  })

  it('takes the whole key when the braces are empty, open or reversed', () => {
    expect(hashTag('foo{}{bar}')).toBe('foo{}{bar}')
    expect(hashTag('foo{bar')).toBe('foo{bar')
    expect(hashTag('}foo{bar}')).toBe('bar')
    expect(hashTag('foo{{bar}}zap')).toBe('{bar')
  })
})
