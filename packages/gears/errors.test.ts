import { describe, expect, test, vi } from 'vitest'
import { GearsError } from './errors'

/** The classes of a second copy of the module, as Next compiles one for the routes and one for what starts before them. */
async function copies() {
  vi.resetModules()
  return import('./errors')
}

describe('an error of another copy of the module', () => {
  test('is a GearsError to both', async () => {
    const other = await copies()
    expect(other.GearsError).not.toBe(GearsError)
    const theirs = new other.GearsError('rejected', 'ERR no')
    const ours = new GearsError('timeout', 'too late')
    expect(theirs instanceof GearsError).toBe(true)
    expect(ours instanceof other.GearsError).toBe(true)
    expect(other.fromIoredis(ours, { command: 'RG.DUMPEXECUTIONS' })).toBe(ours)
  })

  test.each([
    ['an error of another name', new Error('ERR no')],
    ['a type error', new TypeError('GearsError')],
    ['what is no error', { name: 'GearsError', code: 'rejected', message: 'ERR no' }],
    ['a text', 'GearsError'],
    ['nothing', undefined],
    ['null', null],
  ])('%s is none', (_, value) => {
    expect(value instanceof GearsError).toBe(false)
  })
})
