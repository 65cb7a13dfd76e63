import { expect, test } from 'vitest'
import { refusalHelp, refusalInWords, refusalOf, refusalOfReply, SERVER_REFUSALS } from './server-refusal'

test.each([
  ['WRONGPASS invalid username-password pair or user is disabled.', 'wrong_password'],
  ['ERR invalid password', 'wrong_password'],
  ['NOAUTH Authentication required.', 'password_needed'],
  ['ERR operation not permitted', 'password_needed'],
  ["NOPERM this user has no permissions to run the 'info' command", 'permission'],
  ['LOADING Redis is loading the dataset in memory', 'loading'],
  ['BUSY Redis is busy running a script.', 'busy'],
  ['UNKILLABLE Sorry the script already executed write commands', 'busy'],
  ['MASTERDOWN Link with MASTER is down', 'master_down'],
  ['CLUSTERDOWN The cluster is down', 'cluster_down'],
  ['ERR max number of clients reached', 'too_many_clients'],
  ['DENIED Redis is running in protected mode', 'protected_mode'],
])('%s: %s', (words, refusal) => {
  expect(refusalOfReply(words)).toBe(refusal)
})

// They are of one command, or of what a function said.
test.each([
  'ERR unknown command',
  'MOVED 3999 127.0.0.1:6381',
  'ERR busy',
  'BUSYGROUP Consumer Group name already exists',
  'function said: NOAUTH',
  'LOADINGS',
  '',
])('%j tells nothing of the server as a whole', (words) => {
  expect(refusalOfReply(words)).toBeUndefined()
})

test('an error reply that matches none of these is a refusal too; silence is none', () => {
  expect(refusalOf({ code: 'rejected' })).toBe('other')
  expect(refusalOf({ code: 'rejected', refusal: 'busy' })).toBe('busy')
  expect(refusalOf({ code: 'bad_reply' })).toBe('unreadable')
  for (const code of ['timeout', 'unreachable', 'module_missing']) expect(refusalOf({ code })).toBeUndefined()
  expect(refusalOf({ code: 'unreachable', refusal: 'another_server' })).toBe('another_server')
})

const PLACES = ['environment', 'file', 'settings'] as const

test.each([
  ['wrong_password', /GEARBOARD_URL: redis:/, /username and password .* configuration file/, /Settings, Connections/],
  ['password_needed', /GEARBOARD_URL/, /password of the connection in the configuration file/, /Settings, Connections/],
  ['tls_expected', /in GEARBOARD_URL/, /url in the configuration file/, /URL under Settings, Connections/],
  [
    'unknown_authority',
    /^Set tls\.ca \(GEARBOARD_URL cannot/,
    /^Set tls\.ca .* configuration file/,
    /^Set the CA certificate/,
  ],
  [
    'client_certificate',
    /tls\.cert \(GEARBOARD_URL cannot/,
    /tls\.cert of the connection in the/,
    /the client certificate of/,
  ],
  ['unknown_master', /at the end of GEARBOARD_URL/, /url in the configuration file/, /URL under Settings/],
  ['sentinel_password', /sentinel\.password \(/, /sentinel\.password of the/, /the password on the sentinels of/],
] as const)('the help for %s names where the connection is changed', (refusal, ...patterns) => {
  for (const [at, place] of PLACES.entries()) {
    const [first] = refusalHelp(refusal, { address: '10.0.0.1:6379', place })
    expect(first?.text).toMatch(patterns[at] ?? /$^/)
  }
})

test('each has words and help, and none names the environment where the connection is not declared by it', () => {
  for (const refusal of SERVER_REFUSALS) {
    expect(refusalInWords(refusal).length, refusal).toBeGreaterThan(0)
    for (const place of ['file', 'settings'] as const)
      for (const { text } of refusalHelp(refusal, { address: '10.0.0.1:6379', place }))
        expect(text, refusal).not.toMatch(
          place === 'file' ? /GEARBOARD_URL/ : /GEARBOARD_URL|tls\.\w|sentinel\.\w|configuration file/,
        )
  }
})

test('each has words and help, and no help names a password', () => {
  for (const refusal of SERVER_REFUSALS) {
    for (const [tls, place] of PLACES.flatMap(
      (each) =>
        [
          [true, each],
          [false, each],
        ] as const,
    )) {
      const help = refusalHelp(refusal, { address: '10.0.0.1:6379', place, tls })
      expect(help.length, refusal).toBeGreaterThan(0)
      for (const { text } of help) expect(text.length, refusal).toBeGreaterThan(0)
    }
  }
})
