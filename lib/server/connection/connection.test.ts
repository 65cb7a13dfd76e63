import { afterEach, describe, expect, test, vi } from 'vitest'
import { log } from '../log'
import { readSettings } from '../settings'
import { Connection } from './connection'
import { environmentSetup } from './setup'

afterEach(() => vi.restoreAllMocks())

/** What a connection to this address reports and logs at its start. No server listens there. */
async function begun(url: string) {
  const warn = vi.spyOn(log, 'warn')
  const connection = new Connection(environmentSetup(readSettings({ GEARBOARD_URL: url })))
  const { ignoredDatabase } = connection.hub.feed.connection
  const lines = warn.mock.calls.map(([, words]) => words)
  await connection.close()
  return { ignoredDatabase, lines: lines.filter((words) => words?.includes('database')) }
}

describe('a database number in the URL', () => {
  test.each([
    ['redis://127.0.0.1:1/3', 3],
    ['redis://user:sesame@127.0.0.1:1,127.0.0.1:2/15', 15],
    ['redis+sentinel://127.0.0.1:1/mymaster/7', 7],
    ['rediss://127.0.0.1:1/9999', 9999],
  ])('%s: that it has no effect is logged once, and shown', async (url, database) => {
    const words = `GEARBOARD_URL names database ${database}, which has no effect. RedisGears works in database 0, and Gearboard reads keys and streams there.`
    expect(await begun(url)).toEqual({ ignoredDatabase: database, lines: [words] })
  })

  test.each(['redis://127.0.0.1:1', 'redis://127.0.0.1:1/', 'redis://127.0.0.1:1/0', 'redis+sentinel://a:1/mymaster'])(
    '%s: there is nothing to say',
    async (url) => {
      expect(await begun(url)).toEqual({ ignoredDatabase: undefined, lines: [] })
    },
  )
})
