import { describe, expect, test } from 'vitest'
import { readSettings } from '../../settings'
import { accountOf, claimAt } from './claims'

function settings(env: Record<string, string> = {}) {
  const { oidc } = readSettings({
    GEARBOARD_OIDC_ISSUER: 'https://id.example',
    GEARBOARD_OIDC_CLIENT_ID: 'gearboard',
    ...env,
  })
  if (!oidc) throw new Error('no provider is set')
  return oidc
}

const groupsOf = (groups: unknown) => accountOf({ sub: 'ada', groups }, settings())

test.each([
  ['groups', ['a']],
  ['realm.roles', ['b']],
  ['https://example.org/groups', ['c']],
  ['a.b', ['d']],
  ['realm.none', undefined],
  ['realm.roles.0', undefined],
  ['constructor.name', undefined],
  ['__proto__', undefined],
  ['toString', undefined],
])('the claim %s', (name, value) => {
  const claims = {
    groups: ['a'],
    realm: { roles: ['b'] },
    'https://example.org/groups': ['c'],
    'a.b': ['d'],
    a: { b: ['e'] },
  }
  expect(claimAt(claims, name)).toEqual(value)
})

describe('groups', () => {
  test.each<[string, unknown, string[], string]>([
    ['a list', ['sre', 'dev', 'sre'], ['sre', 'dev'], 'sub ada, groups sre, dev'],
    ['one text', 'a, b', ['a, b'], 'sub ada, groups a, b'],
    ['none', undefined, [], 'sub ada, no groups'],
    ['null', null, [], 'sub ada, no groups'],
    ['an object', { a: 'b' }, [], 'sub ada, no groups'],
    ['what is no group', ['', 'x\ny', 7, null, ['a'], 'y'.repeat(129), 'ok'], ['ok'], 'sub ada, groups ok'],
  ])('%s', (_, value, groups, words) => {
    const account = groupsOf(value)
    expect([account.identity.groups, account.words]).toEqual([groups, words])
  })

  test('many are cut, and the audit log says so', () => {
    const { identity, words } = groupsOf(Array.from({ length: 5000 }, (_, n) => `g${n}`))
    expect(identity.groups).toHaveLength(200)
    expect(words).toMatch(/^sub ada, groups g0, .*, g19 and 180 more \(the first 200 of 5000 count\)$/)
  })

  test.each([{ hasgroups: true }, { _claim_names: { groups: 'src1' } }])('too many for the provider: %o', (more) => {
    expect(accountOf({ sub: 'ada', ...more }, settings()).words).toBe(
      'sub ada, no groups: too many for the provider to list',
    )
  })
})

test.each([[undefined], [null], [''], [7], [['ada']], ['a\nb'], ['x'.repeat(129)], ['Anonymous']])(
  '%j is nobody’s name',
  (nick) => {
    expect(() => accountOf({ sub: 'ada', nick }, settings({ GEARBOARD_OIDC_NAME_CLAIM: 'nick' }))).toThrow(
      'GEARBOARD_OIDC_NAME_CLAIM',
    )
  },
)

test.each([
  [{ email_verified: true }, true],
  [{}, true],
  [{ email_verified: false }, false],
  [{ email_verified: 'false' }, false],
])('an e-mail address with %o names its owner: %s', (more, names) => {
  const read = () =>
    accountOf({ sub: 'x', email: 'ada@example.org', ...more }, settings({ GEARBOARD_OIDC_NAME_CLAIM: 'email' }))
  if (names) expect(read().identity.name).toBe('ada@example.org')
  else expect(read).toThrow('has not verified')
})
