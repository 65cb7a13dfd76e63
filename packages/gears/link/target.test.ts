import { describe, expect, it } from 'vitest'
import { GearsError } from '../errors'
import { addressInWords, addressOf, parseAddress, parseTarget } from './target'

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
    ['redis+sentinel://s/mymaster', { hosts: [{ host: 's', port: 26379 }], sentinel: { name: 'mymaster' } }],
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
        sentinel: { name: 'm/x' },
        db: 3,
      },
    ],
    ['unix:///run/redis.sock', { hosts: [{ host: '127.0.0.1', port: 6379 }], path: '/run/redis.sock' }],
    ['redis+unix:///a%20b/r@1.sock?db=0', { hosts: [{ host: '127.0.0.1', port: 6379 }], path: '/a b/r@1.sock', db: 0 }],
    [
      'UNIX://user:p%40ss@/run/redis.sock',
      { hosts: [{ host: '127.0.0.1', port: 6379 }], path: '/run/redis.sock', username: 'user', password: 'p@ss' },
    ],
  ])('reads %s', (url, target) => expect(parseTarget(url)).toEqual(target))

  const WRONG: readonly (readonly [url: string, part: string, right: string])[] = [
    ['redis://h/-1', 'database', 'from 0 to 9999'],
    ['redis://h/first', 'database', 'from 0 to 9999'],
    ['redis://h/1.5', 'database', 'from 0 to 9999'],
    ['redis://h/10000', 'database', 'from 0 to 9999'],
    ['redis://h/0x1', 'database', 'from 0 to 9999'],
    ['redis+sentinel://h/name/99999', 'database', 'from 0 to 9999'],
    ['redis://h?db=secret', 'database', 'from 0 to 9999'],
    ['redis://h/1?db=2', 'database', 'different'],
    ['redis://h/1/2', 'path', 'database number'],
    // Schemes.
    ['', 'scheme', 'empty'],
    ['h:6379', 'scheme', 'redis:// in front'],
    ['10.0.0.1:6379', 'scheme', 'rediss:// for TLS'],
    ['user:secret@h:6379', 'scheme', 'redis:// in front'],
    ['secret', 'scheme', 'redis:// in front'],
    ['[::1]:6379', 'scheme', 'redis:// in front'],
    ['redis:h:6379', 'scheme', 'followed by ://'],
    ['redis:/h', 'scheme', 'followed by ://'],
    ['rediss//h', 'scheme', 'followed by ://'],
    ['http://h', 'scheme', 'redis:// instead'],
    ['https://secret@h:443', 'scheme', 'redis:// instead'],
    ['tcp://redis:6379', 'scheme', 'redis:// instead'],
    ['redis+tls://h', 'scheme', 'rediss:// instead'],
    ['redis-sentinel://h:26379/mymaster', 'scheme', 'redis+sentinel://host:26379/master-name'],
    ['redis-cluster://h', 'scheme', 'detected automatically'],
    ['postgres://user:secret@h', 'scheme', 'must be redis, rediss'],
    ['rediss+unix:///tmp/redis.sock', 'scheme', 'has no TLS'],
    ['file:///tmp/redis.sock', 'scheme', 'unix:///path/to/redis.sock'],
    ['/var/run/redis/redis.sock', 'scheme', 'unix:///path/to/redis.sock'],
    ['./redis.sock', 'scheme', 'unix:///path/to/redis.sock'],
    // Unix sockets.
    ['unix://tmp/redis.sock', 'path', 'three slashes'],
    ['unix://user:secret@tmp/redis.sock', 'path', 'three slashes'],
    ['unix://', 'path', 'absolute path'],
    ['unix:///', 'path', 'absolute path'],
    ['unix:///run/redis/', 'path', 'absolute path'],
    ['unix:///run/%00.sock', 'path', 'control character'],
    [`unix:///run/${'s'.repeat(103)}`, 'path', '107 bytes'],
    [`unix:///run/${'é'.repeat(52)}`, 'path', '107 bytes'],
    ['unix:///run/redis.sock?ssl=true', 'options', 'no TLS'],
    ['unix:///run/redis.sock?db=x', 'database', 'from 0 to 9999'],
    ['unix:///run/redis.sock?password=secret', 'options', 'before the host'],
    ['unix:///run/re#dis.sock', '#', '%23'],
    // Pasted with what was around it.
    ['GEARBOARD_URL=redis://h', 'beginning', 'the part after the ='],
    ['export GEARBOARD_URL="redis://:secret@h"', 'beginning', 'the part after the ='],
    ['"redis://h', 'quotation mark', 'remove it'],
    ['redis://h’', 'quotation mark', 'remove it'],
    ['redis://h:63\n79', 'line break', 'percent-encoded'],
    ['redis://h\u200b', 'line break', 'invisible character'],
    [`redis://${'h'.repeat(9000)}`, 'length', '8192'],
    ['redis-cli -h 10.0.0.1 -p 6380 -a secret', 'redis-cli', 'redis://:password@10.0.0.1:6380'],
    ['redis-cli -h fd00::7 --tls --user secret --pass secret', 'redis-cli', 'rediss://user:password@[fd00::7]:6379'],
    ["REDISCLI_AUTH='secret' redis-cli -p 7", 'beginning', 'the part after the ='],
    ['redis-cli -u redis://:secret@h', 'redis-cli', 'the URL after -u'],
    ['/usr/bin/redis-cli -s /tmp/redis.sock', 'redis-cli', 'unix:///path/to/redis.sock'],
    ['redis-cli PING', 'redis-cli', 'redis://127.0.0.1:6379'],
    // Reserved characters as they are.
    ['redis://user:se/cret@h', 'password', 'write %2F for /'],
    ['redis://:se#cret@h', 'password', 'write %23 for #'],
    ['redis://:se?cret@h', 'password', 'write %3F for ?'],
    ['redis://:secret%@h', 'password', 'write %25 for %'],
    ['redis://:a%zz@h', 'password', 'write %25 for %'],
    ['redis://:%ff@h', 'password', 'write %25'],
    ['redis://:?#/%secret@h', 'password', 'write %2F for /, %3F for ?, %23 for #, %25 for %'],
    ['redis://a%:b@h', 'user', 'write %25 for %'],
    ['redis://a/b:c#d@h', 'user and password', 'write %2F for /, %23 for #'],
    ['redis://h#secret', '#', '%23'],
    // Options.
    ['redis://:secret@h?family=4', 'options', 'db, ssl and tls'],
    ['redis://h?password=secret', 'options', 'redis://user:password@host'],
    ['redis://h?secret', 'options', '%3F'],
    ['redis://h:6379?ssl_cert_reqs=none', 'options', 'NODE_EXTRA_CA_CERTS'],
    ['redis://h?ssl=secret', 'options', 'neither true nor false'],
    ['rediss://h?ssl=false', 'options', 'redis:// instead'],
    ['redis://:secret@h?name=me@home', 'options', '%3F'],
    // Hosts and ports.
    ['redis://', 'host', 'there is none'],
    ['redis://:secret@', 'host', 'there is none'],
    ['redis://:6379', 'host', 'there is none'],
    ['redis:///0', 'host', 'there is none'],
    ['redis://a,,b', 'host', 'there is none'],
    ['redis://$HOST:6379', 'host', 'variable'],
    ['redis://{{host}}:6379', 'host', 'variable'],
    ['redis://<host>:6379', 'host', 'placeholder'],
    ['redis://h*st', 'host', 'host names cannot have'],
    ['redis://::1:6379', 'host or port', 'redis://[::1]:6379'],
    ['redis://fe80::1', 'host or port', 'redis://[::1]:6379'],
    ['redis://[::1:6379', 'host', 'not closed'],
    ['redis://[h]:6379', 'host', 'no IPv6 address'],
    ['redis://[fe80::1%]:6379', 'host', '%25eth0'],
    ['redis://h:99999', 'port', 'between 1 and 65535'],
    ['redis://h:0', 'port', 'between 1 and 65535'],
    ['redis://h:', 'port', 'after the colon'],
    ['redis://user:secret', 'port', 'followed by @'],
    ['redis://a:6379 b:6379', 'hosts', 'use commas'],
    ['redis://a:6379,redis://b:6379', 'hosts', 'redis://a:6379,b:6379'],
    ['redis://u:secret@a:6379,u:secret@b:6379', 'hosts', 'once'],
    ['redis+sentinel://h', 'master name', '/mymaster'],
    ['redis+sentinel://h:26379/', 'master name', '/mymaster'],
  ]

  it.each(WRONG)('says of %j which part is wrong, and what is right', (url, part, right) => {
    const refusal = () => parseTarget(url)
    expect(refusal).toThrow(GearsError)
    expect(refusal).toThrow(new RegExp(`^connection URL: ${part}: (?!.*secret)`))
    expect(refusal).toThrow(right)
    // An example, as it is meant, and how to encode.
    expect(refusal).toThrow('redis://[user:password@]host[:port]')
    expect(refusal).toThrow('redis+sentinel://[user:password@]sentinel[:port]')
    expect(refusal).toThrow('@ is %40')
  })

  it.each([
    ['  redis://h:1 \n', { hosts: [{ host: 'h', port: 1 }] }],
    ['"redis://h:1"', { hosts: [{ host: 'h', port: 1 }] }],
    ["' redis://h:1 '", { hosts: [{ host: 'h', port: 1 }] }],
    ['“redis://h:1”', { hosts: [{ host: 'h', port: 1 }] }],
    ['<redis://h:1>', { hosts: [{ host: 'h', port: 1 }] }],
    ['REDIS://h:1', { hosts: [{ host: 'h', port: 1 }] }],
    ['redis://h:1?db=0', { hosts: [{ host: 'h', port: 1 }], db: 0 }],
    ['redis://h:1/3?db=3', { hosts: [{ host: 'h', port: 1 }], db: 3 }],
    ['redis://h:1?ssl=true', { hosts: [{ host: 'h', port: 1 }], tls: true }],
    ['redis://h:1/?TLS=1&', { hosts: [{ host: 'h', port: 1 }], tls: true }],
    ['redis://h:1?ssl=false', { hosts: [{ host: 'h', port: 1 }] }],
    ['rediss://h:1?tls=yes', { hosts: [{ host: 'h', port: 1 }], tls: true }],
    ['redis://[fe80::1%25eth0]:1', { hosts: [{ host: 'fe80::1%eth0', port: 1 }] }],
    ['redis://[fe80::1%eth0]:1', { hosts: [{ host: 'fe80::1%eth0', port: 1 }] }],
    ['redis://redis_1.intern:1', { hosts: [{ host: 'redis_1.intern', port: 1 }] }],
    ['redis://:a:b@@c"\'%20@h:1', { hosts: [{ host: 'h', port: 1 }], password: 'a:b@@c"\' ' }],
    ['redis://:%2F%23%3F%25@h:1', { hosts: [{ host: 'h', port: 1 }], password: '/#?%' }],
    [
      'redis://a:1, b:2',
      {
        hosts: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
        ],
      },
    ],
  ])('reads %j, which can be meant in one way only', (url, target) => expect(parseTarget(url)).toEqual(target))

  it.each(['redis://h/0', 'redis://h/15', 'rediss://h/9999', 'redis+sentinel://h/name/3/'])('reads %s', (url) =>
    expect(parseTarget(url).db).toBeGreaterThanOrEqual(0),
  )
})

