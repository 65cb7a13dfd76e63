import { GearsError } from '@gearboard/gears'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DeniedCommands } from './denied-commands'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const refused = (words: string) => vi.fn(async (): Promise<string> => Promise.reject(new GearsError('rejected', words)))

describe('a command that is refused', () => {
  test.each(['NOPERM this user has no permissions to run it', "ERR unknown command 'RG.PYSTATS'"])(
    'for good is asked again after a minute, and not before: %s',
    async (words) => {
      const refusals = new DeniedCommands()
      const send = refused(words)
      expect(await refusals.ask('RG.PYSTATS', send)).toBeNull()
      vi.advanceTimersByTime(59_000)
      expect(await refusals.ask('RG.PYSTATS', send)).toBeNull()
      expect(send).toHaveBeenCalledTimes(1)
      vi.advanceTimersByTime(2000)
      expect(refusals.isDenied('RG.PYSTATS')).toBe(false)
      const granted = vi.fn(async () => 'answer')
      expect(await refusals.ask('RG.PYSTATS', granted)).toBe('answer')
      expect(granted).toHaveBeenCalledTimes(1)
    },
  )

  test('keeps no other from being asked, and all are asked of a server that may be another', async () => {
    const refusals = new DeniedCommands()
    await refusals.ask('INFO', refused('NOPERM no'))
    expect(await refusals.ask('SLOWLOG', async () => 'answer')).toBe('answer')
    refusals.clear()
    expect(await refusals.ask('INFO', async () => 'answer')).toBe('answer')
  })

  test.each(['LOADING Redis is loading the dataset in memory', 'BUSY Redis is busy running a script'])(
    'for a moment is asked at the next look: %s',
    async (words) => {
      const refusals = new DeniedCommands()
      const send = refused(words)
      expect(await refusals.ask('INFO', send)).toBeNull()
      expect(await refusals.ask('INFO', send)).toBeNull()
      expect(send).toHaveBeenCalledTimes(2)
    },
  )

  test('is no broken connection; that is thrown', async () => {
    const lost = async () => Promise.reject(new GearsError('unreachable', 'connection lost'))
    await expect(new DeniedCommands().ask('INFO', lost)).rejects.toThrow('connection lost')
  })
})
