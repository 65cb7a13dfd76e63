import { expect, test } from 'vitest'
import { hostsOf, ignoredDatabaseInWords, usesTls } from './connection'

test.each([
  ['redis://127.0.0.1:6379', ['127.0.0.1:6379'], false],
  ['rediss://a:1,b:2/0', ['a:1', 'b:2'], true],
  ['redis+sentinel://s1:26379,s2:26379/mymaster', ['s1:26379', 's2:26379'], false],
  ['rediss+sentinel://s1:26379/mymaster', ['s1:26379'], true],
  ['127.0.0.1:6379', ['127.0.0.1:6379'], false],
  ['redis://[::1]:6379', ['[::1]:6379'], false],
  ['unix:///run/redis/redis.sock', ['/run/redis/redis.sock'], false],
  ['unix:///a,b:1/c d', ['/a,b:1/c d'], false],
])('%s names the servers %j', (address, hosts, tls) => {
  expect(hostsOf(address)).toEqual(hosts)
  expect(usesTls(address)).toBe(tls)
})

test('a database number that has no effect is named', () => {
  expect(ignoredDatabaseInWords(3, 'environment')).toMatch(/^GEARBOARD_URL names database 3, which has no effect\./)
  expect(ignoredDatabaseInWords(3, 'file')).toMatch(/^The connection’s url in the configuration file names database 3,/)
})