it('addressOf puts IPv6 in brackets, and is the path of a socket', () => {
  expect(addressOf({ host: '::1', port: 1 })).toBe('[::1]:1')
  expect(addressOf({ host: 'h', port: 1 })).toBe('h:1')
  expect(addressOf({ host: 'h', port: 1, path: '/s' })).toBe('/s')
})

it.each(['[::1]:1', 'h:65535', 'redis_1.intern:7000', '[fe80::1%eth0]:6379'])('parseAddress reads %s', (text) => {
  const address = parseAddress(text)
  expect(address && addressOf(address)).toBe(text)
})

it.each(['', 'h', 'h:', ':1', 'h:0', 'h:65536', '::1:6379', '[h]:1', 'a b:1', 'redis://h:1', 'h:1:2', 'h:-1', '[::1'])(
  'parseAddress reads nothing of %j',
  (text) => expect(parseAddress(text)).toBeUndefined(),
)

it('addressInWords shows neither user nor password', () => {
  for (const url of [
    'unix://u:secret@/run/r.sock',
    'rediss+sentinel://u:secret@h:1/mymaster',
    'redis://:secret@[::1]:1',
  ])
    expect(addressInWords(parseTarget(url))).toBe(url.replace(/[^/]*secret@/, ''))
})

it('an error shows no credentials of a URL, whatever they are made of', () => {
  for (const url of ['redis://user:secret@h', 'rediss://:secret@h', 'redis://user:se@cret@h', 'https://secret@h/x'])
    expect(new GearsError('unreachable', `no way to ${url}`).message).toMatch(/:\/\/\*\*\*@h/)
  const example = 'redis://[user:password@]host, redis://user:password@host or redis://:password@h'
  expect(new GearsError('unreachable', example).message).toBe(example)
})
