import { describe, expect, it } from 'vitest'
import { GearsError } from './errors'
import { addressOf, parseTarget } from './target'

describe('parseTarget', () => {
  it.each([
    ['redis://localhost', { hosts: [{ host: 'localhost', port: 6379 }] }],
    ['redis://h:7000/', { hosts: [{ host: 'h', port: 7000 }] }],
    ['rediss://h/2', { hosts: [{ host: 'h', port: 6379 }], tls: true, db: 2 }],
    ['redis://[::1]:7000', { hosts: [{ host: '::1', port: 7000 }] }],
    ['redis://:p%40ss@h', { hosts: [{ host: 'h', port: 6379 }], password: 'p@ss' }],
    ['redis://user:a@b@h', { hosts: [{ host: 'h', port: 6379 }], username: 'user', password: 'a@b' }],
    ['redis://user@h', { hosts: [{ host: 'h', port: 6379 }], username: 'user' }],
    [
      'redis://a:1,b:2,c',
      {
        hosts: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
          { host: 'c', port: 6379 },
        ],
      },
    ],
    ['redis+sentinel://s/mymaster', { hosts: [{ host: 's', port: 26379 }], sentinelName: 'mymaster' }],
    [
      'rediss+sentinel://u:p@s:1,t/m%2Fx/3',
      {
        hosts: [
          { host: 's', port: 1 },
          { host: 't', port: 26379 },
        ],
        username: 'u',
        password: 'p',
        tls: true,
        sentinelName: 'm/x',
        db: 3,
      },
    ],
  ])('reads %s', (url, target) => expect(parseTarget(url)).toEqual(target))

  it.each([
    '',
    'localhost:6379',
    'http://secret@h',
    'redis://',
    'redis://:secret@',
    'redis://:secret@h:0',
    'redis://:secret@h:99999',
    'redis://:secret@h:x',
    'redis://:secret@a,,b',
    'redis://:secret%@h',
    'redis://:secret@h/first',
    'redis://:secret@h?family=4',
    'redis+sentinel://:secret@s',
  ])('refuses %j without telling the password', (url) => {
    const refusal = () => parseTarget(url)
    expect(refusal).toThrow(GearsError)
    expect(refusal).toThrow(/^connection URL: (?!.*secret)/)
  })

  it.each([
    ['redis://h/-1', 'database'],
    ['redis://h/first', 'database'],
    ['redis://h/1.5', 'database'],
    ['redis://h/10000', 'database'],
    ['redis://h/0x1', 'database'],
    ['redis+sentinel://h/name/99999', 'database'],
    ['redis://h/1/2', 'path'],
    ['http://h', 'scheme'],
    ['unix:///tmp/redis.sock', 'scheme'],
    ['h:6379', 'scheme'],
    ['redis://h:99999', 'port'],
    ['redis://', 'host'],
    ['redis+sentinel://h', 'master name'],
    ['redis://user:pa/ss@h', 'user or password'],
    ['redis://:a%zz@h', 'password'],
    ['redis://a%:b@h', 'user'],
    ['redis://:pa#ss@h', 'a \\? or #'],
  ])('says of %j which part is wrong, with an example and how to encode', (url, part) => {
    const refusal = () => parseTarget(url)
    expect(refusal).toThrow(new RegExp(`^connection URL: ${part}`))
    expect(refusal).toThrow('redis://[user:password@]host[:port]')
    expect(refusal).toThrow('@ is %40')
  })

  it.each(['redis://h/0', 'redis://h/15', 'rediss://h/9999', 'redis+sentinel://h/name/3/'])('reads %s', (url) =>
    expect(parseTarget(url).db).toBeGreaterThanOrEqual(0),
  )
})

it('addressOf puts IPv6 in brackets', () => {
  expect(addressOf({ host: '::1', port: 1 })).toBe('[::1]:1')
  expect(addressOf({ host: 'h', port: 1 })).toBe('h:1')
})

it('an error shows no credentials of a URL, whatever they are made of', () => {
  for (const url of ['redis://user:secret@h', 'rediss://:secret@h', 'redis://user:se@cret@h', 'https://secret@h/x'])
    expect(new GearsError('unreachable', `no way to ${url}`).message).toMatch(/:\/\/\*\*\*@h/)
})
