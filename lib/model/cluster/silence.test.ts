import { describe, expect, it } from 'vitest'
import { keyShardBlocks, silenceBlocks } from './silence'

describe('a silent shard', () => {
  const [A, B, C] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)]
  const shard = (key: string, state: 'up' | 'silent', gearsId: string | null = key) => ({ key, state, gearsId })
  const silence = { code: 'timeout', message: 'no answer within 3000 ms' } as const

  it('keeps management commands from working, and is named', () => {
    expect(silenceBlocks([shard(A, 'up'), shard(B, 'up')])).toBeUndefined()
    expect(silenceBlocks([shard(A, 'up'), shard(B, 'silent')])).toBe(
      'No management command works until shard bbbb answers.',
    )
    expect(silenceBlocks([shard(A, 'up'), shard(B, 'silent'), shard(C, 'silent', null)])).toContain(
      'shard bbbb and shard cccc answer.',
    )
    expect(silenceBlocks([shard(A, 'up'), shard(B, 'silent')], 'unregister')).toContain('may keep it')
  })

  it('does not where shards know of no cluster, and where it answers but refuses', () => {
    const zero = '0'.repeat(40)
    expect(silenceBlocks([shard('standalone', 'silent', zero)])).toBeUndefined()
    expect(silenceBlocks([shard(A, 'up', zero), shard(B, 'silent', zero)])).toBeUndefined()
    const refusing = { ...shard(B, 'silent'), error: { code: 'rejected', message: 'NOPERM' } as const }
    expect(silenceBlocks([shard(A, 'up'), refusing])).toBeUndefined()
  })

  it('keeps what is sent to its keys from being answered', () => {
    const shards = [
      { ...shard(A, 'up'), slots: [[0, 8191]] as const },
      { ...shard(B, 'silent'), slots: [[8192, 16383]] as const, error: silence },
    ]
    // Slot 12182 and slot 866.
    expect(keyShardBlocks('foo', shards)).toBe(
      'Shard bbbb, which holds the key, does not answer: no answer within 3000 ms.',
    )
    expect(keyShardBlocks('hello', shards)).toBeUndefined()
  })
})
